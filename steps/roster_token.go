package steps

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"credwiz/client/jwt"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

func (s Session) signRoster(ctx context.Context, env Env, request jwt.Request, w task.Runner) (Session, error) {
	if len(s.Roster) == 0 {
		return s, nil
	}
	members := make([]Member, len(s.Roster))
	err := w.Local("sign the other tokens", func() (string, error) {
		signing, ctx := errgroup.WithContext(ctx)
		signing.SetLimit(runtime.GOMAXPROCS(0))
		for i, member := range s.Roster {
			own := request
			own.User, own.ID = member.User.Name, env.NewID() // which need not be fit for several goroutines
			signing.Go(func() (err error) {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				member.Token, err = s.signed(own)
				members[i] = member
				return err
			})
		}
		return words.Counted(len(members), "token"), signing.Wait()
	})
	if err == nil {
		s.Roster = members
	}
	return s, err
}

func (s Session) showRoster() []Fact {
	if len(s.Roster) == 0 && len(s.Failed) == 0 {
		return nil
	}
	ready := len(s.Roster) + 1
	facts := []Fact{NewFact("Users", fmt.Sprintf("%s of %s ready", words.Grouped(ready), words.Grouped(ready+len(s.Failed))))}
	taken, others := s.failedNames(true), s.failedNames(false)
	if others != "" {
		facts = append(facts, NewFact("Not ready", others+": run credwiz again here, and it goes on with them"))
	}
	if taken != "" {
		facts = append(facts, NewFact("Names taken", taken+": --reuse-user takes those who exist, or give other names"))
	}
	return facts
}

func (s Session) failedNames(taken bool) string {
	var names []string
	for _, m := range s.Failed {
		if m.Taken == taken {
			names = append(names, m.Name)
		}
	}
	if more := len(names) - words.ShortList; more > 0 {
		return strings.Join(names[:words.ShortList], ", ") + fmt.Sprintf(" and %s more", words.Grouped(more))
	}
	return strings.Join(names, ", ")
}

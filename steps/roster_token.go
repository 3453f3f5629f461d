package steps

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"credwiz/client"
)

// signRoster signs a token for each of the others of a roster, on all cores.
func (s Session) signRoster(ctx context.Context, env Env, request client.TokenRequest, w work) (Session, error) {
	if len(s.Roster) == 0 {
		return s, nil
	}
	members := make([]Member, len(s.Roster))
	err := w.local("sign the other tokens", func() (string, error) {
		var next atomic.Int64
		var mu sync.Mutex
		var first error
		var workers sync.WaitGroup
		ids := make([]string, len(members))
		for i := range ids {
			ids[i] = env.NewID() // which need not be fit for several goroutines
		}
		for range runtime.GOMAXPROCS(0) {
			workers.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(members) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
					own := request
					own.User, own.ID = s.Roster[i].User.Name, ids[i]
					token, err := s.signed(own)
					if err != nil {
						mu.Lock()
						first = err
						mu.Unlock()
						return
					}
					members[i] = s.Roster[i]
					members[i].Token = token
				}
			})
		}
		workers.Wait()
		if first == nil {
			first = ctx.Err()
		}
		return counted(len(members), "token"), first
	})
	if err == nil {
		s.Roster = members
	}
	return s, err
}

// showRoster sums a roster up.
func (s Session) showRoster() []Fact {
	if len(s.Roster) == 0 && len(s.Missed) == 0 {
		return nil
	}
	ready := len(s.Roster) + 1
	facts := []Fact{fact("Users", fmt.Sprintf("%s of %s ready", grouped(ready), grouped(ready+len(s.Missed))))}
	taken, others := s.missedNames(true), s.missedNames(false)
	if others != "" {
		facts = append(facts, fact("Not ready", others+": run credwiz again here, and it goes on with them"))
	}
	if taken != "" {
		facts = append(facts, fact("Names taken", taken+": --reuse-user takes those who exist, or give other names"))
	}
	return facts
}

// missedNames are the first of those who are missed because their names are taken, or for other reasons.
func (s Session) missedNames(taken bool) string {
	var names []string
	for _, m := range s.Missed {
		if m.Taken == taken {
			names = append(names, m.Name)
		}
	}
	if more := len(names) - shortList; more > 0 {
		return strings.Join(names[:shortList], ", ") + fmt.Sprintf(" and %s more", grouped(more))
	}
	return strings.Join(names, ", ")
}

package steps

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

// ensureRoster finds or creates all users of a roster. The journal is always ahead, so that another run can continue
// and creates no user twice. Failures are reported and listed in the session.
func ensureRoster(ctx context.Context, env Env, s Session, users []client.NewUser, a answer.Answers, w task.Runner) (Session, error) {
	app, _, err := s.entry(w.Now()).Find()
	if err != nil {
		return s, err
	}
	b := &batch{env: env, s: s, w: w, failed: map[string]FailedUser{}, reuse: a[answer.ExistingUser] == answer.Yes}
	members, open, err := b.split(ctx, users, app.Users)
	if err != nil {
		return s, err
	}
	if n := len(users) - len(open) - len(b.failed); n > 0 {
		w.Tell("existing users found", words.Grouped(n)+" of "+words.Grouped(len(users)))
	}
	if len(open) > 0 {
		asked := make([]client.NewUser, len(open))
		for i, task := range open {
			asked[i] = task.user
		}
		if err := s.entry(w.Now()).MarkUsersPending(asked...); err != nil {
			return s, err
		}
		err = b.run(ctx, open, members)
	}
	s = s.withRoster(members, b.missed(users, members))
	if err == nil && !s.User.Exists {
		err = b.first
	}
	return s, err
}

// missed returns the users who don't exist, in the order given, also those that a stopped batch did not come to.
func (b *batch) missed(users []client.NewUser, members []Member) []FailedUser {
	var all []FailedUser
	for i, n := range users {
		if !members[i].User.Exists {
			all = append(all, cmp.Or(b.failed[n.Name], FailedUser{Name: n.Name, Why: "credwiz stopped before this user was ready"}))
		}
	}
	return all
}

// split separates existing users from those to create. After an earlier run the application's list decides, whatever
// was recorded. Users of a foreign application keep their names: those are failures, before a record would claim
// them.
func (b *batch) split(ctx context.Context, users []client.NewUser, noted []journal.User) (members []Member, open []batchTask, err error) {
	before := make(map[string]journal.User, len(noted))
	for _, u := range noted {
		before[u.Name] = u
	}
	known := func(n client.NewUser) bool { return before[n.Name].Name != "" }
	there := map[string]client.User{}
	if b.reuse || !b.s.Application.Created || slices.ContainsFunc(users, known) {
		if there, err = b.list(ctx); err != nil {
			return nil, nil, err
		}
	}
	members = make([]Member, len(users))
	for i, n := range users {
		task := batchTask{at: i, user: n, before: before[n.Name]}
		found, exists := there[n.Name]
		switch {
		case !exists:
			open = append(open, task)
		case !known(n) && !b.reuse:
			b.fail(batchResult{task: task, err: &NameTakenError{Name: n.Name, Err: errTaken}})
		default:
			members[i] = Member{User: User{User: found, Exists: true, Created: task.before.ID == found.ID && task.before.Created}}
		}
	}
	return members, open, nil
}

func (b *batch) list(ctx context.Context) (map[string]client.User, error) {
	there := map[string]client.User{}
	admin, err := b.token()
	if err != nil {
		return nil, err
	}
	for users, err := range userPages(ctx, admin, mostUsers/perPage, b.w, "look up existing users") {
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			there[u.Name] = u
		}
	}
	return there, nil
}

func (s Session) withRoster(members []Member, failed []FailedUser) Session {
	members = slices.DeleteFunc(members, func(m Member) bool { return !m.User.Exists })
	again := func(m Member) bool {
		return slices.ContainsFunc(members, func(now Member) bool { return now.User.ID == m.User.ID })
	}
	s.Earlier = slices.DeleteFunc(slices.Clone(s.Earlier), again)
	s.Member, s.Roster, s.Failed = Member{}, nil, failed
	if len(members) > 0 {
		s.Member, s.Roster = members[0], members[1:]
	}
	return s
}

// roster returns the users of a flag, or of the run that is continued if no answer can name them.
func (e Env) roster(a answer.Answers) []client.NewUser {
	if len(e.Roster) == 0 && resumes(a, e) && !usesSandbox(e, a) {
		return e.Earlier.roster()
	}
	return e.Roster
}

// PresenterPause is the usual Env.Pause of a masked run.
const PresenterPause = 700 * time.Millisecond

// Repeated are the flags that a run which continues this one needs again: those of a presentation, and of a roster.
func (e Env) Repeated() []string {
	var flags []string
	switch {
	case e.Mask:
		if flags = []string{"--mask"}; e.Pause != PresenterPause {
			flags = append(flags, "--pause", e.Pause.String())
		}
	case e.Step:
		flags = []string{"--step"}
	}
	switch e.UsersFrom {
	case "":
		for _, n := range e.Roster {
			flags = append(flags, "--user", n.Name)
		}
		return flags
	case "-": // which can't be asked anything
		return append(flags, "--no-input", "--users-from", "-")
	}
	return append(flags, "--users-from", e.UsersFrom)
}

// sameUsers are the flags to repeat, with unfinished users. Finished ones are in the journal.
func (s Session) sameUsers(env Env) []string {
	switch {
	case len(s.Earlier) > 0 && len(s.StillFailed) == 0:
		env.Roster, env.UsersFrom = nil, ""
	case len(env.Roster) == 0 && !s.User.Exists && env.given(answer.User):
		env.Roster = []client.NewUser{{Name: env.Known[answer.User].Value}}
	case len(env.Roster) == 0 && s.failedNames(false) != "": // they were typed
		for _, m := range s.current() {
			env.Roster = append(env.Roster, client.NewUser{Name: m.User.Name})
		}
		for _, m := range s.Failed {
			env.Roster = append(env.Roster, client.NewUser{Name: m.Name})
		}
	}
	return env.Repeated()
}

// wantedUsers returns the wanted users, if they are several. Those from a flag count once.
func (s Session) wantedUsers(env Env, a answer.Answers) []client.NewUser {
	if users := env.roster(a); len(users) > 0 && len(s.Earlier) == 0 {
		return users
	}
	if known := env.Known[answer.User]; known.Whole && answer.CleanLine(known.Value) == answer.CleanLine(a[answer.User]) {
		return nil
	}
	if names := answer.SplitNames(a[answer.User]); len(names) > 1 && (a[answer.PickedUser] == "" || a[answer.PickedUser] == answer.NewOne) {
		if users, err := answer.RosterOf(names); err == nil {
			return users
		}
	}
	return nil
}

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
			own.User, own.ID = member.User.Name, env.NewID() // which may not be safe for several goroutines
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

// showRoster names the key or flag that uses the existing users; reuse is empty where there is none.
func (s Session) showRoster(reuse string) []Fact {
	if len(s.Roster) == 0 && len(s.Failed) == 0 {
		return nil
	}
	ready := len(s.Roster) + 1
	facts := []Fact{NewFact("Users", fmt.Sprintf("%s of %s ready", words.Grouped(ready), words.Grouped(ready+len(s.Failed))))}
	taken, others := s.failedNames(true), s.failedNames(false)
	if others != "" {
		facts = append(facts, NewFact("Not ready", others+": run credwiz again with the same users to create them"))
	}
	if taken != "" {
		facts = append(facts, s.showTaken(taken, reuse))
	}
	return facts
}

func (s Session) showTaken(taken, reuse string) Fact {
	label, users, names := "Names taken", "users", "names"
	if !strings.Contains(taken, ", ") {
		label, users, names = "Name taken", "user", "name"
	}
	do := "change the " + names + " and run credwiz again"
	if reuse != "" {
		do = fmt.Sprintf("use the existing %s (%s), or %s", users, reuse, do)
	}
	return NewFact(label, taken+": "+do)
}

func (s Session) failedNames(taken bool) string {
	failed := slices.DeleteFunc(slices.Clone(s.Failed), func(m FailedUser) bool { return m.Taken != taken })
	return words.Some(failed, words.ShortList, func(m FailedUser) string { return m.Name })
}

package steps

import (
	"context"
	"fmt"
	"slices"

	"credwiz/client"
)

// ensureRoster finds or creates all users of a roster, several at a time. What is certain is noted: before anything is
// created that it may be, and what came of it as it comes, so that a run that was cut off is gone on with and makes nobody
// twice. Those who could not be made are told, and missed in the session.
func ensureRoster(ctx context.Context, env Env, s Session, users []client.NewUser, a Answers, w work) (Session, error) {
	app, _, err := s.entry(env).noted()
	if err != nil {
		return s, err
	}
	r := &rosterRun{env: env, s: s, w: w, reuse: a[AnswerExistingUser] == Yes, crew: newCrew()}
	members, open, err := r.sort(ctx, users, app.Users)
	if err != nil {
		return s, err
	}
	if n := len(users) - len(open) - len(r.missed); n > 0 {
		w.tell("go on from there", grouped(n)+" of "+grouped(len(users))+" users exist already")
	}
	if len(open) > 0 {
		asked := make([]client.NewUser, len(open))
		for i, task := range open {
			asked[i] = task.user
		}
		if err := s.entry(env).intendUsers(asked); err != nil {
			return s, err
		}
		if err := r.all(ctx, open, members); err != nil {
			return s.withRoster(members, r.missed), err
		}
	}
	s = s.withRoster(members, r.missed)
	if !s.User.Exists {
		return s, r.first
	}
	return s, nil
}

// sort divides a roster into those who are there and those who have to be made. After an earlier run the application's own
// users decide, whatever was noted: some may be gone, and of some only the answer was lost. Whether it was that run who
// made the latter, nobody can tell, so they are taken without a claim to them. In an application that was not made here
// somebody else's users may have the names: those are missed, before anything is noted that would be a claim to them.
func (r *rosterRun) sort(ctx context.Context, users []client.NewUser, noted []NotedUser) (members []Member, open []rosterTask, err error) {
	before := make(map[string]NotedUser, len(noted))
	for _, u := range noted {
		before[u.Name] = u
	}
	known := func(n client.NewUser) bool { _, ok := before[n.Name]; return ok }
	there := map[string]client.User{}
	if r.reuse || !r.s.Application.Created || slices.ContainsFunc(users, known) {
		if there, err = r.list(ctx); err != nil {
			return nil, nil, err
		}
	}
	members = make([]Member, len(users))
	for i, n := range users {
		found, exists := there[n.Name]
		switch {
		case exists && !known(n) && !r.reuse:
			r.miss(rosterResult{task: rosterTask{at: i, user: n}, err: &NameTakenError{Name: n.Name, Err: errTaken}})
			continue
		case !exists:
			open = append(open, rosterTask{at: i, user: n, before: before[n.Name], reuse: r.reuse || known(n)})
			continue
		}
		u := before[n.Name]
		members[i] = Member{User: User{User: found, Exists: true, Created: u.ID == found.ID && u.Created}}
	}
	return members, open, nil
}

// list reads the application's users by their names.
func (r *rosterRun) list(ctx context.Context) (map[string]client.User, error) {
	there := map[string]client.User{}
	admin, err := r.token()
	if err != nil {
		return nil, err
	}
	walk := client.Walk{Pages: mostUsers / usersPerPage}
	for cursor := ""; ; {
		var page client.UserPage
		err := r.w.read(ctx, "look who is there", func(api *client.Client) (err error) {
			page, err = api.ListUsers(ctx, admin, cursor, usersPerPage)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, u := range page.Users {
			there[u.Name] = u
		}
		if cursor = page.Next; cursor == "" {
			return there, nil
		}
		if err := walk.Next(cursor); err != nil {
			return nil, fmt.Errorf("users: %w", err)
		}
	}
}

// withRoster is the session with those who exist: the first as its user, the others beside it. It takes members over.
func (s Session) withRoster(members []Member, missed []Missed) Session {
	members = slices.DeleteFunc(members, func(m Member) bool { return !m.User.Exists })
	s.Member, s.Roster, s.Missed = Member{}, nil, missed
	if len(members) > 0 {
		s.Member, s.Roster = members[0], members[1:]
	}
	return s
}

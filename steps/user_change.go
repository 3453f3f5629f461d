package steps

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

const (
	perPage = 100 // the most that the API gives at once
	// maxListed limits the list, which is for choosing by hand.
	maxListed = 1000
)

func listUsers(ctx context.Context, env Env, s Session) (Session, error) {
	if s.Application.Created || s.User.Exists {
		return s, nil
	}
	if err := s.MayCall(env, Given(env)); err != nil {
		return s, err
	}
	admin, err := s.Admin(env)
	if err != nil {
		return s, err
	}
	w := NewRunner(env, s.Place, func(task.Event) {})
	var users []client.User
	for page, err := range userPages(ctx, admin, client.MaxPages, w, "list the users") {
		if err != nil {
			return s.unlessRejected(ctx, err, w)
		}
		if users = append(users, page...); len(users) >= maxListed {
			break
		}
	}
	s.Users = users
	app, _, _ := s.entry(env.Now()).Find() // a broken journal is reported when it is needed
	s.NotedUsers = app.Users
	return s, nil
}

func userPages(ctx context.Context, admin redact.Secret, most int, w task.Runner, text string) iter.Seq2[[]client.User, error] {
	cursor := ""
	return client.Pages("users", most, func() ([]client.User, string, error) {
		var page client.UserPage
		err := w.Read(ctx, text, func(api *client.Client) (err error) {
			page, err = api.ListUsers(ctx, admin, cursor, perPage)
			return err
		})
		cursor = page.Next
		return page.Users, cursor, err
	})
}

// changeUser changes the user's names. After a new name the token, which has the old one, is gone.
func changeUser(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	before := s.User
	change := client.NewUser{Name: changedTo(before.Name, a[answer.User]), DisplayName: changedTo(before.DisplayName, a[answer.DisplayName])}
	if change == (client.NewUser{}) {
		w.Tell("same name", "nothing to do")
		return s, nil
	}
	s, err := s.locked(ctx, w, func(s Session) (Session, error) {
		admin, err := s.Admin(env)
		if err != nil {
			return s, err
		}
		var changed client.User
		err = w.Change(ctx, "change the user", func(ctx context.Context, api *client.Client) (err error) {
			changed, err = api.UpdateUser(ctx, admin, before.ID, change)
			return err
		})
		if client.IsDuplicateName(err) {
			return s, &NameTakenError{Name: change.Name, Renaming: true, Err: err}
		}
		if err != nil {
			return s, err
		}
		s.User.User = changed
		if change.Name != "" {
			s.Member = Member{User: s.User}
		}
		w.WarnOf("record the user", s.noteMembers(w.Now(), s.Member))
		return s, nil
	})
	return s.unlessRejected(ctx, err, w)
}

func changedTo(before, after string) string {
	if before == after {
		return ""
	}
	return after
}

// NameTakenError is a user name that already exists in the application.
type NameTakenError struct {
	Name     string
	Free     string // a name like it that is not taken; may be empty
	Renaming bool   // the name was for a user that exists
	Err      error
}

// errTaken is a taken name that was found before the API refused it.
var errTaken = errors.New("it already exists")

func (e *NameTakenError) Error() string { return "user name: " + e.Err.Error() }

func (e *NameTakenError) Unwrap() error { return e.Err }

// freeUserName returns alice-2 if alice is taken, or "" after a few tries or an error.
func freeUserName(ctx context.Context, admin redact.Secret, name string, w task.Runner) string {
	const last = 5
	for n := 2; n <= last; n++ {
		free := fmt.Sprintf("%s-%d", name, n)
		found, err := FindUser(ctx, admin, free, w, "check whether "+free+" is taken")
		if err != nil {
			return ""
		}
		if found.ID == "" {
			return free
		}
	}
	return ""
}

// Advice says what to do.
func (e *NameTakenError) Advice() advice.Advice {
	name, free := redact.Printable(e.Name), redact.Printable(e.Free)
	a := advice.Advice{
		What:  fmt.Sprintf("The application already has a user named “%s”. Names are unique.", name),
		Do:    "Choose another name, or use the existing user (--reuse-user).",
		Asked: "Choose another name, or use the existing user.",
		Field: answer.User, Kind: advice.Other,
	}
	if e.Renaming {
		a.Do, a.Asked = "Choose another name.", ""
		return a
	}
	a.Offers = []advice.Offer{{Key: "u", Label: "use " + name, Answer: answer.ExistingUser, Value: answer.Yes}}
	if free != "" {
		a.Offers = append(a.Offers, advice.Offer{Key: "n", Label: "create " + free, Answer: answer.User, Value: e.Free})
	}
	return a
}

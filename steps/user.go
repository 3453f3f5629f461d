package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

func userStep() Step {
	return Step{
		ID:      UserStep,
		Name:    "User",
		Verb:    userVerb,
		Heading: userHeading,
		Intro:   "A user is someone who logs in to your app.",

		Creates: true,
		Topics:  topicsOf(UserStep),
		Fields:  userFields,
		Plan:    userPlan,
		Prepare: listUsers,
		Run:     makeUser,
		Change:  changeUser,
		Sum:     sumUser,
		Show:    showUser,
	}
}

// AdminLifetime is the lifetime of tokens for the wizard's own calls.
const AdminLifetime = 15 * time.Minute

// Admin signs a token that may create users, and cannot log in.
func (s Session) Admin(env Env) (redact.Secret, error) {
	token, err := jwt.Sign(s.Key.Private, jwt.Request{
		ApplicationID: s.Application.ID,
		IssuedAt:      s.now(env),
		Lifetime:      AdminLifetime,
		ID:            env.NewID(),
	})
	env.Redactor.Hide(token.JWT)
	return token.JWT, err
}

func makeUser(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	if picked := a[answer.PickedUser]; picked != "" && picked != answer.NewOne {
		a = a.With(answer.User, picked).With(answer.ExistingUser, answer.Yes)
	}
	s, err := s.locked(ctx, w, func(s Session) (Session, error) {
		if err := s.checkFiles(env, a); err != nil {
			return s, err
		}
		if err := s.Place.Folder.EnsureKey(s.Key, w); err != nil {
			return s, err
		}
		admin, err := s.Admin(env)
		if err != nil {
			return s, err
		}
		if users := s.wantedUsers(env, a); users != nil {
			return ensureRoster(ctx, env, s, users, a, w)
		}
		if answer.IsUserID(a[answer.User]) {
			return useUser(ctx, s, a[answer.User], admin, w)
		}
		return ensureUser(ctx, s, a, admin, w)
	})
	return s.unlessRejected(ctx, err, w)
}

// unlessRejected notes that the API rejects the tokens that the key signs.
func (s Session) unlessRejected(ctx context.Context, err error, w task.Runner) (Session, error) {
	if s.KeyRejected = client.HasStatus(err, http.StatusUnauthorized); s.KeyRejected {
		err = s.rejected(ctx, err, w)
	}
	return s, err
}

// EnsureUser finds the user with a name, or creates it: the same as the wizard with --reuse-user.
func EnsureUser(ctx context.Context, env Env, s Session, n client.NewUser, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	return s.locked(ctx, w, func(s Session) (Session, error) {
		if err := s.Place.Folder.EnsureKey(s.Key, w); err != nil {
			return s, err
		}
		admin, err := s.Admin(env)
		if err != nil {
			return s, err
		}
		a := answer.Answers{answer.User: n.Name, answer.DisplayName: n.DisplayName, answer.ExistingUser: answer.Yes}
		return ensureUser(ctx, s, a, admin, w)
	})
}

// ensureUser finds a pending user of an earlier try, or creates one.
func ensureUser(ctx context.Context, s Session, a answer.Answers, admin redact.Secret, w task.Runner) (Session, error) {
	n := client.NewUser{Name: a[answer.User], DisplayName: a[answer.DisplayName]}
	app, _, err := s.entry(w.Now()).Find()
	if err != nil {
		return s, err
	}
	// A pending user may exist, and is then the wanted one.
	noted, known := app.User(n.Name)
	reuse := known || a[answer.ExistingUser] == answer.Yes
	// In a foreign application the name may be taken: a record would claim it.
	if reuse || !s.Application.Created {
		found, err := FindUser(ctx, admin, n.Name, w, "look for the user")
		switch {
		case err != nil:
			return s, err
		case found.ID != "" && !reuse:
			return s, &NameTakenError{Name: n.Name, Free: freeUserName(ctx, admin, n.Name, w), Err: errTaken}
		case found.ID != "":
			// In a foreign application it may be of another program.
			return s.withUser(w, found, known && noted.ID == "" && app.Created)
		}
		s.User.Uncertain = false
		if noted.ID != "" {
			w.Tell("it no longer exists", fmt.Sprintf("“%s” from an earlier run, %s: creating it again", n.Name, noted.ID))
		}
	}
	if err := s.entry(w.Now()).MarkUsersPending(n); err != nil {
		return s, err
	}
	s, err = createUser(ctx, s, n, admin, w)
	if reuse && client.IsDuplicateName(err) {
		found, lookErr := FindUser(ctx, admin, n.Name, w, "look for the user")
		if lookErr == nil && found.ID != "" {
			return s.withUser(w, found, noted.Created && noted.ID == found.ID)
		}
	}
	return s, err
}

func useUser(ctx context.Context, s Session, id string, admin redact.Secret, w task.Runner) (Session, error) {
	var found client.User
	err := w.Read(ctx, "look up the user", func(api *client.Client) (err error) {
		found, err = api.GetUser(ctx, admin, id)
		return err
	})
	if client.IsNotFound(err) {
		return s, &NoUserError{ID: id, Application: s.Application.Name, Err: err}
	}
	if err != nil {
		return s, err
	}
	return s.withUser(w, found, false)
}

// NoUserError is a user id that the application does not have.
type NoUserError struct {
	ID          string
	Application string // its name
	Err         error
}

func (e *NoUserError) Error() string { return "user " + e.ID + ": " + e.Err.Error() }

func (e *NoUserError) Unwrap() error { return e.Err }

func createUser(ctx context.Context, s Session, n client.NewUser, admin redact.Secret, w task.Runner) (Session, error) {
	made, err := task.Create(ctx, w, task.Creation[client.User]{
		What: "user", Ours: s.exclusive(),
		Find: func(ctx context.Context) (client.User, bool, error) {
			found, err := FindUser(ctx, admin, n.Name, w, "check whether it was created")
			return found, found.ID != "", err
		},
	}, func(ctx context.Context, api *client.Client) (client.User, error) {
		return api.CreateUser(ctx, admin, n)
	})
	var uncertain *task.UncertainError
	switch {
	case err == nil:
		return s.withUser(w, made, true)
	case errors.As(err, &uncertain):
		s.User.Name, s.User.Uncertain = n.Name, !uncertain.Absent
		return s, err
	case client.IsDuplicateName(err):
		err = &NameTakenError{Name: n.Name, Free: freeUserName(ctx, admin, n.Name, w), Err: err}
	}
	// If that fails, the next try looks for the user and finds none.
	_ = s.entry(w.Now()).RemoveUsers(map[string]bool{n.Name: true})
	return s, err
}

// exclusive reports whether no other program can have created users: this run made the application and its key.
func (s Session) exclusive() bool { return s.Application.Created && s.Key.Made }

// FindUser returns the zero User if there is none of this name.
func FindUser(ctx context.Context, admin redact.Secret, name string, w task.Runner, text string) (client.User, error) {
	var found client.User
	err := w.LookUp(ctx, text, func(api *client.Client) (err error) {
		found, err = api.FindUser(ctx, admin, name)
		return err
	})
	if client.IsNotFound(err) {
		return client.User{}, nil
	}
	return found, err
}

func (s Session) withUser(w task.Runner, u client.User, created bool) (Session, error) {
	s.User = User{User: u, Exists: true, Created: created}
	s.Token = jwt.Token{}
	s.Earlier = slices.DeleteFunc(slices.Clone(s.Earlier), func(m Member) bool { return m.User.ID == u.ID }) // chosen again
	if err := s.noteMembers(w.Now(), s.Member); err != nil {
		w.WarnOf("record the user", err)
		return s, nil
	}
	if created {
		return s, nil
	}
	if app, _, err := s.entry(w.Now()).Find(); err == nil {
		noted, known := app.User(u.Name)
		s.User.Ours = known && noted.Created && noted.ID == u.ID
	}
	return s, nil
}

func sumUser(_ Env, s Session) string {
	name := redact.Printable(s.User.Name)
	switch n := len(s.Roster); {
	case len(s.Failed) > 0:
		return readyOf(n+1, len(s.Failed))
	case n > 0:
		return name + " and " + words.Grouped(n) + " more"
	}
	return existing(name, s.User.Created, s.User.Ours) + " · " + shortID(s.User.ID)
}

func showUser(env Env, s Session) []Fact {
	reuse := "--reuse-user"
	if env.Brief {
		reuse = "t"
	}
	if facts := s.showRoster(reuse); facts != nil {
		return facts
	}
	u := s.User
	facts := []Fact{NewFact("User", existing(u.Name, u.Created, u.Ours))}
	if u.DisplayName != "" {
		facts = append(facts, NewFact("Display name", u.DisplayName))
	}
	facts = append(facts, NewFact("User ID", u.ID))
	if u.Region != "" && !s.Place.Sandbox && !client.IsLoopback(&url.URL{Host: u.Region}) {
		facts = append(facts, NewFact("Region", u.Region))
	}
	return facts
}

// Advice says what to do.
func (e *NoUserError) Advice() advice.Advice {
	return advice.Advice{
		What: fmt.Sprintf("“%s” has no user with the ID %s. Users belong to one application.",
			redact.Printable(e.Application), redact.Printable(e.ID)),
		Do:    "Enter a name to create a user here, or choose the user's application with --app-id.",
		Asked: "Enter a name to create a user here, or go back and choose the user's application.",
		Field: answer.User, Kind: advice.Remote,
	}
}

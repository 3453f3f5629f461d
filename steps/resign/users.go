package resign

import (
	"fmt"
	"slices"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// UserRef is a user in the journal, with everything to sign a token without a call.
type UserRef struct {
	App  journal.Application
	User journal.User
}

// Sandbox reports whether the application is in the sandbox, which forgets it at its end.
func (g UserRef) Sandbox() bool { return g.App.Sandbox }

// FindUsers returns the users who can get a token, those of the current application first. Empty arguments match all.
// If there is none, the error says why.
func FindUsers(f *workdir.Dir, appID, user string) ([]UserRef, error) {
	noted, err := journal.Read(f)
	if err != nil {
		return nil, err
	}
	if len(noted.Applications) == 0 {
		return nil, &journal.EmptyError{Folder: f}
	}
	user = answer.CleanName(user)
	all := UsersIn(noted, appID)
	found := slices.DeleteFunc(slices.Clone(all), func(g UserRef) bool { return user != "" && !g.Is(user) })
	if len(found) == 0 {
		// A proposed command would refuse a malformed id.
		if err := steps.CheckAppID(appID); appID != "" && err != nil {
			return nil, &answer.InvalidAnswerError{Field: answer.Field{Key: answer.AppID, Flag: "--app-id"}, Err: err}
		}
		return nil, &NoUserError{Folder: f.Name(), target: f.Target(noted.Host()), AppID: appID, User: user, Others: all, journal: noted}
	}
	return found, nil
}

// UsersIn returns the recorded users that exist, those of the current application first, or of one application.
func UsersIn(j journal.Journal, appID string) []UserRef {
	var found []UserRef
	for _, app := range slices.Backward(j.Applications) {
		// Without a key file, its key was never here.
		if app.ID == "" || app.Deleted || appID != "" && app.ID != appID || appID == "" && app.KeyFile == "" {
			continue
		}
		for _, u := range app.Users {
			if u.ID != "" { // else it may not exist
				found = append(found, UserRef{app, u})
			}
		}
	}
	return found
}

// Is reports whether a name or id is the user's.
func (g UserRef) Is(user string) bool { return g.User.Name == user || g.User.ID == user }

// SeveralUsersError is a choice of users without a terminal to ask.
type SeveralUsersError struct{ Users []UserRef }

func (e *SeveralUsersError) Error() string {
	return fmt.Sprintf("%d users to choose from", len(e.Users))
}

// NoUserError is a folder without the wanted user.
type NoUserError struct {
	Folder      string
	AppID, User string    // as they were asked for; may be empty
	Others      []UserRef // those that could have been named

	journal journal.Journal
	target  words.Target
}

func (e *NoUserError) Error() string { return e.Folder + ": unknown user" }

// usualOf returns the user whom a question suggests: the one whose token is in .env, or else the last one of the
// current application.
func usualOf(f *workdir.Dir, users []UserRef) (usual UserRef, inEnv bool) {
	asked := ""
	for _, g := range users {
		if g.App.ID == asked {
			continue
		}
		asked = g.App.ID
		holder, ok := output.DotenvHolder(f, g.App)
		if ok && slices.ContainsFunc(users, func(g UserRef) bool { return g.App.ID == asked && g.User.ID == holder.ID }) {
			return UserRef{g.App, holder}, true
		}
	}
	for _, g := range users {
		if g.App.ID == users[0].App.ID {
			usual = g
		}
	}
	return usual, false
}

// WhichUser asks for whom to sign.
func WhichUser(f *workdir.Dir, users []UserRef) answer.Field {
	several := SeveralApplications(users)
	usual, _ := usualOf(f, users)
	field := answer.Field{Key: answer.User, Flag: "--user", Label: "Sign a token for", Suggestion: usual.value(several), Search: len(users) > words.ShortList}
	for _, g := range users {
		label := redact.Printable(g.User.Name)
		if several { // also where only the label is shown: names repeat
			label += " · " + redact.Printable(g.App.Name)
		}
		field.Choices = append(field.Choices, answer.Choice{Value: g.value(several), Label: label})
	}
	field.Check = func(value string) error {
		if _, ok := Pick(users, value); !ok {
			return fmt.Errorf("choose a user from 1 to %d", len(users))
		}
		return nil
	}
	return field
}

func (g UserRef) value(several bool) string {
	if several {
		return g.App.ID + " " + g.User.Name
	}
	return g.User.Name
}

// Pick returns the user of an answer to WhichUser.
func Pick(users []UserRef, answer string) (UserRef, bool) {
	several := SeveralApplications(users)
	at := slices.IndexFunc(users, func(g UserRef) bool { return g.value(several) == answer })
	if at < 0 {
		return UserRef{}, false
	}
	return users[at], true
}

// SeveralApplications reports whether the users belong to several applications.
func SeveralApplications(users []UserRef) bool {
	return slices.ContainsFunc(users, func(g UserRef) bool { return g.App.ID != users[0].App.ID })
}

func listed(users []UserRef) string {
	several := SeveralApplications(users)
	return words.Some(users, words.ShortList, func(g UserRef) string {
		name := redact.Printable(g.User.Name)
		if several {
			name += " in " + redact.Printable(g.App.Name) + " (" + redact.Printable(g.App.ID) + ")"
		}
		return name
	})
}

// Advice says what to do.
func (e *NoUserError) Advice() advice.Advice {
	a := advice.Advice{Kind: advice.Usage, Field: answer.User}
	user, id := redact.Printable(e.User), redact.Printable(e.AppID)
	switch {
	case id != "" && !e.journal.Knows(e.AppID):
		a.What = "There's no application with the ID " + id + " in " + redact.Printable(e.Folder) + "."
		a.Do = e.target.Command("status") + " lists the ones that are. To use this one: " + e.target.Command("--app-id", e.AppID) + "."
	case len(e.Others) > 0:
		a.What = fmt.Sprintf("There's no user “%s” in %s. It has: %s.", user, redact.Printable(e.Folder), listed(e.Others))
		a.Do = "Choose one with --user. To create another: " +
			words.Target{Dir: e.target.Dir, Host: e.Others[0].App.APIHost}.Command("--app-id", e.Others[0].App.ID, "--user", e.User) + "."
	default:
		a.What = "No user is ready for a token in " + redact.Printable(e.Folder) + "."
		a.Do = "Run " + e.target.Command() + " to continue; " + e.target.Command("status") + " shows what's missing."
		a.Kind = advice.Other
	}
	return a
}

// Advice says what to do.
func (e *SeveralUsersError) Advice() advice.Advice {
	a := advice.Advice{
		What: "Which user? There are several: " + listed(e.Users) + ".",
		Do:   "Choose one with --user, or run this in a terminal to be asked.",
		Kind: advice.Usage, Field: answer.User,
	}
	if SeveralApplications(e.Users) {
		a.Do = "Choose one with --user and --app-id, or run this in a terminal to be asked."
	}
	return a
}

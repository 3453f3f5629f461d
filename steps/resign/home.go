package resign

import (
	"fmt"
	"slices"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Home is a folder that is set up: an application with its key, and users who had a token.
type Home struct {
	App   journal.Application
	Users []UserRef // the user of .env first, with the token that is there
	InEnv bool      // .env has a token for that user
	// KeyLost is set if the key file is missing: then nothing can be signed.
	KeyLost bool
	copyIn  string // a settings file that has a copy of it; empty if there is none
}

// FindHome returns nil if the folder is not set up for the API at host. It changes nothing.
func FindHome(dir, host string) *Home {
	folder, err := workdir.OpenExisting(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	noted, err := journal.Read(folder)
	if err != nil {
		return nil
	}
	for _, app := range slices.Backward(noted.Applications) { // a setup that was left may come after it
		users := UsersIn(noted, app.ID)
		switch {
		case app.Deleted || !app.Signed():
			continue
		case app.ID == "" || app.Sandbox || app.APIHost != host || app.KeyFile == "" || len(users) == 0:
			return nil
		}
		home := homeOf(folder, app, users)
		if home.KeyLost = !folder.Has(app.KeyFile); home.KeyLost {
			home.copyIn = copyOf(folder, app)
		}
		return home
	}
	return nil
}

// LostKey says what is missing, and what to do.
func (h *Home) LostKey() string {
	do := "Copy it back, or choose the application in the next step and replace its key."
	switch {
	case h.copyIn != "":
		do = "A copy is in " + redact.Printable(h.copyIn) + ". To save it as a file, choose the application in the next step."
	case !h.App.Created:
		do = "Ask the application's owner for it."
	}
	return fmt.Sprintf("%s, the key of “%s”, is missing here. ", redact.Printable(h.App.KeyFile), redact.Printable(h.App.Name)) + do
}

func homeOf(folder *workdir.Dir, app journal.Application, users []UserRef) *Home {
	usual, inEnv := usualOf(folder, users)
	others := slices.DeleteFunc(users, func(g UserRef) bool { return g.User.ID == usual.User.ID })
	slices.Reverse(others) // the last user first
	return &Home{App: app, Users: append([]UserRef{usual}, others...), InEnv: inEnv}
}

// Open returns the user's session as the wizard left it, with the key checked against the journal.
func Open(env steps.Env, place workdir.Place, g UserRef, report task.Report) (steps.Session, error) {
	s := g.session(place)
	key, err := KeyOf(place.Folder, g.App, answer.Answers{}, steps.NewRunner(env, place, report))
	if err != nil {
		return s, err
	}
	key.Private.HideIn(env.Redactor)
	s.Key = key
	return s, nil
}

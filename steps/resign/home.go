package resign

import (
	"slices"

	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Home is a folder that is set up: an application with its key, and users who had a token.
type Home struct {
	App   journal.Application
	Users []UserRef // the user of .env first
	InEnv bool      // .env is for that user
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
		case app.ID == "" || app.Sandbox || app.APIHost != host || len(users) == 0 || !folder.Has(app.KeyFile):
			return nil
		}
		return homeOf(folder, app, users)
	}
	return nil
}

func homeOf(folder *workdir.Dir, app journal.Application, users []UserRef) *Home {
	slices.Reverse(users) // the last user first
	home := &Home{App: app, Users: users}
	if output.DotenvValue(folder, output.DotenvAppID) != app.ID {
		return home
	}
	name := output.DotenvUser(folder)
	if at := slices.IndexFunc(users, func(g UserRef) bool { return g.User.Name == name }); at >= 0 {
		home.InEnv, home.Users = true, slices.Concat(users[at:at+1], users[:at], users[at+1:])
	}
	return home
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
	s.Files = []workdir.File{{Name: key.Name, Path: redact.Printable(key.Path), Purpose: workdir.KeyPurpose}}
	return s, nil
}

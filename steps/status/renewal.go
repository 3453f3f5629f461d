package status

import (
	"cmp"
	"slices"

	"credwiz/client/jwt"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// dotenvUser is the user whom .env names.
type dotenvUser struct{ appID, user string }

func heldBy(f *workdir.Dir) dotenvUser {
	claims := jwt.Read(output.DotenvToken(f)).Claims
	appID, _ := claims.Text("application_id")
	user, _ := claims.Text("sub")
	return dotenvUser{cmp.Or(output.DotenvValue(f, output.DotenvAppID), appID), cmp.Or(output.DotenvValue(f, output.DotenvUserName), user)}
}

func (h dotenvUser) in(app journal.Application) (journal.User, bool) {
	user, known := app.Named(h.user)
	return user, known && (h.appID == "" || h.appID == app.ID)
}

// renewal proposes how to sign new tokens. It writes into .env only for the user whom .env names.
func (l *report) renewal(app journal.Application, ended []journal.User) (do, command string) {
	if slices.ContainsFunc(ended, func(user journal.User) bool { return journal.MayBeGone(user.Refused) }) {
		return app.WhyRejected() + " To find out which:", output.Inspection(l.folder, app.APIHost, app.ID)
	}
	held, holds := l.held.in(app)
	if len(ended) > 1 && len(ended) <= words.ShortList && (holds || l.held == dotenvUser{}) {
		// The first one goes into .env: its user if there is one, else the last recorded.
		first := ended[len(ended)-1]
		if holds {
			first = held
		}
		words := []string{"--app-id", app.ID, "--user", first.Name}
		for _, user := range ended {
			if user.Name != first.Name {
				words = append(words, "--user", user.Name)
			}
		}
		words = append(words, "--reuse-user")
		if out := app.LastUsersFolder(); out != "" {
			words = append(words, "--out", output.UsersFolderPath(l.folder, out))
		}
		return "Sign new ones for all of them:", l.run(app, words...)
	}
	one := ended[len(ended)-1]
	same := func(user journal.User) bool { return user.Name == held.Name }
	inDotenv := holds && slices.ContainsFunc(ended, same)
	if inDotenv {
		one = held
	}
	pieces := []string{"token"}
	if l.several {
		pieces = append(pieces, "--app-id", app.ID)
	}
	pieces = append(pieces, "--user", one.Name)
	if inDotenv {
		pieces = append(pieces, "--write", "env")
	}
	do = "Sign a new one:"
	switch {
	case len(ended) > words.ShortList:
		do = "To renew all of them, run credwiz with the same list of users again. To renew only " + one.Name + ":"
	case len(ended) > 1:
		do = "Sign a new one for " + one.Name + ":"
	}
	return do, l.run(app, pieces...)
}

package steps

import (
	"cmp"
	"slices"
	"strings"

	"credwiz/client/jwt"
)

// holder is whom .env names; empty if nobody.
type holder struct{ appID, user string }

func (f *Folder) holder() holder {
	claims := jwt.Read(f.Token()).Claims
	appID, _ := claims.Text("application_id")
	user, _ := claims.Text("sub")
	return holder{cmp.Or(f.variable(dotenvAppID), appID), cmp.Or(f.variable(dotenvUserName), user)}
}

// in is that user, if it is one of the application.
func (h holder) in(app NotedApp) (NotedUser, bool) {
	user, known := app.user(h.user)
	return user, known && (h.appID == "" || h.appID == app.ID)
}

// renewal says how to make the tokens of users anew. It leaves .env to the user whom it names: nobody else's token is
// written there.
func (l *look) renewal(app NotedApp, ended []NotedUser) (do, command string) {
	held, holds := l.held.in(app)
	if len(ended) > 1 && len(ended) <= shortList && (holds || l.held == holder{}) {
		// The first of them is the one in .env afterwards; without any there, the current one, which is noted last.
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
		if out := app.handedOut(); out != "" {
			words = append(words, "--out", l.folder.outPath(out))
		}
		return "Sign new ones for all of them:", l.run(app, words...)
	}
	one := ended[len(ended)-1]
	same := func(user NotedUser) bool { return user.Name == held.Name }
	inDotenv := holds && slices.ContainsFunc(ended, same)
	if inDotenv {
		one = held
	}
	words := []string{"token"}
	if l.several {
		words = append(words, "--app-id", app.ID)
	}
	words = append(words, "--user", one.Name)
	if inDotenv {
		words = append(words, "--write", "env")
	}
	do = "Sign a new one:"
	switch {
	case len(ended) > shortList:
		do = "Give credwiz the same list of users again, and all get new ones. For " + one.Name + " alone:"
	case len(ended) > 1:
		do = "Sign a new one for " + one.Name + ":"
	}
	return do, l.run(app, words...)
}

// handedOut is the folder with the users' files that the application was last given by --out; empty if there is none.
func (n NotedApp) handedOut() string {
	for _, name := range slices.Backward(n.Files) {
		if out, ok := strings.CutSuffix(name, "/"); ok && out != outFolder {
			return out
		}
	}
	return ""
}

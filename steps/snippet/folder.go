package snippet

import (
	"strings"

	"credwiz/client"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Name returns the language as it is typed on a command line: "react-native".
func (s Snippet) Name() string { return strings.ReplaceAll(strings.ToLower(s.Language), " ", "-") }

// Samples returns the login code for a made-up user, and the token endpoints. A placeholder is in place of the token.
func Samples() []Snippet { return append(sampleLogin().snippets(), Endpoints()...) }

// SamplesFor is Samples for the current user of a folder, if it has one.
func SamplesFor(folder *workdir.Dir) ([]Snippet, error) {
	noted, err := journal.Read(folder)
	if err != nil {
		return nil, err
	}
	return append(loginIn(folder, noted).snippets(), Endpoints()...), nil
}

func sampleLogin() login {
	return login{token: "YOUR_TOKEN", user: "alice", application: "your application", source: words.Command("credwiz"), madeUp: true}
}

func loginIn(folder *workdir.Dir, noted journal.Journal) login {
	l := sampleLogin()
	var app journal.Application
	for _, one := range noted.Applications { // the last one is the current one
		if one.ID != "" && !one.Deleted {
			app = one
		}
	}
	user, known := app.User(output.DotenvUser(folder))
	if n := len(app.Users); !known && n > 0 {
		user, known = app.Users[n-1], true
	}
	if !known {
		return l
	}
	l.madeUp, l.application, l.practice, l.user, l.region = false, app.Name, app.Sandbox, user.Name, regionOf(user.Region)
	l.source = words.Command("credwiz", "token", "--user", user.Name)
	if host, err := client.ParseHost(app.APIHost); err == nil {
		l = l.at(host)
	}
	return l
}

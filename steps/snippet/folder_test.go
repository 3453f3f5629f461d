package snippet_test

import (
	"regexp"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/journal"
	"credwiz/steps/snippet"
	"credwiz/steps/workdir"
)

func samplesFor(t *testing.T, apps ...journal.Application) map[string]string {
	t.Helper()
	folder := must(workdir.Open(t.TempDir()))
	defer func() { _ = folder.Close() }()
	noError(t, journal.Write(folder, journal.Journal{Applications: apps}))
	codes := map[string]string{}
	for _, s := range must(snippet.SamplesFor(folder)) {
		codes[s.Language] = s.Code
	}
	return codes
}

func TestNamesOfAFolderAreEscapedInEachLanguage(t *testing.T) {
	t.Parallel()
	for _, name := range nasty {
		codes := samplesFor(t, journal.Application{ID: "1", Name: "app of " + name, APIHost: client.DefaultHost, KeyFile: "private.key",
			Users: []journal.User{{ID: "USR-1", Name: name}}})
		for language, literal := range literals {
			code := codes[language]
			match := literal.line.FindStringSubmatch(code)
			if match == nil {
				t.Fatalf("%s: %q is not in one line of\n%s", language, name, code)
			}
			if got, err := literal.read(match[1]); err != nil || got != name {
				t.Errorf("%s: %q is written as %s, which is read as %q, %v", language, name, match[1], got, err)
			}
			comments := regexp.MustCompile(`(?m)^// .*$`).FindAllString(code, 2)
			if len(comments) != 2 || !strings.HasPrefix(code, strings.Join(comments, "\n")) || comments[1] != redact.Printable(comments[1]) ||
				!strings.HasSuffix(comments[1], "In an app, ask your own backend for one.") {
				t.Errorf("%s: the name breaks the comments:\n%s", language, code)
			}
		}
	}
}

func TestCodeIsForTheCurrentApplicationThatExists(t *testing.T) {
	t.Parallel()
	app := func(id, name string, users ...journal.User) journal.Application {
		return journal.Application{ID: id, Name: name, APIHost: client.DefaultHost, KeyFile: "private.key", Users: users}
	}
	gone := app("3", "Gone", journal.User{ID: "USR-4", Name: "dora"})
	gone.Deleted = true
	codes := samplesFor(t, app("1", "Old", journal.User{ID: "USR-1", Name: "alice"}),
		app("2", "New", journal.User{ID: "USR-2", Name: "bob"}, journal.User{ID: "USR-3", Name: "carol", Region: "api-eu-4.vonage.com"}), gone, app("", "Pending"))
	wantAll(t, codes["JavaScript"], "// Logs in as carol in New.\n", `const user = "carol";`, `{ region: "EU" }`)
	wantNone(t, codes["JavaScript"], "apiUrl")
	wantAll(t, samplesFor(t)["Kotlin"], "// Logs in as alice in your application.\n// Replace YOUR_TOKEN with a token: run credwiz.")
}

func TestAFolderKeepsTheUsersRegion(t *testing.T) {
	t.Parallel()
	w := works(t, "My App", "alice", "")
	apps := journal.ApplicationsIn(w.dir)
	if region := w.session.User.Region; region == "" || len(apps) != 1 || apps[0].Users[0].Region != region {
		t.Errorf("the user is in %q, and the journal has %+v", region, apps)
	}
}

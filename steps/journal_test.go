package steps_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
)

func (r *run) journal() journal.Journal {
	r.t.Helper()
	var journal journal.Journal
	noError(r.t, json.Unmarshal([]byte(r.file(".credwiz.json")), &journal))
	return journal
}

func TestTheJournalRecordsWhatWasCreated(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.answer(answer.Expires, "1h")
	r.doesAll()
	journal := r.journal()
	equal(t, "the version", journal.Version, 1)
	app := journal.Applications[0]
	equal(t, "the application", app.ID, r.session.Application.ID)
	equal(t, "its name", app.Name, "My App")
	equal(t, "made here", app.Created, true)
	equal(t, "the API", app.APIHost, r.account.url)
	equal(t, "the account", app.APIKey, apiKey)
	equal(t, "the key file", app.KeyFile, "private.key")
	equal(t, "the key", app.KeySHA, pairs[0]().Fingerprint())
	equal(t, "noted at", app.Noted, noon)
	user := app.Users[0]
	equal(t, "the user", user.ID, r.session.User.ID)
	equal(t, "the token's id", user.TokenID, r.session.Token.ID)
	equal(t, "the token's start", *user.IssuedAt, noon)
	equal(t, "the token's end", *user.ExpiresAt, noon.Add(time.Hour))
}

func TestTheJournalHoldsNoSecretAtAnyTime(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	for _, call := range []string{postApplication, postUser} {
		r.account.on(call, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
			if found := secretsIn(r.file(".credwiz.json")); found != nil {
				t.Errorf("before %s the journal holds %q", call, found)
			}
			api.ServeHTTP(w, req)
		})
	}
	r.doesAll()
	equal(t, "requests for a user", r.account.count(postUser), 1)
	if found := secretsIn(r.file(".credwiz.json")); found != nil {
		t.Errorf("the journal holds %q", found)
	}
}

func TestAnUnreadableJournalIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ content, says string }{
		"broken":                  {`{"version": 1, "applications": [`, "not a credwiz journal"},
		"something else":          {`["a list"]`, "not a credwiz journal"},
		"newer":                   {`{"version": 2, "applications": []}`, "version 2"},
		"no version":              {`{}`, "version 0"},
		"empty":                   {``, "not a credwiz journal"},
		"a key elsewhere":         {`{"version": 1, "applications": [{"private_key_path": "../other.key"}]}`, "isn't a valid key file name"},
		"a key with a line break": {`{"version": 1, "applications": [{"private_key_path": "x\n!/.env"}]}`, "isn't a valid key file name"},
		"huge":                    {strings.Repeat(" ", 16<<20+1), "over 16 MB"},
		"a link":                  {"", ".credwiz.json: it is not a regular file"},
		"a folder":                {"", ".credwiz.json: it is not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			switch name {
			case "a link":
				r.has("elsewhere", `{"version":1,"applications":[]}`)
				link(t, "elsewhere", r.path(".credwiz.json"))
			case "a folder":
				noError(t, os.Mkdir(r.path(".credwiz.json"), 0o700))
			default:
				r.has(".credwiz.json", test.content)
			}
			before := snapshot(t, r.dir)
			err := r.does("connect").try("application")
			if !errors.Is(err, workdir.ErrNotRegular) {
				as[*journal.Error](t, err)
			}
			wantAll(t, err.Error(), r.path(".credwiz.json"), test.says)
			equal(t, "requests for an application", r.account.count(postApplication), 0)
			equal(t, "the folder", snapshot(t, r.dir), before)

			noError(t, os.Remove(r.path(".credwiz.json")))
			r.does("application", "user", "token")
		})
	}
}

func TestAFailedJournalWriteLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	for _, step := range []struct{ id, call string }{{"application", postApplication}, {"user", postUser}} {
		var notes string
		r.account.on(step.call, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
			notes = r.file(".credwiz.json")
			r.has(".credwiz.json", "scribble")
			api.ServeHTTP(w, req)
		})
		r.does(step.id)
		wantAll(t, r.warned(), "record the "+step.id, "not a credwiz journal")
		equal(t, "the journal", r.file(".credwiz.json"), "scribble")
		if step.id == "application" { // and a journal that is broken before the user stops it
			as[*journal.Error](t, r.try("user"))
			equal(t, "requests for a user", r.account.count(postUser), 0)
			equal(t, "the journal", r.file(".credwiz.json"), "scribble")
			r.has(".credwiz.json", notes)
		}
	}
}

package steps_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/workdir"
)

func (r *run) journal() journal.Journal {
	r.t.Helper()
	var journal journal.Journal
	if err := json.Unmarshal([]byte(r.file(".credwiz.json")), &journal); err != nil {
		r.t.Error(err)
	}
	return journal
}

func TestTheJournalSaysWhatWasMade(t *testing.T) {
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

func TestAJournalThatCannotBeUnderstoodIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ content, says string }{
		"broken":                  {`{"version": 1, "applications": [`, "not a journal of credwiz"},
		"something else":          {`["a list"]`, "not a journal of credwiz"},
		"newer":                   {`{"version": 2, "applications": []}`, "version 2"},
		"no version":              {`{}`, "version 0"},
		"empty":                   {``, "not a journal of credwiz"},
		"a key elsewhere":         {`{"version": 1, "applications": [{"private_key_path": "../other.key"}]}`, "cannot be the name"},
		"a key with a line break": {`{"version": 1, "applications": [{"private_key_path": "x\n!/.env"}]}`, "cannot be the name"},
		"huge":                    {strings.Repeat(" ", 16<<20+1), "over 16 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.has(".credwiz.json", test.content)
			r.does("connect")
			err := r.try("application")
			var journal *journal.Error
			if !errors.As(err, &journal) || journal.Path != r.path(".credwiz.json") {
				t.Fatalf("got %v", err)
			}
			wantAll(t, err.Error(), test.says)
			equal(t, "requests for an application", r.account.count(postApplication), 0)
			equal(t, "the journal", r.file(".credwiz.json"), test.content)
			equal(t, "files", len(r.names()), 1)

			if err := os.Remove(r.path(".credwiz.json")); err != nil {
				t.Fatal(err)
			}
			r.does("application", "user", "token")
		})
	}
}

func TestAJournalThatBreaksMeanwhileStopsTheUser(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	r.has(".credwiz.json", "scribble")
	err := r.try("user")
	var journal *journal.Error
	if !errors.As(err, &journal) {
		t.Fatalf("got %v", err)
	}
	equal(t, "requests for a user", r.account.count(postUser), 0)
	equal(t, "the journal", r.file(".credwiz.json"), "scribble")
}

func TestANoteThatCannotBeWrittenDoesNotLoseWhatWasMade(t *testing.T) {
	t.Parallel()
	for id, call := range map[string]string{"application": postApplication, "user": postUser} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := newRun(t).does("connect")
			if id == "user" {
				r.does("application")
			}
			r.account.on(call, func(w http.ResponseWriter, req *http.Request, api http.Handler) {
				r.has(".credwiz.json", "scribble")
				api.ServeHTTP(w, req)
			})
			r.does(id)
			wantAll(t, r.warned(), "note the "+id, "not a journal of credwiz")
			equal(t, "the journal", r.file(".credwiz.json"), "scribble")
		})
	}
}

func TestAJournalThatIsALinkOrAFolderIsLeftAlone(t *testing.T) {
	t.Parallel()
	t.Run("link", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		if err := os.WriteFile(r.path("elsewhere"), []byte(`{"version":1,"applications":[]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("elsewhere", r.path(".credwiz.json")); err != nil {
			t.Skip("SKIPPED: this system makes no symbolic links:", err)
		}
		r.does("connect")
		if err := r.try("application"); !errors.Is(err, workdir.ErrNotRegular) {
			t.Errorf("got %v", err)
		}
		equal(t, "requests for an application", r.account.count(postApplication), 0)
		equal(t, "the link's target", r.file("elsewhere"), `{"version":1,"applications":[]}`)
	})
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		if err := os.Mkdir(r.path(".credwiz.json"), 0o700); err != nil {
			t.Fatal(err)
		}
		r.does("connect")
		err := r.try("application")
		if !errors.Is(err, workdir.ErrNotRegular) {
			t.Errorf("got %v", err)
		}
		equal(t, "the error", err.Error(), filepath.Join(r.dir, ".credwiz.json")+": it is not a regular file")
		equal(t, "requests for an application", r.account.count(postApplication), 0)
	})
}

func TestTheKeyInTheJournalIsThePublicOne(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect", "application")
	fingerprint, err := jwt.Fingerprint(r.account.Applications()[0].PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the fingerprint", r.journal().Applications[0].KeySHA, fingerprint)
}

func TestAnEnormousJournalIsRefusedUnread(t *testing.T) {
	t.Attr("fault", "field-C13")
	r := newRun(t)
	r.has(".credwiz.json", `{"version": 1, "applications": [`+strings.Repeat(" ", 62<<20)+"]}")
	folder := r.folder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := resign.FindUsers(folder, "", "")
	runtime.ReadMemStats(&after)
	wantAll(t, advice.For(err).What, ".credwiz.json: it is over 16 MB")
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("it took %d bytes", took)
	}
}

package journal

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"credwiz/steps/workdir"
)

func FuzzParseJournal(f *testing.F) {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	whole, err := json.Marshal(Journal{Version: journalVersion, Applications: []Application{{
		ID: "78d335fa-323d-0114-9c3d-d6f0d48968cf", Name: "My App", Created: true, APIHost: "https://api.nexmo.com",
		APIKey: "abcd1234", KeyFile: "private.key", KeySHA: "00ff", Noted: at,
		Users: []User{{ID: "USR-1", Name: "alice", Created: true, TokenID: "x", IssuedAt: &at, ExpiresAt: &at}},
	}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(whole), "", "{}", `{"version":1}`, `{"version":2}`, `{"version":1,"applications":null}`, "[]", "null", `{"version":1}x`,
		`{"version":1,"applications":[{"noted_at":"0000-01-01T00:00:00Z"}]}`, `{"version":1,"applications":[{"name":"\ud800\u001b"}]}`,
		`{"version":1,"applications":[{"users":[{"token_issued_at":"2026-03-04T12:00:00+14:00"}]}]}`, `{"version":1e0}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		journal, err := Parse(text)
		if err != nil {
			return
		}
		folder, err := workdir.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = folder.Close() }()
		if err := Write(folder, journal); err != nil {
			t.Fatalf("%q cannot be written back: %v", text, err)
		}
		again, err := Read(folder)
		var unreadable *Error
		if errors.As(err, &unreadable) {
			t.Fatalf("what was written back of %q can't be read: %v", text, err)
		}
		for _, j := range []*Journal{&journal, &again} {
			inUTC(j)
		}
		if !reflect.DeepEqual(journal, again) {
			t.Fatalf("%q is read as\n%+v\nand written back as\n%+v", text, journal, again)
		}
	})
}

// inUTC makes times comparable: one offset may be two locations.
func inUTC(j *Journal) {
	for i := range j.Applications {
		app := &j.Applications[i]
		app.Noted = app.Noted.UTC()
		if len(app.Users) == 0 {
			app.Users = nil // an empty list is left out
		}
		for k := range app.Users {
			for _, at := range []**time.Time{&app.Users[k].IssuedAt, &app.Users[k].ExpiresAt} {
				if *at != nil {
					utc := (*at).UTC()
					*at = &utc
				}
			}
		}
	}
}

package steps

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

func TestATokenDoesNotWaitForAnotherCredwizUnlessItIsWritten(t *testing.T) {
	t.Attr("fault", "field-C13")
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dir")
	folders := make([]*Folder, 2)
	for i := range folders {
		var err error
		if folders[i], err = OpenFolder(dir); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = folders[i].Close() }()
	}
	folder := folders[1]
	release, err := folders[0].tryLock()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	key, err := jwt.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	pem, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Create(defaultKeyFile, []byte(pem.Reveal())); err != nil {
		t.Fatal(err)
	}
	user := Signable{app: NotedApp{ID: "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7", KeyFile: defaultKeyFile, KeySHA: key.Fingerprint()}, user: NotedUser{ID: "USR-1", Name: "alice"}}
	synctest.Test(t, func(t *testing.T) {
		for _, write := range []bool{false, true} {
			var events []Event
			env := Env{Now: time.Now, NewID: func() string { return "705b6f50-8c21-41e8-9bcb-595326422d60" }, Redactor: &redact.Redactor{}}
			began := time.Now()
			s, err := SignAgain(t.Context(), env, Place{Folder: folder}, user, Answers{}, write, func(e Event) { events = append(events, e) })
			waited := time.Since(began)
			var busy *BusyError
			has := func(state State, text string) bool {
				return slices.ContainsFunc(events, func(e Event) bool { return e.State == state && strings.Contains(e.Text+e.Note, text) })
			}
			switch {
			case write && (!errors.As(err, &busy) || waited != 10*time.Second || !has(Started, WaitForOther)):
				t.Errorf("with --write env: %v after %v, and it told %+v", err, waited, events)
			case !write && (err != nil || s.Token.JWT.IsZero() || waited > time.Second || !has(Warned, "another credwiz is at work")):
				t.Errorf("%v after %v, and it told %+v", err, waited, events)
			}
		}
	})
}

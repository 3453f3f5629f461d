package resign

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
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

func TestATokenDoesNotWaitForAnotherCredwizUnlessItIsWritten(t *testing.T) {
	t.Attr("fault", "field-C13")
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dir")
	folders := make([]*workdir.Dir, 2)
	for i := range folders {
		var err error
		if folders[i], err = workdir.Open(dir); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = folders[i].Close() }()
	}
	folder := folders[1]
	release, err := folders[0].TryLock()
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
	if err := folder.Create(workdir.DefaultKeyFile, []byte(pem.Reveal())); err != nil {
		t.Fatal(err)
	}
	user := UserRef{App: journal.Application{ID: "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7", KeyFile: workdir.DefaultKeyFile, KeySHA: key.Fingerprint()}, User: journal.User{ID: "USR-1", Name: "alice"}}
	synctest.Test(t, func(t *testing.T) {
		for _, write := range []bool{false, true} {
			var events []task.Event
			env := steps.Env{Now: time.Now, NewID: func() string { return "705b6f50-8c21-41e8-9bcb-595326422d60" }, Redactor: &redact.Redactor{}}
			began := time.Now()
			s, err := Sign(t.Context(), env, workdir.Place{Folder: folder}, user, answer.Answers{answer.Write: map[bool]string{true: "env"}[write]}, func(e task.Event) { events = append(events, e) })
			waited := time.Since(began)
			var busy *workdir.BusyError
			has := func(state task.State, text string) bool {
				return slices.ContainsFunc(events, func(e task.Event) bool { return e.State == state && strings.Contains(e.Text+e.Note, text) })
			}
			switch {
			case write && (!errors.As(err, &busy) || waited != 10*time.Second || !has(task.Started, workdir.WaitForOther)):
				t.Errorf("with --write env: %v after %v, and it told %+v", err, waited, events)
			case !write && (err != nil || s.Token.JWT.IsZero() || waited > time.Second || !has(task.Warned, "another credwiz is running")):
				t.Errorf("%v after %v, and it told %+v", err, waited, events)
			}
		}
	})
}

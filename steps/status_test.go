package steps_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"credwiz/client"
	"credwiz/steps"
)

func (r *run) status(now time.Time) steps.Status {
	r.t.Helper()
	folder, err := steps.OpenFolder(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	status, err := folder.Status(now)
	if err != nil {
		r.t.Fatal(err)
	}
	return status
}

// TestStatusSaysWhatIsWrongAndWhatToRun spoils a folder in one way each.
func TestStatusSaysWhatIsWrongAndWhatToRun(t *testing.T) {
	for _, test := range []struct {
		name       string
		spoil      func(r *run)
		now        time.Time
		what, runs string // of the first problem; empty if there is none
	}{
		{name: "nothing", now: noon},
		{name: "the token ends soon", now: noon.Add(23*time.Hour + 30*time.Minute), what: "The token of alice ends soon.", runs: "credwiz token --user alice --write env"},
		{name: "the token has expired", now: noon.Add(25 * time.Hour), what: "The token of alice has expired.", runs: "credwiz token --user alice --write env"},
		{name: "the key is lost", now: noon, spoil: func(r *run) { r.moves("private.key", "../lost.key") }, what: "is not in", runs: "--renew-key"},
		{name: "the key has another name", now: noon, spoil: func(r *run) { r.moves("private.key", "my.key") }, what: "is not in", runs: "--key-file my.key"},
		{name: "another key", now: noon, spoil: func(r *run) { r.has("private.key", pemOf(pairs[2]())) }, what: "is not the key of “My App”", runs: "--renew-key"},
		{name: "an open key", now: noon, spoil: func(r *run) { r.opens("private.key") }, what: "Others on this computer can use", runs: "chmod 600"},
		{name: "an open .env", now: noon, spoil: func(r *run) { r.opens(".env") }, what: "Others on this computer can read", runs: "chmod 600"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRun(t).doesAll()
			if test.spoil != nil {
				test.spoil(r)
			}
			status := r.status(test.now)
			if len(status.Applications) != 1 || status.Applications[0].Users[0].Name != "alice" {
				t.Fatalf("%+v", status)
			}
			if test.what == "" {
				if len(status.Problems) > 0 {
					t.Errorf("it complains: %+v", status.Problems)
				}
				return
			}
			if len(status.Problems) == 0 {
				t.Fatal("it finds nothing")
			}
			first := status.Problems[0]
			wantAll(t, first.What, test.what)
			command := strings.ReplaceAll(first.Command, " --dir "+r.dir, "")
			wantAll(t, command, test.runs)
		})
	}
}

func (r *run) moves(from, to string) {
	r.t.Helper()
	if err := os.Rename(r.path(from), r.path(to)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *run) opens(name string) {
	r.t.Helper()
	if err := os.Chmod(r.path(name), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func TestAStatusIsSafeToPrint(t *testing.T) {
	r := newRun(t)
	r.answer(steps.AnswerAppName, "My\u202eApp")
	r.answer(steps.AnswerUser, "ali\u200bce")
	r.doesAll()
	status := r.status(noon.Add(48 * time.Hour))
	for _, text := range []string{status.Applications[0].Name, status.Applications[0].Users[0].Name, status.Problems[0].What, status.Problems[0].Command} {
		if client.Printable(text) != text {
			t.Errorf("%q is not", text)
		}
	}
}

func TestThereIsNoStatusOfNothing(t *testing.T) {
	r := newRun(t)
	folder, err := steps.OpenFolder(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	var nothing *steps.NothingHereError
	if _, err := folder.Status(noon); !errors.As(err, &nothing) {
		t.Errorf("got %v", err)
	}
}

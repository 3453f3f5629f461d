package steps_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"credwiz/client"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/output"
)

// The user's .env before the first run.

const otherApp = "11111111-2222-4333-8444-555555555555"

func utf16Of(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return string(out)
}

func (r *run) hasMadeNothing() {
	r.t.Helper()
	if n := r.account.count(postApplication) + r.account.count(postUser); n > 0 {
		r.t.Errorf("%d creates were sent", n)
	}
	wantMissing(r.t, r.path("private.key"))
}

func TestAFileThatIsNotUTF8IsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Attr("fault", "field-B2")
	t.Parallel()
	for _, name := range []string{".env", ".vonagerc", ".nexmorc", ".nexmo-app"} {
		for encoding, text := range map[string]string{
			"UTF-16": utf16Of("A=1\n"), "UTF-16 without a mark": utf16Of("A=1\n")[2:], "Windows-1252": "A=zo\xeb\n",
		} {
			t.Run(name+" in "+encoding, func(t *testing.T) {
				r := newRun(t)
				r.answer(answer.Write, "env,nexmo,vonage")
				r.has(name, text)
				err := r.does("connect").try("application")
				if err == nil || r.file(name) != text {
					t.Fatalf("got %v, and it is now %q", err, r.file(name))
				}
				r.hasMadeNothing()
				a := advice.For(err)
				wantAll(t, a.What, name, "UTF-")
				wantAll(t, a.Do, "Save it as UTF-8")
			})
		}
	}
}

func TestAByteOrderMarkIsKeptAndTheFirstLineIsKnown(t *testing.T) {
	t.Attr("fault", "field-B2")
	t.Parallel()
	r := newRun(t)
	before := "\ufeffVONAGE_APPLICATION_ID=" + otherApp + "\r\nA=1\r\n"
	r.has(".env", before)
	r.doesAll()
	text := r.file(".env")
	if !strings.HasPrefix(text, "\ufeff# set aside by credwiz: VONAGE_APPLICATION_ID="+otherApp+"\r\nVONAGE_APPLICATION_ID="+r.session.Application.ID+"\r\n") {
		t.Errorf("the file is\n%q", text)
	}
	r.cleared()
	equal(t, "the file after all is cleared away", r.file(".env"), before)
}

// isOfOneApplication fails if .env has an id next to a key, token or user of another application.
func (r *run) isOfOneApplication(not ...string) {
	r.t.Helper()
	for line := range strings.Lines(r.file(".env")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		wantNone(r.t, line, not...)
	}
}

func TestWhatBelongsToAnotherApplicationIsReplacedTogetherAndKept(t *testing.T) {
	t.Attr("fault", "field-B3")
	t.Parallel()
	inline := strings.ReplaceAll(pemOf(pairs[1]()), "\n", `\n`)
	for name, old := range map[string]string{
		"a path": "VONAGE_PRIVATE_KEY=./old.key\n", "under another name": "VONAGE_APPLICATION_PRIVATE_KEY=./old.key\n",
		"a key": "VONAGE_PRIVATE_KEY=\"" + inline + "\" # a comment\n", "a key over lines": "VONAGE_PRIVATE_KEY64=\"" + pemOf(pairs[1]()) + "\" # a comment\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			before := "PORT=3000\nVONAGE_API_KEY=other123\nVONAGE_API_SECRET=theirs\nVONAGE_APPLICATION_ID=" + otherApp + " # live\n" +
				old + "VONAGE_USER_NAME=bob\nLAST=1\n"
			r.has(".env", before)
			r.doesAll()
			wantAll(t, r.warned(), "check .env", "VONAGE_APPLICATION_ID", "comments")
			r.isOfOneApplication(otherApp, "old.key", "theirs", "other123", "NAME=bob", "PRIVATE KEY-")
			wantAll(t, r.file(".env"), "PORT=3000\n", "LAST=1\n", "# set aside by credwiz: VONAGE_API_SECRET=theirs\n")
			r.again().doesAll()
			equal(t, "times that the old id is kept", strings.Count(r.file(".env"), otherApp), 1)
			r.cleared()
			equal(t, "the file after all is cleared away", r.file(".env"), before)
		})
	}
}

func TestAKeyVariableThatLeadsToTheKeyStays(t *testing.T) {
	t.Attr("fault", "field-B3")
	t.Parallel()
	r := newRun(t)
	r.has("old.key", pemOf(pairs[1]()))
	app := r.account.hasApplication(t, "theirs", pairs[1]())
	r.has(".env", "VONAGE_APPLICATION_ID="+app+"\nVONAGE_PRIVATE_KEY=./old.key\n")
	r.answer(answer.AppID, app, answer.KeyFile, "old.key")
	r.doesAll()
	wantAll(t, r.file(".env"), "VONAGE_APPLICATION_ID="+app+"\nVONAGE_PRIVATE_KEY=./old.key\n")
	wantNone(t, r.file(".env"), "set aside")
}

func TestTheSamplesOfTodayFindTheKey(t *testing.T) {
	t.Attr("fault", "field-B4")
	t.Parallel()
	r := newRun(t).doesAll()
	wantAll(t, r.file(".env"), "VONAGE_PRIVATE_KEY=private.key\n", "VONAGE_PRIVATE_KEY_PATH=private.key\n")
	r.leaves("")
}

// TestStatusReadsTheNameAsWritten has a .env of an older version, which wrote names with both kinds of quotes.
func TestStatusReadsTheNameAsWritten(t *testing.T) {
	t.Attr("fault", "field-B12")
	t.Parallel()
	const name = `O'Neil "Bob"`
	r := newRun(t)
	r.answer(answer.User, name, answer.Write, "vonage")
	r.doesAll()
	r.has(".env", "VONAGE_APPLICATION_ID="+r.session.Application.ID+"\nVONAGE_USER_NAME=\"O'Neil \\\"Bob\\\"\"\n")
	wantAll(t, r.status(noon.Add(48 * time.Hour)).Problems[0].Command, "--write env")
}

func TestANameThatAppsReadDifferentlyIsRefusedBeforeAnythingIsCreated(t *testing.T) {
	t.Attr("fault", "field-D10")
	t.Parallel()
	for _, name := range []string{`O'Neil $5`, `O'Neil "Bob"`, `O'Neil \ x`, `a\\b`, `a\`, "${HOME}", "O'Neil `x`"} {
		r := newRun(t)
		r.answer(answer.User, name)
		err := r.does("connect").try("application")
		var spelling *output.SpellingError
		if !errors.As(err, &spelling) {
			t.Errorf("%q: got %v", name, err)
		}
		r.hasMadeNothing()
		equal(t, "the field to correct", advice.For(err).Field, answer.User)

		r.answer(answer.Write, "vonage")
		r.doesAll()
	}
	r := newRun(t)
	r.env.Roster = []client.NewUser{{Name: "alice"}, {Name: `O'Neil $5`}}
	if err := r.does("connect").try("application"); err == nil {
		t.Error("a list of users with such a name was taken")
	}
	r.hasMadeNothing()
	for _, f := range stepNamed(t, "user").Fields(r.env, r.session, r.answers) {
		if _, err := f.Answer("O'Neil $5"); f.Key == answer.User && err == nil {
			t.Error("such a name may be typed")
		}
	}
}

func TestAnUnwritableFileFailsBeforeAnythingIsCreated(t *testing.T) {
	t.Attr("fault", "field-C4")
	t.Attr("fault", "F5")
	t.Parallel()
	for name, test := range map[string]struct {
		put      func(r *run) error
		what, do string
	}{
		"a folder":    {func(r *run) error { return os.Mkdir(r.path(".env"), 0o700) }, "is a folder, a link or a device", "Move it away"},
		"a link":      {func(r *run) error { return os.Symlink("elsewhere", r.path(".env")) }, "is a folder, a link or a device", "Move it away"},
		"over 64 KiB": {func(r *run) error { r.has(".env", "A="+strings.Repeat("x", 64<<10)); return nil }, "over 64 KiB", "Move large content"},
		"read-only":   {func(r *run) error { r.has(".env", "A=1\n"); return os.Chmod(r.path(".env"), 0o400) }, "don't have permission to read and write", "chmod u+rw "},
		"the users' folder": {func(r *run) error {
			r.env.Out = filepath.Join(r.dir, "in", "out")
			r.has("in", "a file in the way")
			return nil
		}, "not a directory", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			noError(t, test.put(r))
			err := r.does("connect").try("application")
			if err == nil {
				t.Fatal("it went on")
			}
			r.hasMadeNothing()
			a := advice.For(err)
			wantAll(t, a.What, test.what)
			wantAll(t, a.Do, test.do)
			wantNone(t, a.Do, "Make the folder writable")
		})
	}
}

func TestANameThatOnlyTheAPITellsIsLeftOut(t *testing.T) {
	t.Attr("fault", "field-D10")
	t.Parallel()
	r := newRun(t)
	r.has(".env", "VONAGE_USER_NAME=bob\n")
	r.does("connect", "application")
	r.answer(answer.Write, "vonage", answer.User, "O'Neil $5")
	r.does("user")
	r.answer(answer.Write, "env")
	r.does("token")
	wantAll(t, r.warned(), "VONAGE_USER_NAME was left out")
	wantAll(t, r.file(".env"), "VONAGE_JWT=eyJ", "# set aside by credwiz: VONAGE_USER_NAME=bob\n")
	wantNone(t, r.file(".env"), "\nVONAGE_USER_NAME=")
}

// The sandbox was restarted between the runs, so the application of the first is gone.
func TestNoLineOfADeletedApplicationIsKeptForTheUser(t *testing.T) {
	t.Attr("fault", "field-B3")
	t.Parallel()
	for name, before := range map[string]string{"no .env": "", "a .env with other settings": "PORT=3000\nVONAGE_APPLICATION_ID=" + otherApp + "\n"} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			if before != "" {
				r.has(".env", before)
			}
			r.answer(answer.Write, "env,nexmo")
			r.doesAll()
			for range 2 {
				r.deletes(r.session.Application.ID)
				r = r.again().doesAll()
				wantNone(t, r.warned(), "now comments")
			}
			r.deletes(r.session.Application.ID)
			r = r.again().does("connect", "application") // the files still name the one before
			r.cleared()
			wantMissing(t, r.path(".nexmo-app"))
			if before == "" {
				wantMissing(t, r.path(".env"))
			} else {
				equal(t, "the file after all is cleared away", r.file(".env"), before)
			}
		})
	}
}

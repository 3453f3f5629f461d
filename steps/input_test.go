package steps_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/steps/output"
	"credwiz/steps/source"
	"credwiz/steps/workdir"
)

var errLeft = errors.New("the person has left")

// endless is a stream that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestNoMoreIsReadThanALimit(t *testing.T) {
	t.Attr("fault", "field-C2")
	var large *workdir.TooLargeError
	if _, err := workdir.ReadStream(t.Context(), endless{}, 1<<20); !errors.As(err, &large) || err.Error() != "it is over 1 MB" {
		t.Errorf("got %v", err)
	}
	if _, err := workdir.ReadLine(t.Context(), endless{}, 1<<10); !errors.As(err, &large) || err.Error() != "it is over 1 KiB" {
		t.Errorf("a line: got %v", err)
	}
	path := filepath.Join(t.TempDir(), "large")
	write(t, path, strings.Repeat("x", 100), 0o600)
	if _, err := workdir.ReadFile(t.Context(), path, 99); !errors.As(err, &large) {
		t.Errorf("a file: got %v", err)
	}
	if text, err := workdir.ReadFile(t.Context(), path, 100); len(text) != 100 || err != nil {
		t.Errorf("a file: got %d bytes, %v", len(text), err)
	}
}

func TestReadingASilentStreamEndsWithTheContext(t *testing.T) {
	t.Attr("fault", "field-C2")
	in, out := io.Pipe()
	defer func() { _ = out.Close() }()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errLeft)
	if _, err := workdir.ReadStream(ctx, in, 10); !errors.Is(err, errLeft) {
		t.Errorf("got %v", err)
	}
}

func TestTheFirstLineIsReadThoughNoEndComes(t *testing.T) {
	t.Attr("fault", "field-C2")
	for name, said := range map[string]string{"UTF-8": "s3cret\n", "UTF-16": "\xff\xfes\x003\x00c\x00r\x00e\x00t\x00\n\x00", "a mark": "\ufeffs3cret\r\n"} {
		in, out := io.Pipe()
		go func() { _, _ = io.WriteString(out, said) }()
		line, err := workdir.ReadLine(t.Context(), in, 100)
		if err != nil || strings.TrimSpace(line) != "s3cret" {
			t.Errorf("%s: %q, %v", name, line, err)
		}
		_ = out.Close()
	}
	if line, err := workdir.ReadLine(t.Context(), strings.NewReader("no break"), 100); line != "no break" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestAFileThatIsNoTextIsRefusedWithTheLine(t *testing.T) {
	t.Attr("fault", "field-B1")
	var bad *client.TextError
	path := filepath.Join(t.TempDir(), "profile.json")
	write(t, path, "{\n\"user\": \"zo\xeb\"}", 0o600)
	_, err := source.ReadProfile(t.Context(), path)
	if !errors.As(err, &bad) || bad.Line != 2 {
		t.Fatalf("got %v", err)
	}
	wantAll(t, err.Error(), "--profile", "profile.json", "line 2", "save it as UTF-8")
	if _, err := workdir.ReadFile(t.Context(), t.TempDir(), 10); !errors.Is(err, workdir.ErrNotRegular) {
		t.Errorf("a folder: got %v", err)
	}
	if _, err := workdir.ReadFile(t.Context(), path+"x", 10); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
}

func TestWhatOtherToolsLeftIsReadInUTF16AndRefusedInOthers(t *testing.T) {
	t.Attr("fault", "field-B1")
	wide := "\xff\xfe"
	for _, r := range "VONAGE_API_KEY=abcd1234\r\n" {
		wide += string([]byte{byte(r), 0})
	}
	s := places(t, map[string]string{".env": wide, ".nexmorc": "[credentials]\n; schl\xfcssel\n"})
	equal(t, "suggested", suggested(s), `api-key "abcd1234" from .env; `+
		"note: .nexmorc suggests nothing: line 2 is not UTF-8 text: save it as UTF-8.")
}

func TestATokenIsFoundInADotenvOfWindows(t *testing.T) {
	t.Attr("fault", "field-B1")
	wide := "\xff\xfe"
	for _, r := range "VONAGE_JWT=x.y.z\r\n" {
		wide += string([]byte{byte(r), 0})
	}
	for text, want := range map[string]string{wide: "x.y.z", "# schl\xfcssel\nVONAGE_JWT=x.y.z\n": "x.y.z", "VONAGE_JWT=x.\xfc.z\n": ""} {
		r := newRun(t)
		r.has(".env", text)
		equal(t, "the token", output.DotenvToken(r.folder()).Reveal(), want)
	}
}

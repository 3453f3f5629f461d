//go:build unix

package command_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"credwiz/steps"
	"credwiz/ui/command"
)

// wide is a text in UTF-16, as Windows saves it. It knows ASCII and what is in one unit.
func wide(text string) string {
	out := "\xff\xfe"
	for _, r := range text {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

var endings = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

func TestTheFirstSignalEndsTheReadingOfASilentPipe(t *testing.T) {
	t.Attr("fault", "field-C2")
	t.Parallel()
	for name, args := range map[string][]string{
		"--acl":          {"token", "--acl", "pipe"},
		"--acl of a run": demoWith("--no-input", "--app-name", "My App", "--user", "alice", "--acl", "pipe"),
		"--users-from":   demoWith("--no-input", "--app-name", "My App", "--users-from", "pipe"),
		"--profile":      demoWith("--no-input", "--app-name", "My App", "--user", "alice", "--profile", "pipe"),
		"--public-key":   {"inspect", "x.y.z", "--public-key", "pipe"},
	} {
		for _, sig := range endings {
			t.Run(name+" "+sig.String(), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				noError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				cmd := exec.CommandContext(ctx, built(t), args...)
				var errs bytes.Buffer
				cmd.Dir, cmd.Stderr, cmd.Env = dir, &errs, []string{"HOME=" + dir, "TMPDIR=" + dir}
				noError(t, cmd.Start())
				// Opening it waits for the program to do so.
				pipe := must(os.OpenFile(filepath.Join(dir, "pipe"), os.O_WRONLY, 0))
				defer func() { _ = pipe.Close() }()
				noError(t, cmd.Process.Signal(sig))
				_ = cmd.Wait()
				if code := cmd.ProcessState.ExitCode(); code != 128+int(sig) || errs.String() != "" {
					t.Errorf("exit code %d: %s", code, errs.String())
				}
			})
		}
	}
}

func TestASignalEndsTheReadingOfSilentStandardInput(t *testing.T) {
	t.Attr("fault", "field-C2")
	t.Parallel()
	for name, args := range map[string][]string{
		"users":              demoWith("--no-input", "--app-name", "My App", "--users-from", "-"),
		"a secret":           {"--no-input", "--app-name", "My App", "--user", "alice", "--api-key", "abcd1234", "--api-secret-stdin"},
		"a token":            {"inspect", "-"},
		"a secret to ask":    {"inspect", "x.y.z", "--online", "--api-key", "abcd1234", "--api-secret-stdin"},
		"a sandbox's secret": {"sandbox", "--api-secret-stdin"},
	} {
		for _, sig := range endings {
			in, keepOpen, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(command.SignalError{Signal: sig})
			var errs bytes.Buffer
			if code := command.Run(ctx, args, in, io.Discard, &errs); code != 128+int(sig) || errs.String() != "" {
				t.Errorf("%s, %s: exit code %d: %s", name, sig, code, errs.String())
			}
			_, _ = keepOpen.Close(), in.Close()
		}
	}
}

func TestAPipeIsAsGoodAsAFile(t *testing.T) {
	t.Attr("fault", "field-C2")
	t.Parallel()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	noError(t, syscall.Mkfifo(pipe, 0o600))
	go func() {
		if out, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
			_, _ = io.WriteString(out, `user = "zoë"`)
			_ = out.Close()
		}
	}()
	r := runs(t, dir, "", nil, demoWith("--no-input", "--app-name", "My App", "--profile", "pipe", "--json")...)
	if r.code != 0 || !strings.Contains(r.stdout, "zoë") {
		t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestAnEndlessInputIsRefused(t *testing.T) {
	t.Attr("fault", "field-C2")
	t.Parallel()
	for _, args := range [][]string{
		demoWith("--no-input", "--app-name", "My App", "--user", "alice", "--acl", "/dev/zero"),
		demoWith("--no-input", "--app-name", "My App", "--users-from", "/dev/zero"),
		demoWith("--profile", "/dev/zero"),
		{"inspect", "x.y.z", "--public-key", "/dev/zero"},
	} {
		runs(t, t.TempDir(), "", nil, args...).ends(t, 2, "it is over")
	}
	for _, args := range [][]string{{"inspect", "-"}, {"sandbox", "--api-secret-stdin"}} {
		runs(t, t.TempDir(), strings.Repeat("x", 80<<10), nil, args...).ends(t, 2, "it is over")
	}
}

func TestTextFromOutsideIsUTF8OrRefused(t *testing.T) {
	t.Attr("fault", "field-B1")
	t.Parallel()
	app := demoWith("--no-input", "--app-name", "My App")
	with := func(args ...string) []string { return append(append([]string{}, app...), args...) }
	for name, test := range map[string]struct {
		file, stdin string
		env, args   []string
		says        string
	}{
		"a roster":               {file: "name\nalice\nzo\xeb\n", args: with("--users-from", "file"), says: "line 3 is not UTF-8 text: save it as UTF-8"},
		"a roster on a pipe":     {stdin: "name\nzo\xeb\n", args: with("--users-from", "-"), says: "line 2"},
		"no mark":                {file: strings.TrimPrefix(wide("name\nalice\n"), "\xff\xfe"), args: with("--users-from", "file"), says: "line 1"},
		"a profile in TOML":      {file: "# TOML\nuser = 'zo\xeb'", args: with("--profile", "file"), says: "line 2"},
		"a profile in JSON":      {file: "{\"user\": \"zo\xeb\"}", args: with("--profile", "file"), says: "line 1"},
		"an ACL":                 {file: "{\"paths\": {\"/\xeb\": {}}}", args: with("--user", "alice", "--acl", "file"), says: "line 1"},
		"a flag":                 {args: with("--user", "zo\xeb"), says: "--user isn't UTF-8"},
		"a flag with =":          {args: with("--user=zo\xeb"), says: "--user isn't UTF-8"},
		"a word":                 {args: []string{"inspect", "zo\xeb"}, says: "argument 2 isn't UTF-8"},
		"a variable":             {env: []string{"VONAGE_API_SECRET=zo\xeb"}, args: with("--user", "alice"), says: "VONAGE_API_SECRET isn't UTF-8"},
		"a secret":               {stdin: "zo\xeb\n", args: []string{"--no-input", "--api-key", "abcd1234", "--api-secret-stdin"}, says: "--api-secret-stdin: line 1"},
		"a token":                {stdin: "zo\xeb\n", args: []string{"inspect", "-"}, says: "standard input: line 1"},
		"a public key":           {file: "zo\xeb\n", args: []string{"inspect", "x.y.z", "--public-key", "file"}, says: "not PEM"},
		"an answer line by line": {stdin: "zo\xeb\n", args: demoWith("--plain"), says: "✗ Not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "file", test.file)
			r := runs(t, dir, test.stdin, test.env, test.args...)
			if r.code != 2 || !strings.Contains(r.stderr, test.says) || strings.Contains(r.stderr, "zo") {
				t.Errorf("code %d: %s", r.code, r.stderr)
			}
			if r.stdout != "" {
				t.Errorf("something was made: %s", r.stdout)
			}
		})
	}
}

func TestTextInUTF16WithItsMarkIsRead(t *testing.T) {
	t.Attr("fault", "field-B1")
	t.Parallel()
	app := demoWith("--no-input", "--app-name", "My App", "--json")
	for name, test := range map[string]struct {
		file, stdin string
		args        []string
	}{
		"a roster":           {file: wide("name,display_name\r\nNguyễn,Łukasz\r\nbob,\r\n"), args: []string{"--users-from", "file"}},
		"a roster on a pipe": {stdin: wide("name\tdisplay_name\r\nNguyễn\tŁukasz\r\nbob\t\r\n"), args: []string{"--users-from", "-"}},
		"a profile":          {file: wide("user = 'Nguyễn'\r\ndisplay_name = 'Łukasz'\r\n"), args: []string{"--profile", "file"}},
	} {
		dir := t.TempDir()
		write(t, dir, "file", test.file)
		made := decoded[steps.Result](t, runs(t, dir, test.stdin, nil, append(append([]string{}, app...), test.args...)...))
		if len(made.Users) == 0 || made.Users[0].Name != "Nguyễn" {
			t.Errorf("%s: %+v", name, made)
		}
	}
}

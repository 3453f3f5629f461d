//go:build unix

package command

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/source"
)

func TestNoFlagTakesASecret(t *testing.T) {
	t.Attr("fault", "S1")
	sensitive := regexp.MustCompile(`(?i)secret|passw|passphrase|token|jwt|key|cred|auth|pin$`)
	public := map[string]bool{
		"api-key":    true, // the name of the account, which its secret belongs to
		"open-key":   true, // what to do about a key file that others can read
		"public-key": true, // a file, and what is in it is no secret
	}
	count := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		check := func(f *pflag.Flag) {
			count++
			elsewhere := strings.HasSuffix(f.Name, "-stdin") || strings.HasSuffix(f.Name, "-file")
			if sensitive.MatchString(f.Name) && f.Value.Type() != "bool" && !elsewhere && !public[f.Name] {
				t.Errorf("%s --%s takes a secret's value", cmd.CommandPath(), f.Name)
			}
		}
		cmd.LocalFlags().VisitAll(check)
		cmd.PersistentFlags().VisitAll(check)
		for _, below := range cmd.Commands() {
			visit(below)
		}
	}
	root := rootCommand(console{})
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpFlag()
	visit(root)
	if count < 25 {
		t.Errorf("only %d flags were looked at", count)
	}
	if !strings.Contains(root.Long, "The API secret is never a flag, because other processes can read those.") {
		t.Error("the help does not say why")
	}
}

// What a process was started with stays in /proc; what its children get does not.
func TestTheSecretLeavesTheEnvironmentAtOnce(t *testing.T) {
	t.Attr("fault", "S1")
	for _, demo := range []bool{false, true} {
		names := []string{"VONAGE_API_SECRET", "NEXMO_API_SECRET", "VONAGE_API_KEY", "NEXMO_API_KEY"}
		for _, name := range names {
			t.Setenv(name, "canary-of-"+name)
		}
		c := console{redactor: &redact.Redactor{}}
		known, err := c.knownAnswers(c.wizardCommand(), wizardOptions{demo: demo, noInput: true},
			source.Profile{Known: map[string]answer.Known{}}, client.DefaultHost)
		if err != nil {
			t.Fatal(err)
		}
		child := exec.CommandContext(t.Context(), "env")
		out := must(child.Output())
		if strings.Contains(string(out), "canary-of-") {
			t.Errorf("demo %t: a child gets %s", demo, out)
		}
		if got := known.Secrets["canary-of-VONAGE_API_KEY"].Value; demo != (got == "") {
			t.Errorf("demo %t: the answer is %q", demo, got)
		}
		if got := c.redactor.Redact("canary-of-VONAGE_API_SECRET"); got != "•••" {
			t.Errorf("demo %t: the redactor was not told: %s", demo, got)
		}
	}
}

func canaryConsole(errs *bytes.Buffer) console {
	c := console{err: errs, redactor: &redact.Redactor{}}
	c.redactor.Hide(redact.NewSecret("canary-Zx81"))
	return c
}

func TestAPanicIsTwoLinesAndItsStackIsForTheLog(t *testing.T) {
	t.Attr("fault", "S3")
	t.Attr("fault", "T3")
	var errs bytes.Buffer
	c := canaryConsole(&errs)
	name := filepath.Join(t.TempDir(), "debug.log")
	log := must(c.openLog(name))
	err := c.guarded(log.Logger, func() error { panic("the secret is canary-Zx81") })
	log.close()
	if !errors.Is(err, exit(exitFailed)) {
		t.Errorf("got %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(errs.String()), "\n"); len(lines) != 2 {
		t.Errorf("said %q", lines)
	}
	text := must(os.ReadFile(name))
	if !strings.Contains(string(text), "secret_internal_test.go") {
		t.Errorf("the log has no stack:\n%s", text)
	}
	if strings.Contains(errs.String(), "goroutine") {
		t.Errorf("the stack was said:\n%s", &errs)
	}
	if strings.Contains(errs.String()+string(text), "canary") || !strings.Contains(string(text), "the secret is •••") {
		t.Errorf("said %s\nlogged %s", &errs, text)
	}
}

func TestWhatIsSaidIsRedacted(t *testing.T) {
	t.Attr("fault", "S3")
	var errs bytes.Buffer
	canaryConsole(&errs).say("canary-Zx81 Y2FuYXJ5LVp4ODE=")
	if got := errs.String(); got != "••• •••\n" {
		t.Error(got)
	}
}

func TestTheLogIsASeparateFile(t *testing.T) {
	t.Attr("fault", "S3")
	c := canaryConsole(&bytes.Buffer{})
	begin := func(name string) error {
		log, err := c.openLog(name)
		if err == nil {
			log.close()
		}
		return err
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	noError(t, begin(at("new")))
	if info, err := os.Stat(at("new")); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	before, _ := os.ReadFile(at("new"))
	noError(t, begin(at("new")))
	if after, _ := os.ReadFile(at("new")); !bytes.HasPrefix(after, before) || bytes.Count(after, []byte("\n")) != 2 {
		t.Errorf("not appended:\n%s", after)
	}

	for name, test := range map[string]struct {
		make func(name string) error
		want error
	}{
		"a key":           {func(n string) error { return os.WriteFile(n, []byte("-----BEGIN PRIVATE KEY-----\n"), 0o600) }, errNotALog},
		"an empty file":   {func(n string) error { return os.WriteFile(n, nil, 0o600) }, errNotALog},
		"JSON":            {func(n string) error { return os.WriteFile(n, []byte("{}\n"), 0o600) }, errNotALog},
		"a link to a log": {func(n string) error { return os.Symlink(at("new"), n) }, errNotALog},
		"a dangling link": {func(n string) error { return os.Symlink(at("nowhere"), n) }, errNotALog},
		"a folder":        {func(n string) error { return os.Mkdir(n, 0o700) }, errNotALog},
		"a log for all":   {func(n string) error { return errors.Join(os.WriteFile(n, before, 0o600), os.Chmod(n, 0o644)) }, errLogIsOpen},
		"a second name":   {func(n string) error { return errors.Join(os.WriteFile(n+"2", before, 0o600), os.Link(n+"2", n)) }, errLogIsOpen},
	} {
		t.Run(name, func(t *testing.T) {
			path := at(name)
			noError(t, test.make(path))
			was, _ := os.ReadFile(path)
			if err := begin(path); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if is, _ := os.ReadFile(path); !bytes.Equal(was, is) {
				t.Errorf("it was changed: %q", is)
			}
		})
	}
	if _, err := os.Lstat(at("nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file was made through a link")
	}
	if err := begin("-"); err == nil || !strings.Contains(err.Error(), "choose a file") {
		t.Errorf("got %v", err)
	}
	if err := begin(at("no/such/folder")); !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no/such") != 1 {
		t.Errorf("got %v", err)
	}
}

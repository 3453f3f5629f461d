//go:build unix

package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"credwiz/client/sandbox"
	"credwiz/ui/dev/terminal"
)

// patience is the limit for what should come at once.
const patience = 20 * time.Second

// everything asks for all the points and ways, not for a sample of them.
var everything = os.Getenv("CREDWIZ_CRASH") == "all"

// programs is the folder of the real program while the tests run.
var programs string

// binary is the real program, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programs, "credwiz")
	build := exec.Command("go", "build", "-o", path, "credwiz")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// sweep removes the programs of test runs that were interrupted.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), "credwiz-test-*"))
	for _, dir := range old {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > time.Hour {
			_ = os.RemoveAll(dir)
		}
	}
}

func TestMain(m *testing.M) {
	if cue := os.Getenv(panicCue); cue != "" {
		os.Exit(panicking(cue))
	}
	sweep()
	var err error
	if programs, err = os.MkdirTemp("", "credwiz-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(programs)
	os.Exit(code)
}

// built is the real program. What runs it is a test from end to end, and -short leaves all of those out.
func built(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: -short leaves out what runs the real program")
	}
	path := must(binary())
	return path
}

// seat is a person at the real program in a real pseudo-terminal.
type seat struct {
	*testing.T
	*terminal.Terminal
	dir    string
	stdout *bytes.Buffer
	ctx    context.Context
	cost   effort
}

// effort is what a journey asks of a person: values to type or paste, the enter key, and other keys.
type effort struct{ values, enters, keys int }

type setting struct {
	program    string // the real one when empty
	cols, rows int
	silent     bool
	sameStdout bool // standard output is the terminal too
	env        []string
	args       []string
}

func sit(t *testing.T, s setting) *seat {
	t.Helper()
	program := s.program
	if program == "" {
		program = built(t)
	}
	p := &seat{T: t, dir: t.TempDir(), stdout: &bytes.Buffer{}}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	p.ctx = ctx
	config := terminal.Config{
		Command: append([]string{program}, s.args...),
		Dir:     p.dir,
		// The whole environment: CI=true, for one, would turn colours off.
		Env:  append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + p.dir, "TMPDIR=" + p.dir}, s.env...),
		Cols: s.cols, Rows: s.rows,
		Silent: s.silent,
	}
	if !s.sameStdout {
		config.Stdout = p.stdout
	}
	var err error
	if p.Terminal, err = terminal.Start(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func (p *seat) sees(texts ...string) *seat {
	p.Helper()
	for _, text := range texts {
		noError(p, p.WaitFor(p.ctx, text))
	}
	return p
}

func (p *seat) press(keys ...string) *seat {
	p.Helper()
	noError(p, p.Press(keys...))
	for _, key := range keys {
		if key == "enter" {
			p.cost.enters++
		} else {
			p.cost.keys++
		}
	}
	return p
}

func (p *seat) writes(text string) *seat {
	p.Helper()
	noError(p, p.Type(text))
	p.cost.values++
	return p
}

// connects is at the questions about the application.
func (p *seat) connects() *seat {
	p.Helper()
	return p.sees("● Account").press("enter").sees("✓ Account", "200 OK", "Application name")
}

// makesApplication is at the questions about the user.
func (p *seat) makesApplication() *seat {
	p.Helper()
	return p.press("enter").sees("✓ Application", "201 Created", "● User")
}

// makesUser is at the questions about the token.
func (p *seat) makesUser() *seat {
	p.Helper()
	return p.press("enter").sees("✓ User", "201 Created", "Valid for")
}

// signs is at the last screen.
func (p *seat) signs() *seat {
	p.Helper()
	return p.press("enter").sees("✓ Token", "enter finish")
}

// tookAtMost holds the journey so far to what it may ask of a person.
func (p *seat) tookAtMost(most effort) *seat {
	p.Helper()
	if c := p.cost; c.values > most.values || c.enters > most.enters || c.keys > most.keys {
		p.Errorf("it took %d values, %d enters and %d other keys, and may take %d, %d and %d",
			c.values, c.enters, c.keys, most.values, most.enters, most.keys)
	}
	return p
}

// ends waits for the end of the program, and for the terminal to be as it was.
func (p *seat) ends(code int) *seat {
	p.Helper()
	got, sig, err := p.Wait(p.ctx)
	if err != nil {
		p.Fatalf("%v\n%s", err, p.Screen())
	}
	if got != code || sig != "" {
		p.Errorf("exit code %d %s, want %d\n%s\n%s", got, sig, code, p.Screen(), p.stdout)
	}
	if left := p.Restored(); len(left) > 0 {
		p.Errorf("the terminal was left with %v", left)
	}
	return p
}

var demo = []string{"--demo", "--latency", "0"}

func demoWith(more ...string) []string { return append(append([]string{}, demo...), more...) }

// result is what one run without a terminal gave.
type result struct {
	code           int
	stdout, stderr string
}

func runs(t *testing.T, dir, stdin string, env []string, args ...string) result {
	t.Helper()
	return runsAs(t, func(*exec.Cmd) {}, dir, stdin, env, args...)
}

// runsAs is runs with a command that is prepared.
func runsAs(t *testing.T, prepare func(*exec.Cmd), dir, stdin string, env []string, args ...string) result {
	t.Helper()
	program := built(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(stdin), &out, &errs
	cmd.Env = append([]string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}, env...)
	prepare(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// ends checks the exit code, and what standard error says.
func (r result) ends(t testing.TB, code int, says ...string) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("code %d, want %d:\n%s%s", r.code, code, r.stdout, r.stderr)
	}
	has(t, r.stderr, says...)
	return r
}

// decoded is the JSON that a run gave.
func decoded[T any](t testing.TB, r result) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(r.stdout), &value); err != nil {
		t.Fatalf("code %d, %v:\n%s%s", r.code, err, r.stdout, r.stderr)
	}
	return value
}

func has(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

func startSandbox(t *testing.T) *sandbox.Server {
	t.Helper()
	server := must(sandbox.Start(sandbox.Config{}))
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// deadHost is an address where nothing listens: no system gives port 1 to a program.
const deadHost = "http://127.0.0.1:1"

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	noError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text := must(os.ReadFile(filepath.Join(dir, name)))
	return string(text)
}

// url is the address that a sandbox printed.
func (p *seat) url() string {
	_, url, _ := strings.Cut(p.Screen(), "Sandbox     ")
	url, _, _ = strings.Cut(url, "\n")
	return url
}

// account is the environment of someone who has the sandbox's own pair.
func account() []string {
	return []string{"VONAGE_API_KEY=" + sandbox.DefaultAPIKey, "VONAGE_API_SECRET=" + sandbox.DefaultAPISecret}
}

// must gives the value of a call that works whatever is tested.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

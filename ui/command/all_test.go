//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/ui/terminal"
)

// patience is the limit for what should come at once.
const patience = 20 * time.Second

// binary is the real program, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "credwiz-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "credwiz")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func built(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// seat is a person at the real program in a real pseudo-terminal.
type seat struct {
	*testing.T
	*terminal.Terminal
	dir    string
	stdout *bytes.Buffer
	ctx    context.Context
}

type setting struct {
	cols, rows int
	silent     bool
	sameStdout bool // standard output is the terminal too
	env        []string
	args       []string
}

func sit(t *testing.T, s setting) *seat {
	t.Helper()
	program := built(t)
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
		if err := p.WaitFor(p.ctx, text); err != nil {
			p.Fatal(err)
		}
	}
	return p
}

func (p *seat) press(keys ...string) *seat {
	p.Helper()
	if err := p.Press(keys...); err != nil {
		p.Fatal(err)
	}
	return p
}

func (p *seat) writes(text string) *seat {
	p.Helper()
	if err := p.Type(text); err != nil {
		p.Fatal(err)
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

func TestTheFirstJourney(t *testing.T) {
	p := sit(t, setting{args: demoWith("--dir", ".")})
	p.sees("Connect your account", "practice sandbox").press("enter")
	p.sees("Your account is connected", "enter continue").press("enter")
	p.sees("Create an application").press("enter")
	p.sees("Your application is ready", "201 Created", "enter continue").press("enter")
	p.sees("Create a user").press("enter")
	p.sees("Your user is ready", "USR-", "enter continue").press("enter")
	p.sees("Sign a token").press("enter")
	p.sees("Ready to log in", "Time left", ".env").press("enter")
	p.ends(0)
	receipt := p.stdout.String()
	if strings.ContainsRune(receipt, '\x1b') {
		t.Error("the receipt has an escape byte")
	}
	for _, text := range []string{"My Client SDK app", "alice", "USR-", "practice sandbox", "private.key", ".env"} {
		if !strings.Contains(receipt, text) {
			t.Errorf("the receipt has no %q:\n%s", text, receipt)
		}
	}
	_, token, _ := strings.Cut(receipt, "\nToken\n")
	verifyToken(t, token, p.dir)
	for _, name := range []string{"private.key", ".env", ".credwiz.json"} {
		info, err := os.Stat(filepath.Join(p.dir, name))
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if bytes.Contains(p.Raw(), []byte(sandbox.DefaultAPISecret)) {
		t.Error("the secret was on the terminal")
	}
}

// verifyToken checks a token against the key file, with nothing but the standard library.
func verifyToken(t *testing.T, token, dir string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "private.key"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", parsed)
	}
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		t.Fatalf("not a token: %q", token)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Error(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestASilentTerminalIsNotWaitedFor(t *testing.T) {
	for name, args := range map[string][]string{"--version": {"--version"}, "--help": {"--help"}} {
		t.Run(name, func(t *testing.T) {
			// Standard output must be the terminal: Bubble Tea asks nothing of a pipe.
			p := sit(t, setting{args: args, silent: true, sameStdout: true})
			p.ends(0)
			if bytes.Contains(p.Raw(), []byte("\x1b]")) || bytes.Contains(p.Raw(), []byte("\x1b[6n")) {
				t.Errorf("the terminal was asked: %q", p.Raw())
			}
		})
	}
	t.Run("the wizard", func(t *testing.T) {
		p := sit(t, setting{args: demo, silent: true, sameStdout: true})
		p.sees("Connect your account").press("ctrl+c").ends(130)
		if bytes.Contains(p.Raw(), []byte("\x1b]11")) || bytes.Contains(p.Raw(), []byte("\x1b[6n")) {
			t.Errorf("the terminal was asked")
		}
	})
}

// atScreens are the ways to every kind of screen.
func atScreens() map[string]func(*seat) {
	connected := func(p *seat) {
		p.sees("Connect your account").press("enter").sees("200 OK", "enter continue").press("enter")
	}
	created := func(p *seat) {
		connected(p)
		p.sees("Application name").press("enter").sees("201 Created", "enter continue").press("enter")
	}
	user := func(p *seat) {
		created(p)
		p.sees("User name").press("enter").sees("201 Created", "enter continue").press("enter")
	}
	return map[string]func(*seat){
		"API key":             func(p *seat) { p.sees("Connect your account") },
		"API key shown":       func(p *seat) { p.sees("Connect your account").press("enter").sees("200 OK") },
		"API key refused":     func(p *seat) { p.sees("API secret").press("tab").writes("wrong").press("enter").sees("401") },
		"application":         func(p *seat) { connected(p); p.sees("Application name") },
		"application shown":   func(p *seat) { connected(p); p.sees("Application name").press("enter").sees("201 Created") },
		"user":                func(p *seat) { created(p); p.sees("User name") },
		"token":               func(p *seat) { user(p); p.sees("Valid for") },
		"ready":               func(p *seat) { user(p); p.sees("Valid for").press("enter").sees("Ready to log in") },
		"in the middle of it": func(p *seat) { p.sees("Connect your account").press("enter") },
	}
}

func TestLeavingIsPossibleOnEveryScreen(t *testing.T) {
	ways := map[string]struct {
		leave func(*seat) error
		code  int
	}{
		"ctrl+c": {func(p *seat) error { return p.Press("ctrl+c") }, 130},
		"INT":    {func(p *seat) error { return p.Signal(syscall.SIGINT) }, 130},
		"TERM":   {func(p *seat) error { return p.Signal(syscall.SIGTERM) }, 143},
		"HUP":    {func(p *seat) error { return p.Signal(syscall.SIGHUP) }, 129},
	}
	for screen, reach := range atScreens() {
		for name, way := range ways {
			t.Run(screen+" by "+name, func(t *testing.T) {
				t.Parallel()
				p := sit(t, setting{args: demo})
				reach(p)
				if err := way.leave(p); err != nil {
					t.Fatal(err)
				}
				p.ends(way.code)
				made := bytes.Contains(p.Raw(), []byte("201 Created"))
				if told := strings.Contains(p.stdout.String(), "Application ID"); made && !told {
					t.Errorf("what exists was not told:\n%s", p.stdout)
				}
			})
		}
	}
}

func TestClosingTheTerminalEndsTheProgram(t *testing.T) {
	p := sit(t, setting{args: demo})
	p.sees("Connect your account")
	if err := p.Hangup(); err != nil {
		t.Fatal(err)
	}
	code, sig, err := p.Wait(p.ctx)
	if err != nil || code == 0 {
		t.Errorf("code %d, signal %q, error %v", code, sig, err)
	}
}

func TestAResizeInTheMiddleOfACallLosesNothing(t *testing.T) {
	p := sit(t, setting{args: []string{"--demo", "--latency", "150ms"}})
	p.sees("Connect your account").press("enter").sees("GET /v2/applications")
	for _, size := range [][2]int{{20, 6}, {40, 12}, {1, 1}, {120, 40}, {80, 24}} {
		if err := p.Resize(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
	}
	p.sees("Your account is connected", "200 OK").press("ctrl+c").ends(130)
}

func TestNoColour(t *testing.T) {
	p := sit(t, setting{args: demo, env: []string{"NO_COLOR=1"}})
	p.sees("Connect your account").press("enter").sees("200 OK").press("ctrl+c").ends(130)
	for _, code := range []string{"\x1b[3", "\x1b[1;3", "\x1b[9", "38;5", "48;5"} {
		if bytes.Contains(p.Raw(), []byte(code)) {
			t.Errorf("the terminal got %q", code)
		}
	}
}

// result is what one run without a terminal gave.
type result struct {
	code           int
	stdout, stderr string
}

func runs(t *testing.T, dir, stdin string, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, built(t), args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(stdin), &out, &errs
	cmd.Env = append([]string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}, env...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

func TestAScriptGetsJSONAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	r := runs(t, dir, "", nil, demoWith("--dir", ".", "--no-input", "--app-name", "My App", "--user", "alice", "--expires", "1h", "--json")...)
	if r.code != 0 {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	var got steps.Result
	d := json.NewDecoder(strings.NewReader(r.stdout))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	claims := verifyToken(t, got.Users[0].Token.JWT, dir)
	if claims["sub"] != "alice" || claims["application_id"] != got.Application.ID {
		t.Errorf("claims %v", claims)
	}
	if left := got.Users[0].Token.ExpiresAt.Sub(got.Users[0].Token.IssuedAt); left != time.Hour {
		t.Errorf("the token lives %v", left)
	}
}

func TestASecondRunOfAScriptGoesOnWithTheSame(t *testing.T) {
	server := startSandbox(t)
	dir := t.TempDir()
	env := account()
	args := []string{"--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", "alice"}
	for range 3 {
		if r := runs(t, dir, "", env, args...); r.code != 0 {
			t.Fatalf("code %d: %s", r.code, r.stderr)
		}
	}
	apps := server.Applications()
	if len(apps) != 1 || apps[0].Users != 1 {
		t.Errorf("the sandbox has %+v", apps)
	}
}

func startSandbox(t *testing.T) *sandbox.Server {
	t.Helper()
	server, err := sandbox.Start(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server
}

// deadHost is an address where nothing listens.
func deadHost(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "http://" + l.Addr().String()
}

func TestExitCodes(t *testing.T) {
	server := startSandbox(t)
	good := account()
	whole := []string{"--no-input", "--app-name", "A", "--user", "alice"}
	with := func(args ...string) []string { return append(append([]string{}, whole...), args...) }
	for _, test := range []struct {
		name  string
		env   []string
		stdin string
		args  []string
		setUp func(t *testing.T, dir string)
		code  int
		says  []string
	}{
		{name: "an unknown flag", args: []string{"--colour"}, code: 2, says: []string{"unknown flag: --colour", "--help"}},
		{name: "an unknown command", args: []string{"frobnicate"}, code: 2, says: []string{"unknown command"}},
		{name: "answers missing", args: []string{"--no-input"}, code: 2,
			says: []string{"--api-key", "VONAGE_API_SECRET", "--app-name", "--user"}},
		{name: "no terminal and answers missing", args: demo, code: 2, says: []string{"--app-name", "--user"}},
		{name: "25h", args: demoWith(with("--expires", "25h")...), code: 2, says: []string{"--expires", "24 hours at most"}},
		{name: "0", args: demoWith(with("--expires", "0")...), code: 2, says: []string{"30 seconds at least"}},
		{name: "-1h", args: demoWith(with("--expires", "-1h")...), code: 2, says: []string{"ended before it began"}},
		{name: "banana", args: demoWith(with("--expires", "banana")...), code: 2, says: []string{"not a time that can be understood"}},
		{name: "an ACL that is none", args: demoWith(with("--acl", `{"paths":{"x":{}}}`)...), code: 2, says: []string{"starts with /"}},
		{name: "an ACL file that is not there", args: demoWith(with("--acl", "nothing.json")...), code: 2, says: []string{"--acl"}},
		{name: "plain http to elsewhere", args: with("--api-host", "http://example.com"), code: 2, says: []string{"use https"}},
		{name: "an app id that is none", args: demoWith(with("--app-id", "12")...), code: 2, says: []string{"--app-id"}},
		{name: "a wrong secret", args: demoWith(with("--api-secret-stdin")...), stdin: "nonsense\n", code: 4,
			says: []string{"does not know this key and secret", "dashboard"}},
		{name: "no secret on standard input", args: demoWith(with("--api-secret-stdin")...), code: 2, says: []string{"standard input"}},
		{name: "an unreachable host", env: good, args: with("--api-host", deadHost(t)), code: 5,
			says: []string{"connection was refused", "--api-host"}},
		{name: "a key in the way", args: demoWith(with("--dir", ".")...), code: 3,
			setUp: func(t *testing.T, dir string) { write(t, dir, "private.key", "mine") },
			says:  []string{"private.key exists already", "--reuse-key"}},
		{name: "a folder that is a file", args: demoWith(with("--dir", "taken")...), code: 1,
			setUp: func(t *testing.T, dir string) { write(t, dir, "taken", "") },
			says:  []string{"taken", "--dir"}},
		{name: "a name that is taken", env: good, args: with("--api-host", server.URL()), code: 5,
			setUp: func(t *testing.T, dir string) {
				r := runs(t, dir, "", good, append(with("--api-host", server.URL()), "--app-name", "Another")...)
				if r.code != 0 {
					t.Fatal(r.stderr)
				}
				// The same key and user, without the notes of the run that made them.
				if err := os.Remove(filepath.Join(dir, ".credwiz.json")); err != nil {
					t.Fatal(err)
				}
			},
			says: []string{"“alice” exists in this application", "--reuse-user"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if test.setUp != nil {
				test.setUp(t, dir)
			}
			args := test.args
			if test.name == "a name that is taken" {
				args = append(args, "--reuse-key")
			}
			r := runs(t, dir, test.stdin, test.env, args...)
			if r.code != test.code {
				t.Errorf("code %d, want %d", r.code, test.code)
			}
			for _, text := range test.says {
				if !strings.Contains(r.stderr, text) {
					t.Errorf("%q is not said:\n%s", text, r.stderr)
				}
			}
			if test.code == 2 && r.stdout != "" {
				t.Errorf("standard output has %q", r.stdout)
			}
		})
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMissingAnswersMakeNoCallAndNoFile(t *testing.T) {
	dir := t.TempDir()
	runs(t, dir, "", nil, demoWith("--dir", "made", "--no-input")...)
	if _, err := os.Stat(filepath.Join(dir, "made")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestPlainAsksLineByLineOverAPipe(t *testing.T) {
	dir := t.TempDir()
	r := runs(t, dir, "\n\nPiped App\n\nbob\nBob\n1\n\n", nil, demoWith("--plain", "--dir", ".")...)
	if r.code != 0 {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	for _, text := range []string{"Step 1 of 4", "API key", "done, POST /v2/applications, 201 Created", "1: 15 minutes"} {
		if !strings.Contains(r.stderr, text) {
			t.Errorf("%q is not said:\n%s", text, r.stderr)
		}
	}
	for _, text := range []string{"Piped App", "bob", "Bob", "15 minutes"} {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("the receipt has no %q:\n%s", text, r.stdout)
		}
	}
	if strings.ContainsRune(r.stdout+r.stderr, '\x1b') {
		t.Error("there is an escape byte")
	}
}

func TestPlainAsksAgainAfterAFailure(t *testing.T) {
	r := runs(t, t.TempDir(), "\nwrong\n1\n\n\n\n\n\n\n\n\n", nil, demoWith("--plain")...)
	if r.code != 0 || !strings.Contains(r.stderr, "does not know this key and secret") {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
}

func TestPlainEndsWhenTheInputEnds(t *testing.T) {
	r := runs(t, t.TempDir(), "\n\n", nil, demoWith("--plain")...)
	if r.code != 2 || !strings.Contains(r.stderr, "--app-name") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

func TestBothFrontEndsMakeTheSame(t *testing.T) {
	record := func() (*sandbox.Server, func() []string) {
		var mu sync.Mutex
		var calls []string
		n := 0
		server, err := sandbox.Start(sandbox.Config{
			NewID: func() string {
				mu.Lock()
				defer mu.Unlock()
				n++
				return fmt.Sprintf("5a000000-0000-4000-8000-%012d", n)
			},
			Observe: func(r sandbox.Request) {
				mu.Lock()
				defer mu.Unlock()
				calls = append(calls, fmt.Sprint(r.Method, " ", r.Path, " ", r.Status))
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() })
		return server, func() []string { mu.Lock(); defer mu.Unlock(); return calls }
	}
	env := account()

	screens, screenCalls := record()
	p := sit(t, setting{env: env, args: []string{"--api-host", screens.URL()}})
	p.sees("Connect your account").press("enter").sees("200 OK", "enter continue").press("enter")
	p.sees("Application name").press("enter").sees("201 Created", "enter continue").press("enter")
	p.sees("User name").press("enter").sees("201 Created", "enter continue").press("enter")
	p.sees("Valid for").press("enter").sees("Ready").press("enter").ends(0)

	lines, lineCalls := record()
	r := runs(t, t.TempDir(), "\n\n\n\n\n\n\n\n", env, "--plain", "--api-host", lines.URL())

	flags, flagCalls := record()
	f := runs(t, t.TempDir(), "", env, "--api-host", flags.URL(), "--no-input", "--app-name", "My Client SDK app", "--user", "alice")

	want := strings.Join(screenCalls(), "\n")
	if got := strings.Join(lineCalls(), "\n"); got != want {
		t.Errorf("line by line, the calls are\n%s\nand with screens\n%s", got, want)
	}
	if got := strings.Join(flagCalls(), "\n"); got != want {
		t.Errorf("from flags, the calls are\n%s\nand with screens\n%s", got, want)
	}
	wantReceipt := sameInAll(p.stdout.String(), screens.URL())
	if got := sameInAll(r.stdout, lines.URL()); got != wantReceipt {
		t.Errorf("line by line, the receipt is\n%s\nand with screens\n%s\n%s", got, wantReceipt, r.stderr)
	}
	if got := sameInAll(f.stdout, flags.URL()); got != wantReceipt {
		t.Errorf("from flags, the receipt is\n%s\nand with screens\n%s", got, wantReceipt)
	}
}

// sameInAll takes what differs between two runs out of a receipt: the port, the minute, the token.
func sameInAll(receipt, host string) string {
	receipt, _, _ = strings.Cut(receipt, "\nToken\n")
	receipt = strings.ReplaceAll(receipt, strings.TrimPrefix(host, "http://"), "HOST")
	var kept []string
	for line := range strings.Lines(receipt) {
		if !strings.HasPrefix(line, "Works") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestTheSecretIsNowhere(t *testing.T) {
	dir := t.TempDir()
	r := runs(t, dir, sandbox.DefaultAPISecret+"\n", nil,
		demoWith("--dir", ".", "--api-secret-stdin", "--no-input", "--app-name", "A", "--user", "alice", "--json")...)
	if r.code != 0 {
		t.Fatal(r.stderr)
	}
	all := r.stdout + r.stderr
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	if strings.Contains(all, sandbox.DefaultAPISecret) {
		t.Error("the secret was written")
	}
}

func TestTheSandboxServesUntilItIsInterrupted(t *testing.T) {
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0"}, sameStdout: true})
	p.sees("Press ctrl+c to end it")
	r := runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice")
	if r.code != 0 || !strings.Contains(r.stderr, "alice signed in: session SES-") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	p.sees("POST   /v2/applications  201", "GET    /v2/rtc/  101").press("ctrl+c").ends(0)
}

func TestTheSandboxLogsJSONWithoutSecrets(t *testing.T) {
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0", "--json-log"}, sameStdout: true, cols: 240, rows: 24})
	p.sees("Press ctrl+c to end it")
	r := runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice", "--json")
	var made steps.Result
	if err := json.Unmarshal([]byte(r.stdout), &made); err != nil {
		t.Fatalf("%v: %s", err, r.stderr)
	}
	p.sees(`"msg":"request","method":"POST","path":"/v1/users","status":201`).press("ctrl+c").ends(0)
	logged, shown := string(p.Raw()), "API secret  "+sandbox.DefaultAPISecret
	for _, secret := range []string{made.Users[0].Token.JWT, "Basic ", "Bearer ", sandbox.DefaultAPISecret} {
		if strings.Contains(strings.Replace(logged, shown, "", 1), secret) {
			t.Errorf("%.12s... is in the log", secret)
		}
	}
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

func TestTheSandboxRefusesWhatItCannotServe(t *testing.T) {
	taken := startSandbox(t)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an address of the network": {[]string{"--addr", "0.0.0.0:0"}, 2, "--allow-remote"},
		"a port that is taken":      {[]string{"--addr", strings.TrimPrefix(taken.URL(), "http://")}, 1, "--addr"},
		"a fault that is none":      {[]string{"--fault", "GET"}, 2, "METHOD PATH:KIND"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runs(t, t.TempDir(), "", nil, append([]string{"sandbox"}, test.args...)...)
			if r.code != test.code || !strings.Contains(r.stderr, test.says) {
				t.Errorf("code %d: %s", r.code, r.stderr)
			}
		})
	}
}

func TestADemoMisbehavesOnDemand(t *testing.T) {
	r := runs(t, t.TempDir(), "", nil,
		demoWith("--no-input", "--app-name", "A", "--user", "alice", "--fault", "POST /v2/applications:drop-after:1")...)
	if r.code != 0 || !strings.Contains(r.stderr, "check whether it was made: done") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

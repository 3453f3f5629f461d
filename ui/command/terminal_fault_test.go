//go:build unix

package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"credwiz/client/sandbox"
	"credwiz/ui/command"
)

// panicCue is the variable that makes the test's own program a wizard whose clock panics in the function that it names.
const panicCue = "CREDWIZ_TEST_PANIC_IN"

// panicking runs the wizard. The panic's value has a secret in it, as a careless program's has.
func panicking(cue string) int {
	clock := func() time.Time {
		if called(cue) {
			panic("the secret is " + sandbox.DefaultAPISecret)
		}
		return time.Now()
	}
	return command.RunAt(context.Background(), clock, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// called tells whether a function is being called.
func called(function string) bool {
	callers := make([]uintptr, 256)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, function) {
			return true
		}
		if !more {
			return false
		}
	}
}

func TestAPanicIsReportedOnTheNormalScreenAndLosesNothing(t *testing.T) {
	t.Parallel()
	program := must(os.Executable())
	toTheToken := func(p *seat) {
		p.connects().makesApplication().press("enter").sees("201 Created", "enter continue").press("enter")
	}
	for name, test := range map[string]struct {
		cue   string
		args  []string
		reach func(*seat)
		keeps []string
	}{
		"View":               {cue: "screen.Model.View", reach: toTheToken, keeps: []string{"private.key", ".credwiz.json"}},
		"a command":          {cue: "screen.Model.tick.func1", reach: func(p *seat) { p.sees("Connect your account") }},
		"a step":             {cue: "steps.makeToken", reach: func(p *seat) { toTheToken(p); p.sees("Sign a token").press("enter") }, keeps: []string{"private.key", ".credwiz.json"}},
		"before the screens": {cue: "screen.New", reach: func(*seat) {}},
		"a step, from flags": {cue: "steps.makeToken", args: []string{"--no-input", "--app-name", "A", "--user", "alice"}, reach: func(*seat) {}, keeps: []string{"private.key", ".credwiz.json"}},
		"a step, line by line": {cue: "steps.makeApplication", args: []string{"--plain"}, reach: func(p *seat) {
			p.sees("API key [").press("enter").sees("API secret [").press("enter")
			p.sees("Application name [").press("enter").sees("Private key file [").press("enter")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "T3")
			t.Parallel()
			p := sit(t, setting{
				program: program, env: []string{panicCue + "=" + test.cue, "GOCOVERDIR=" + t.TempDir()},
				args: demoWith(append([]string{"--dir", "."}, test.args...)...),
			})
			test.reach(p)
			p.ends(1)
			// What follows the end of the alternate screen is what the user reads.
			raw := p.Raw()
			after := raw[bytes.LastIndex(raw, []byte("\x1b[?1049l"))+1:]
			said := strings.Join(strings.Fields(string(after)), " ")
			has(t, said, "credwiz hit a bug", "a panic of type string in", "line", "Run it again in the same folder", "report this bug")
			if all := string(raw) + p.stdout.String(); strings.Contains(all, sandbox.DefaultAPISecret) || strings.Contains(all, "goroutine") {
				t.Errorf("the secret or a stack was shown: %s", said)
			}
			for _, file := range test.keeps {
				if text, err := os.ReadFile(filepath.Join(p.dir, file)); err != nil || len(text) == 0 {
					t.Errorf("%s: %v", file, err)
				}
			}
			if len(test.keeps) > 0 && !strings.Contains(p.stdout.String(), "Application ID") {
				t.Errorf("what exists was not told:\n%s", p.stdout)
			}
		})
	}
}

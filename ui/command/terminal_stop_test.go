//go:build unix

package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// shell is a person at an interactive shell, which looks after jobs and finds credwiz.
func shell(t *testing.T, env ...string) *seat {
	t.Helper()
	p := sit(t, setting{
		program: "/bin/sh", args: []string{"-i"}, sameStdout: true, cols: 120, rows: 40,
		env: append(env, "PS1=code $? > ", "ENV=", "PATH="+filepath.Dir(built(t))+":"+os.Getenv("PATH")),
	})
	return p.sees("code 0 >")
}

// signals sends a signal to the process that the shell has started.
func (p *seat) signals(sig syscall.Signal) *seat {
	p.Helper()
	out := must(exec.CommandContext(p.ctx, "pgrep", "-P", strconv.Itoa(p.PID())).Output())
	pid := must(strconv.Atoi(strings.TrimSpace(string(out))))
	noError(p, syscall.Kill(pid, sig))
	return p
}

// waysToStop are the ways to stop what runs in the foreground, and fg continues it.
func waysToStop() map[string]func(*seat) {
	return map[string]func(*seat){
		"ctrl+z": func(p *seat) { p.press("ctrl+z") },
		"TSTP":   func(p *seat) { p.signals(syscall.SIGTSTP) },
		"STOP":   func(p *seat) { p.signals(syscall.SIGSTOP) },
	}
}

func TestAHiddenQuestionIsStillHiddenAfterAStop(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	for prompt, line := range map[string]string{
		"--plain":            "VONAGE_API_KEY=abcd1234 credwiz --plain --trust-api-host --api-host " + server.URL(),
		"--api-secret-stdin": "credwiz --plain --api-secret-stdin --trust-api-host --api-key abcd1234 --api-host " + server.URL(),
		"clean":              "credwiz clean --yes --trust-api-host",
	} {
		for name, stop := range waysToStop() {
			t.Run(prompt+" by "+name, func(t *testing.T) {
				t.Attr("fault", "field-A7")
				p := shell(t)
				if prompt == "clean" {
					runs(t, p.dir, "", account(), "--no-input", "--app-name", "A", "--user", "alice", "--trust-api-host", "--api-host", server.URL()).ends(t, 0)
				}
				p.writes(line + "\r")
				if prompt == "--plain" {
					p.sees("API key").press("enter")
				}
				p.sees("API secret")
				if name == "ctrl+z" { // a signal may overtake what is typed
					p.writes("hunter1")
				}
				stop(p)
				p.sees("topped", "code 14")
				if name != "STOP" { // before which nothing can be done
					// This shell has no modes of its own: what is typed to it is seen because the terminal was put in order.
					p.writes("ls here\r").sees("> ls here", "code 2 >")
				}
				asked := strings.Count(string(p.Raw()), "API secret")
				p.writes("fg\r").seesAgain("API secret", asked).writes("hunter2\r")
				if prompt == "--api-secret-stdin" {
					p.sees("API key").press("enter").sees("from --api-secret-stdin").press("enter")
				}
				p.sees("rejected this key and secret")
				if prompt == "clean" {
					p.sees("code 4 >")
				} else {
					p.sees("Enter a number").press("ctrl+c").sees("code 130 >")
				}
				if raw := string(p.Raw()); strings.Contains(raw, "hunter") {
					t.Errorf("what was typed is shown:\n%s", p.Screen())
				}
				p.writes("exit 0\r").ends(0)
			})
		}
	}
}

// seesAgain waits for a text that was there some times already.
func (p *seat) seesAgain(text string, times int) *seat {
	p.Helper()
	for strings.Count(string(p.Raw()), text) <= times {
		noError(p, p.WaitFor(p.ctx, text))
		if p.ctx.Err() != nil {
			p.Fatalf("%q is not there again:\n%s", text, p.Screen())
		}
	}
	return p
}

func TestAVisibleQuestionIsPutAgainAfterAStop(t *testing.T) {
	t.Parallel()
	for name, stop := range waysToStop() {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-A7")
			p := shell(t)
			p.writes("credwiz --plain --demo --latency 0 --dir .\r").sees("API key")
			stop(p)
			p.sees("topped", "code 14")
			asked := strings.Count(string(p.Raw()), "API key [")
			p.writes("fg\r").seesAgain("API key [", asked).press("enter").sees("API secret").press("ctrl+c").sees("code 130 >")
			p.writes("exit 0\r").ends(0)
		})
	}
}

func TestTheScreensComeBackAfterAnyStop(t *testing.T) {
	t.Parallel()
	for name, stop := range waysToStop() {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-A7")
			p := shell(t)
			p.writes("mode=$(stty -g)\rcredwiz --demo --latency 0\r")
			p.sees("● Account").press("tab").writes("wxyz").sees("4 characters")
			stop(p)
			p.sees("topped", "code 14")
			if name != "STOP" { // before which nothing can be done
				for _, left := range p.Restored() {
					if left != "raw mode" { // the shell has modes of its own
						t.Errorf("the shell has a terminal with %s", left)
					}
				}
			}
			p.writes("stty $mode\n").writes("clear; echo wip''ed\n").sees("wiped")
			p.writes("fg\n").sees("● Account", "4 characters").writes("v9").sees("6 characters")
			if raw := string(p.Raw()); strings.Contains(raw, "v9") {
				t.Error("a secret was shown")
			}
			p.press("ctrl+c").sees("You left before the end", "code 130 >").writes("exit 0\r").ends(0)
		})
	}
}

func TestAStopWhileNothingIsAskedStopsToo(t *testing.T) {
	t.Attr("fault", "field-A7")
	t.Parallel()
	s := newScene(t)
	arrived, _ := s.pausesAt(moment{})
	p := shell(t, account()...)
	p.writes("credwiz --plain --trust-api-host --api-host " + s.url + "\r").sees("API key").press("enter").sees("API secret").press("enter")
	<-arrived
	p.signals(syscall.SIGTSTP).sees("topped", "code 147 >").writes("echo he''re\r").sees("\nhere").writes("fg\r")
	p.signals(syscall.SIGTERM).sees("code 143 >").writes("exit 0\r").ends(0)
}

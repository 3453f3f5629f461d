//go:build unix

package command_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// waysOut are the ways to leave, and their exit codes.
func waysOut() map[string]struct {
	leave func(*seat) error
	code  int
} {
	type way = struct {
		leave func(*seat) error
		code  int
	}
	signal := func(s syscall.Signal) way {
		return way{func(p *seat) error { return p.Signal(s) }, 128 + int(s)}
	}
	return map[string]way{
		"ctrl+c": {func(p *seat) error { return p.Press("ctrl+c") }, 130},
		"INT":    signal(syscall.SIGINT), "TERM": signal(syscall.SIGTERM), "HUP": signal(syscall.SIGHUP), "QUIT": signal(syscall.SIGQUIT),
	}
}

// A time limit fails on a busy machine now and then, and a program that is slow fails it always.
func (p *seat) leftWithin(limit time.Duration, since time.Time) bool {
	took := time.Since(since)
	if took > limit {
		p.Logf("it took %v", took)
	}
	return took <= limit
}

const noRequest = -1

// during is a wizard whose request, the first or the second, gets no answer before the test is over. Without a request it
// is at its first questions, those after the account.
func during(t *testing.T, request int) (*scene, *seat) {
	t.Helper()
	s := newScene(t)
	arrived, _ := s.pausesAt(moment{request: request})
	p := s.sit()
	if request != askedForApplications {
		p.sees("Application name")
	}
	if request == askedForApplication {
		p.press("enter")
	}
	if request != noRequest {
		<-arrived
	}
	return s, p
}

func TestLeavingIsQuickAndKeepsTheNotesWhileACallIsUnderWay(t *testing.T) {
	t.Parallel()
	const tries = 3
	for request, test := range []struct {
		call  string
		limit time.Duration
	}{askedForApplications: {http.MethodGet, time.Second}, askedForApplication: {http.MethodPost, 3 * time.Second}} {
		for name, way := range waysOut() {
			t.Run(test.call+" by "+name, func(t *testing.T) {
				t.Attr("fault", "T4")
				t.Attr("fault", "T5")
				t.Parallel()
				for range tries {
					s, p := during(t, request)
					began := time.Now()
					noError(t, way.leave(p))
					if request == askedForApplication && name == "ctrl+c" {
						p.sees("Waiting up to 2 seconds for the answer")
					}
					p.ends(way.code)
					if request == askedForApplication {
						has(t, string(s.read(".credwiz.json")), "My Client SDK app")
					}
					if p.leftWithin(test.limit, began) {
						return
					}
				}
				t.Errorf("leaving took more than %v", test.limit)
			})
		}
	}
}

func TestASecondCtrlCDoesNotWait(t *testing.T) {
	t.Attr("fault", "T5")
	t.Parallel()
	_, p := during(t, askedForApplication)
	p.press("ctrl+c").sees("ctrl+c leave at once").press("ctrl+c").ends(130)
	has(t, strings.Join(strings.Fields(p.Screen()), " "), "You left while credwiz was creating the application (POST /v2/applications), so the application may exist.", "the next run looks for the application before it creates one")
}

func TestLeavingSpeaksOfContinuingOnlyIfSomethingExists(t *testing.T) {
	t.Parallel()
	_, p := during(t, noRequest)
	p.press("ctrl+c").sees("You left before the end").ends(130)
	if strings.Contains(p.Screen(), "To continue") {
		t.Errorf("nothing exists:\n%s", p.Screen())
	}
	_, p = during(t, noRequest)
	p.press("enter").sees("Creates “alice”").press("ctrl+c").sees("To continue:", "credwiz --dir").ends(130)
}

func TestASecondSignalGivesTheTerminalBackToo(t *testing.T) {
	t.Attr("fault", "T4")
	t.Parallel()
	_, p := during(t, askedForApplication)
	noError(t, p.Signal(syscall.SIGTERM))
	p.sees("Waiting up to 2 seconds")
	noError(t, p.Signal(syscall.SIGTERM))
	p.ends(143)
}

func TestAClosedTerminalMayHangUpTwice(t *testing.T) {
	t.Attr("fault", "T4")
	t.Parallel()
	s := newScene(t)
	arrived, release := s.pausesAt(moment{request: askedForApplication})
	p := s.sit("--no-input", "--app-name", "A", "--user", "alice")
	<-arrived
	noError(t, p.Signal(syscall.SIGHUP))
	p.sees("Waiting up to 2 seconds")
	noError(t, p.Signal(syscall.SIGHUP))
	close(release)
	p.ends(129)
	has(t, p.stdout.String(), s.api.Applications()[0].ID)
}

func TestATerminalThatIsClosedEndsTheProgramAndKeepsWhatExists(t *testing.T) {
	t.Parallel()
	for request, kept := range map[int]string{noRequest: "", askedForApplications: "", askedForApplication: "My Client SDK app"} {
		t.Run(fmt.Sprintf("during request %d", request+1), func(t *testing.T) {
			t.Attr("fault", "T4")
			t.Parallel()
			s, p := during(t, request)
			noError(t, p.Hangup())
			code, sig, err := p.Wait(p.ctx)
			if err != nil || code != 129 || sig != "" {
				t.Errorf("code %d, signal %q, error %v", code, sig, err)
			}
			if p.CPU() > 2*time.Second {
				t.Errorf("it spent %v on processors", p.CPU())
			}
			has(t, string(s.read(".credwiz.json")), kept)
		})
	}
}

// nohup keeps the signal away: then the end of the input is the only sign of a closed terminal.
func TestAClosedTerminalIsNoticedWithoutASignal(t *testing.T) {
	t.Attr("fault", "T4")
	t.Parallel()
	p := sit(t, setting{program: "/bin/sh", args: append([]string{"-c", `trap "" HUP; "$0" "$@"; echo $? > code`, built(t)}, demo...)})
	p.sees("● Account")
	noError(t, p.Hangup())
	if _, _, err := p.Wait(p.ctx); err != nil {
		t.Fatal(err)
	}
	if code, _ := os.ReadFile(filepath.Join(p.dir, "code")); strings.TrimSpace(string(code)) != "129" {
		t.Errorf("exit code %q", code)
	}
}

func TestCtrlZGivesTheTerminalBackAndFgComesBack(t *testing.T) {
	t.Attr("fault", "T6")
	t.Parallel()
	p := shell(t)
	p.writes("credwiz --demo --latency 0\r").sees("● Account").writes("wxyz").sees("wxyz")
	p.press("ctrl+z").sees("topped", fmt.Sprintf("code %d >", 128+int(syscall.SIGSTOP)))
	// The shell has modes of its own.
	if left := p.Restored(); slices.Contains(left, "alternate screen") || slices.Contains(left, "hidden cursor") {
		t.Errorf("the terminal was left with %v", left)
	}
	p.writes("fg\r").sees("● Account", "wxyz")
	p.press("enter").writes("wrong").press("enter").sees("401").press("ctrl+c").sees("You left before the end", "code 130 >").writes("exit 0\r").ends(0)
}

// Without a shell nothing could bring a stopped program back, so the system does not stop it.
func TestCtrlZWithoutAShellDoesNoHarm(t *testing.T) {
	t.Attr("fault", "T6")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("● Account").press("ctrl+z").writes("wxyz").sees("wxyz").press("ctrl+c").ends(130)
}

func TestATerminalThatAKilledRunLeftRawIsPutInOrder(t *testing.T) {
	t.Attr("fault", "T6")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("● Account")
	noError(t, p.Signal(syscall.SIGKILL))
	if _, sig, err := p.Wait(p.ctx); err != nil || sig != "SIGKILL" || !slices.Contains(p.Restored(), "raw mode") {
		t.Fatalf("signal %q, error %v, left %v", sig, err, p.Restored())
	}
	p = sit(t, setting{
		program: "/bin/sh", args: append([]string{"-c", `stty raw -echo; "$0" "$@"; echo code $?`, built(t)}, demo...),
		env: []string{"PATH=" + os.Getenv("PATH")}, sameStdout: true,
	})
	p.sees("● Account").press("ctrl+c").sees("It's fixed now", "type reset", "code 130").ends(0)
}

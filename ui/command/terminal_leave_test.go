//go:build unix

package command_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// held is a sandbox whose calls with one method get no answer before the test is over. It tells of the first.
func held(t *testing.T, method string) (url string, arrived <-chan struct{}) {
	t.Helper()
	api := sandbox.New(sandbox.Config{})
	in, over := make(chan struct{}, 8), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method {
			in <- struct{}{}
			<-over
			return
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { close(over); server.Close() })
	return server.URL, in
}

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

// journal is the note of what was made and what was about to be.
func (p *seat) journal() string {
	text, _ := os.ReadFile(filepath.Join(p.dir, ".credwiz.json"))
	return string(text)
}

// A time limit fails on a busy machine now and then, and a program that is slow fails it always.
func (p *seat) leftWithin(limit time.Duration, since time.Time) bool {
	took := time.Since(since)
	if took > limit {
		p.Logf("it took %v", took)
	}
	return took <= limit
}

func TestLeavingIsQuickAndKeepsTheNotesWhileACallIsUnderWay(t *testing.T) {
	t.Parallel()
	const tries = 3
	for call, limit := range map[string]time.Duration{http.MethodGet: time.Second, http.MethodPost: 3 * time.Second} {
		for name, way := range waysOut() {
			t.Run(call+" by "+name, func(t *testing.T) {
				t.Attr("fault", "T4")
				t.Attr("fault", "T5")
				t.Parallel()
				for range tries {
					url, arrived := held(t, call)
					p := sit(t, setting{env: account(), args: []string{"--api-host", url}})
					p.sees("Connect your account").press("enter")
					if call == http.MethodPost {
						p.sees("200 OK", "enter continue").press("enter").sees("Application name").press("enter")
					}
					<-arrived
					began := time.Now()
					noError(t, way.leave(p))
					if call == http.MethodPost && name == "ctrl+c" {
						p.sees("Waiting up to 2 seconds for the answer")
					}
					p.ends(way.code)
					if call == http.MethodPost && !strings.Contains(p.journal(), "My Client SDK app") {
						t.Fatalf("the notes are %q", p.journal())
					}
					if p.leftWithin(limit, began) {
						return
					}
				}
				t.Errorf("leaving took more than %v", limit)
			})
		}
	}
}

func TestASecondCtrlCDoesNotWait(t *testing.T) {
	t.Attr("fault", "T5")
	t.Parallel()
	url, arrived := held(t, http.MethodPost)
	p := sit(t, setting{env: account(), args: []string{"--api-host", url}})
	p.sees("Connect your account").press("enter").sees("200 OK", "enter continue").press("enter").sees("Application name").press("enter")
	<-arrived
	p.press("ctrl+c").sees("ctrl+c leave at once").press("ctrl+c").ends(130)
	if !strings.Contains(strings.Join(strings.Fields(p.Screen()), " "), "it looks for it first") {
		t.Errorf("it was not said what may exist:\n%s", p.Screen())
	}
}

func TestASecondSignalGivesTheTerminalBackToo(t *testing.T) {
	t.Attr("fault", "T4")
	t.Parallel()
	url, arrived := held(t, http.MethodPost)
	p := sit(t, setting{env: account(), args: []string{"--api-host", url}})
	p.sees("Connect your account").press("enter").sees("200 OK", "enter continue").press("enter").sees("Application name").press("enter")
	<-arrived
	noError(t, p.Signal(syscall.SIGTERM))
	p.sees("Waiting up to 2 seconds")
	noError(t, p.Signal(syscall.SIGTERM))
	code, sig, err := p.Wait(p.ctx)
	if err != nil || code != 143 || sig != "" {
		t.Errorf("code %d, signal %q, error %v", code, sig, err)
	}
	if left := p.Restored(); len(left) > 0 {
		t.Errorf("the terminal was left with %v", left)
	}
}

func TestATerminalThatIsClosedEndsTheProgramAndKeepsWhatExists(t *testing.T) {
	t.Parallel()
	for call, kept := range map[string]string{"": "", http.MethodGet: "", http.MethodPost: "My Client SDK app"} {
		t.Run("during "+call, func(t *testing.T) {
			t.Attr("fault", "T4")
			t.Parallel()
			url, arrived := held(t, call)
			p := sit(t, setting{env: account(), args: []string{"--api-host", url}})
			p.sees("Connect your account")
			if call != "" {
				p.press("enter")
			}
			if call == http.MethodPost {
				p.sees("200 OK", "enter continue").press("enter").sees("Application name").press("enter")
			}
			if call != "" {
				<-arrived
			}
			noError(t, p.Hangup())
			code, sig, err := p.Wait(p.ctx)
			if err != nil || code != 129 || sig != "" {
				t.Errorf("code %d, signal %q, error %v", code, sig, err)
			}
			if p.CPU() > 2*time.Second {
				t.Errorf("it spent %v on processors", p.CPU())
			}
			if !strings.Contains(p.journal(), kept) {
				t.Errorf("the notes are %q", p.journal())
			}
		})
	}
}

// nohup keeps the signal away: then the end of the input is all that tells of a closed terminal.
func TestAClosedTerminalIsNoticedWithoutItsSignal(t *testing.T) {
	t.Attr("fault", "T4")
	t.Parallel()
	p := sit(t, setting{program: "/bin/sh", args: append([]string{"-c", `trap "" HUP; "$0" "$@"; echo $? > code`, built(t)}, demo...)})
	p.sees("Connect your account")
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
	p.writes("credwiz --demo --latency 0\r").sees("Connect your account").writes("wxyz").sees("wxyz")
	p.press("ctrl+z").sees("topped", fmt.Sprintf("code %d >", 128+int(syscall.SIGSTOP)))
	// The shell has modes of its own.
	if left := p.Restored(); slices.Contains(left, "alternate screen") || slices.Contains(left, "hidden cursor") {
		t.Errorf("the terminal was left with %v", left)
	}
	p.writes("fg\r").sees("Connect your account", "wxyz")
	p.press("enter").writes("wrong").press("enter").sees("401").press("ctrl+c").sees("was left before the end", "code 130 >").writes("exit 0\r").ends(0)
}

// A session of its own has nobody who could bring a stopped program back, and the system does not stop it.
func TestCtrlZWithoutAShellDoesNoHarm(t *testing.T) {
	t.Attr("fault", "T6")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").press("ctrl+z").writes("wxyz").sees("wxyz").press("ctrl+c").ends(130)
}

func TestATerminalThatAKilledRunLeftRawIsPutInOrder(t *testing.T) {
	t.Attr("fault", "T6")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("Connect your account")
	noError(t, p.Signal(syscall.SIGKILL))
	if _, sig, err := p.Wait(p.ctx); err != nil || sig != "SIGKILL" || !slices.Contains(p.Restored(), "raw mode") {
		t.Fatalf("signal %q, error %v, left %v", sig, err, p.Restored())
	}
	p = sit(t, setting{
		program: "/bin/sh", args: append([]string{"-c", `stty raw -echo; "$0" "$@"; echo code $?`, built(t)}, demo...),
		env: []string{"PATH=" + os.Getenv("PATH")}, sameStdout: true,
	})
	p.sees("Connect your account").press("ctrl+c").sees("It was put in order", "type reset", "code 130").ends(0)
}

//go:build unix

package command_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// Budgets that can be counted. Those that are times are measured by ui/dev/speed.

// gate is an API that counts the connections and the calls that come to it.
type gate struct {
	url    string
	opened chan struct{} // one for each connection

	mu    sync.Mutex
	calls []string
	from  map[string]bool // the connections on which they came, but for the login's WebSocket
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{opened: make(chan struct{}, 64), from: map[string]bool{}}
	api := sandbox.New(sandbox.Config{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.calls = append(g.calls, r.Method+" "+r.URL.Path)
		if r.Header.Get("Upgrade") == "" {
			g.from[r.RemoteAddr] = true
		}
		g.mu.Unlock()
		api.ServeHTTP(w, r)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			g.opened <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// seen are the calls so far, and over how many connections they came.
func (g *gate) seen() (calls []string, connections int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.calls), len(g.from)
}

func (g *gate) wantEconomy(t *testing.T) {
	t.Helper()
	const mostCalls = 4
	calls, connections := g.seen()
	login := slices.Index(calls, "GET /v2/rtc/")
	if login < 0 || login > mostCalls || connections != 1 {
		t.Errorf("%d connections, want 1, and before the login %d calls, want at most %d: %v", connections, login, mostCalls, calls)
	}
}

func TestAScriptNeedsFourRoundTripsOverOneConnection(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	r := runs(t, t.TempDir(), "", account(), "--api-host", g.url, "--no-input", "--app-name", "My App", "--user", "alice")
	if r.code != 0 {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	g.wantEconomy(t)
}

func TestAPersonNeedsOneConnectionToo(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	p := sit(t, setting{args: []string{"--api-host", g.url}})
	p.sees("Connect your account").writes(sandbox.DefaultAPIKey).press("tab").writes(sandbox.DefaultAPISecret).press("enter")
	p.sees("enter continue").press("enter")
	p.sees("Application name").press("enter").sees("201").sees("enter continue").press("enter")
	p.sees("User name").press("enter").sees("enter continue").press("enter")
	p.sees("Valid for").press("enter").sees("Ready to log in").press("enter").ends(0)
	g.wantEconomy(t)
}

func TestAHostThatIsNotTrustedGetsNoConnection(t *testing.T) {
	t.Parallel()
	g := newGate(t) // the proxy on the way there
	p := sit(t, setting{args: []string{"--api-host", "https://gateway.test"}, env: []string{"HTTPS_PROXY=" + g.url}})
	p.sees("Connect your account").writes(sandbox.DefaultAPIKey).press("tab").writes(sandbox.DefaultAPISecret).press("enter")
	p.sees("is not one of Vonage's").press("ctrl+c").ends(130)
	select {
	case <-g.opened:
		t.Error("there was a connection")
	default:
	}
}

func TestWhileNobodyTypesNothingIsWritten(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{args: demo, sameStdout: true})
	p.sees("Connect your account", "ctrl+c")
	// Over a second, so that the clock of the countdown has struck.
	if err := p.Settle(p.ctx, 1500*time.Millisecond); err != nil {
		t.Error(err)
	}
	p.press("ctrl+c").ends(130)
}

func TestTheCountdownWritesOnceASecond(t *testing.T) {
	t.Parallel()
	const line = 200 // bytes: a line with its colours, and the way there and back
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").press("enter").sees("200 OK", "enter continue").press("enter")
	p.sees("Application name").press("enter").sees("201 Created", "enter continue").press("enter")
	p.sees("User name").press("enter").sees("201 Created", "enter continue").press("enter")
	p.sees("Valid for").press("enter").sees("Ready to log in", "Time left")
	clock := regexp.MustCompile(`Time left +(\S+)`)
	next := func() int {
		shown := clock.FindString(p.Screen())
		noError(t, p.WaitGone(p.ctx, shown))
		return len(p.Raw())
	}
	next()
	const seconds = 2
	before := next()
	for range seconds {
		after := next()
		if after == before || after-before > line {
			t.Errorf("a second wrote %d bytes, want at most %d", after-before, line)
		}
		before = after
	}
	p.press("enter").ends(0)
}

//go:build unix

package command_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// Budgets that can be counted. Those that are times are measured by ui/dev/speed.

func TestAnUntrustedHostGetsNoConnection(t *testing.T) {
	t.Parallel()
	way := startProxy(t, "", http.StatusForbidden)
	p := sit(t, setting{args: []string{"--api-host", "https://gateway.test"}, env: []string{"HTTPS_PROXY=" + way.URL}})
	p.sees("Connect your account").writes(sandbox.DefaultAPIKey).press("tab").writes(sandbox.DefaultAPISecret).press("enter")
	p.sees("isn't a Vonage host").press("ctrl+c").ends(130)
	if hosts, _ := way.requests(); len(hosts) > 0 {
		t.Errorf("the way to %q was asked for", hosts)
	}
}

func TestAnIdleWizardWritesNothing(t *testing.T) {
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
	p.connects().makesApplication().makesUser().signs().sees("Time left")
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

//go:build unix

package command_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
)

// atScreens are the ways to every kind of screen.
func atScreens() map[string]func(*seat) {
	return map[string]func(*seat){
		"API key":       func(p *seat) { p.sees("Connect your account") },
		"API key shown": func(p *seat) { p.sees("Connect your account").press("enter").sees("200 OK") },
		"API key refused": func(p *seat) {
			p.sees("API secret").writes("wxyz").press("tab").writes("wrong").press("enter").sees("401")
		},
		"application":         func(p *seat) { p.connects() },
		"application shown":   func(p *seat) { p.connects().press("enter").sees("201 Created") },
		"user":                func(p *seat) { p.connects().makesApplication() },
		"token":               func(p *seat) { p.connects().makesApplication().makesUser() },
		"ready":               func(p *seat) { p.connects().makesApplication().makesUser().signs() },
		"in the middle of it": func(p *seat) { p.sees("Connect your account").press("enter") },
	}
}

func TestLeavingIsPossibleOnEveryScreen(t *testing.T) {
	t.Parallel()
	ways := waysOut()
	signals := []string{"INT", "TERM", "HUP", "QUIT"}
	for i, screen := range slices.Sorted(maps.Keys(atScreens())) {
		for name, way := range ways {
			if !everything && name != "ctrl+c" && name != signals[i%len(signals)] {
				continue // by default another signal on each screen
			}
			t.Run(screen+" by "+name, func(t *testing.T) {
				t.Attr("fault", map[bool]string{true: "T5", false: "T4"}[name == "ctrl+c"])
				t.Parallel()
				p := sit(t, setting{args: demo})
				atScreens()[screen](p)
				noError(t, way.leave(p))
				code := way.code
				if screen == "ready" && name == "ctrl+c" {
					code = 0 // all is done there
				}
				p.ends(code)
				made := bytes.Contains(p.Raw(), []byte("201 Created"))
				if told := strings.Contains(p.stdout.String(), "Application ID"); made && !told {
					t.Errorf("what exists was not told:\n%s", p.stdout)
				}
			})
		}
	}
}

func TestASignalEndsAScriptBeforeItCreatesMore(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGQUIT: 131} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Attr("fault", "T4")
			arrived, release := make(chan struct{}), make(chan struct{})
			api := sandbox.New(sandbox.Config{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					close(arrived)
					<-release
				}
				api.ServeHTTP(w, r)
			}))
			defer server.Close()
			p := sit(t, setting{env: account(), args: []string{
				"--api-host", server.URL, "--no-input", "--app-name", "A", "--user", "alice",
			}})
			<-arrived
			noError(t, p.Signal(sig))
			close(release)
			p.ends(code)
			apps := api.Applications()
			if len(apps) != 1 || apps[0].Users != 0 {
				t.Errorf("made: %+v", apps)
			}
			if !strings.Contains(p.stdout.String(), apps[0].ID) {
				t.Errorf("what exists was not told:\n%s", p.stdout)
			}
		})
	}
}

func TestASignalDuringTheLoginEndsAScriptWithItsCode(t *testing.T) {
	t.Parallel()
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		for name, lines := range map[string]string{"nobody is asked": "--no-input", "line by line": "--plain"} {
			t.Run(name+", "+sig.String(), func(t *testing.T) {
				t.Attr("fault", "field-B8")
				arrived := make(chan struct{})
				api := sandbox.New(sandbox.Config{})
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Upgrade") != "" {
						close(arrived)
						<-r.Context().Done()
						return
					}
					api.ServeHTTP(w, r)
				}))
				defer server.Close()
				p := sit(t, setting{env: account(), args: []string{"--api-host", server.URL, lines, "--app-name", "A", "--user", "alice"}})
				if lines == "--plain" {
					p.writes("\n\n\n\n\n\n\n\n\n\n\n\n") // takes what is suggested
				}
				<-arrived
				noError(t, p.Signal(sig))
				p.ends(code)
				if !strings.Contains(p.stdout.String(), api.Applications()[0].ID) {
					t.Errorf("what exists was not told:\n%s", p.stdout)
				}
			})
		}
	}
}

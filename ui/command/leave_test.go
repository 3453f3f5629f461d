//go:build unix

package command_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// atScreens are the ways to every kind of screen.
func atScreens() map[string]func(*seat) {
	return map[string]func(*seat){
		"API key":       func(p *seat) { p.sees("● Account") },
		"API key shown": func(p *seat) { p.connects().press("esc").sees("● Account", "e change answers") },
		"API key refused": func(p *seat) {
			p.sees("API secret").writes("wxyz").press("tab").writes("wrong").press("enter").sees("401")
		},
		"application":         func(p *seat) { p.connects() },
		"application shown":   func(p *seat) { p.connects().makesApplication().press("esc").sees("● Application", "e rename") },
		"user":                func(p *seat) { p.connects().makesApplication() },
		"token":               func(p *seat) { p.connects().makesApplication().makesUser() },
		"ready":               func(p *seat) { p.connects().makesApplication().makesUser().signs() },
		"in the middle of it": func(p *seat) { p.sees("● Account").press("enter") },
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
				if told := strings.Contains(p.stdout.String(), "Application ID") || strings.Contains(p.stdout.String(), " My Client SDK app until "); made && !told {
					t.Errorf("what exists was not told:\n%s", p.stdout)
				}
			})
		}
	}
}

func TestASignalEndsAScriptBeforeItCreatesMore(t *testing.T) {
	t.Parallel()
	for _, sig := range endings {
		t.Run(sig.String(), func(t *testing.T) {
			t.Attr("fault", "T4")
			s := newScene(t)
			arrived, release := s.pausesAt(moment{request: askedForApplication})
			p := s.sit("--no-input", "--app-name", "A", "--user", "alice")
			<-arrived
			noError(t, p.Signal(sig))
			p.sees("Waiting up to 2 seconds")
			close(release)
			p.ends(128 + int(sig))
			apps := s.api.Applications()
			if len(apps) != 1 || apps[0].Users != 0 {
				t.Fatalf("made: %+v", apps)
			}
			has(t, p.stdout.String(), apps[0].ID)
		})
	}
}

func TestASignalDuringTheLoginEndsAScriptWithItsCode(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for name, lines := range map[string]string{"from flags": "--no-input", "line by line": "--plain"} {
			t.Run(name+", "+sig.String(), func(t *testing.T) {
				t.Attr("fault", "field-B8")
				s := newScene(t)
				arrived, _ := s.pausesAt(moment{request: askedForLogin})
				p := s.sit(lines, "--app-name", "A", "--user", "alice")
				if lines == "--plain" {
					p.writes(strings.Repeat("\n", 12)) // takes what is suggested
				}
				<-arrived
				noError(t, p.Signal(sig))
				p.ends(128 + int(sig))
				has(t, p.stdout.String(), "alice has a token for A", "VONAGE_JWT")
			})
		}
	}
}

//go:build unix

package command_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"syscall"
	"testing"
)

func TestARunAsksForEverythingOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	r := s.runs(s.attempt()).ends(t, 0)
	s.isWhole(r.stdout)
	want := []string{"GET /v2/applications", "POST /v2/applications", "POST /v1/users", "GET /v2/rtc/"}
	if got := s.asked(); !slices.Equal(got, want) || len(want) != requestsOfARun {
		t.Errorf("asked: %q", got)
	}
	s.wasThrifty()
	if left := s.temporaries(); left != nil {
		t.Errorf("left: %q", left)
	}
	s.goesOn(s.holds())
}

// A killed run cannot clean up, and its answers are lost with it. What the answer to one request would have been is
// the same to the next run as what the next request has not done: so before and after each of them is everywhere.
func TestAKillBetweenTwoCallsLosesNothing(t *testing.T) {
	t.Attr("fault", "F2")
	t.Attr("fault", "N4")
	t.Parallel()
	for request := range requestsOfARun {
		for _, applied := range []bool{false, true} {
			t.Run(fmt.Sprintf("request %d applied %v", request+1, applied), func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				s.killed(func(at moment) bool { return at == moment{request, applied} })
				apps := s.api.Applications()
				wantApp := request > askedForApplication || request == askedForApplication && applied
				wantUser := request > askedForUser || request == askedForUser && applied
				if len(apps) == 1 != wantApp || wantApp && apps[0].Users == 1 != wantUser {
					t.Errorf("made before it was killed: %+v", apps)
				}
				s.goesOn(s.holds())
			})
		}
	}
}

func TestAKillDuringAResumedRunLosesNothing(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	s := newScene(t)
	// The first run dies with the application made; so does each that looks for it. Then one lives.
	s.killed(func(at moment) bool { return at == moment{askedForApplication, true} })
	key := s.holds()
	for request := range 3 {
		s.killed(func(at moment) bool { return at.request >= request })
		if now := s.holds(); !bytes.Equal(now, key) {
			t.Fatal("the key was replaced")
		}
	}
	s.goesOn(key)
}

func TestTheWizardContinuesAfterAKill(t *testing.T) {
	t.Attr("fault", "F2")
	t.Parallel()
	s := newScene(t)
	arrived, _ := s.pausesAt(moment{request: askedForUser})
	p := s.sit().connects().writes("Kept").makesApplication().press("enter")
	<-arrived
	noError(t, p.Signal(syscall.SIGKILL))
	if _, sig, err := p.Wait(p.ctx); err != nil || sig == "" {
		t.Fatalf("it was not killed: %q %v", sig, err)
	}
	key := s.holds()
	kept := s.api.Applications()

	s.begins(nil)
	p = s.sit()
	p.sees("You have an unfinished setup", "checking alice first").press("enter").sees("200 OK", "enter continue").press("enter")
	p.sees("Application ready", "Kept", kept[0].ID, "enter continue").makesUser().signs()
	p.tookAtMost(effort{enters: 5}).press("enter").ends(0)
	if now := s.holds(); !bytes.Equal(now, key) {
		t.Error("the key was replaced")
	}
	if slices.Contains(s.asked(), http.MethodPost+" /v2/applications") {
		t.Errorf("another application was asked for: %q", s.asked())
	}
	if apps := s.api.Applications(); len(apps) != 1 || apps[0].ID != kept[0].ID || apps[0].Users != 1 {
		t.Errorf("made: %+v", apps)
	}
}

package steps_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"credwiz/steps/task"
)

// story writes a step's events down, one a line, with the notes of its calls.
func (r *run) story() string {
	var b strings.Builder
	for _, e := range r.events {
		state := map[task.State]string{task.Started: "…", task.Done: "✓", task.Warned: "!", task.Waiting: "~", task.Failed: "✗"}[e.State]
		fmt.Fprintf(&b, "%s %s", state, e.Text)
		if e.Call != "" {
			fmt.Fprintf(&b, " (%s) %s", e.Call, e.Note)
		}
		if e.State == task.Waiting {
			b.WriteString(", " + e.Waits(e.Wait))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestAStepTellsWhatItDoesInTheOrderInWhichItDoesIt(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	for _, test := range []struct{ id, story string }{
		{"connect", "… check the key and secret (GET /v2/applications) \n✓ check the key and secret (GET /v2/applications) 200 OK\n"},
		{"application", "… generate a key pair\n✓ generate a key pair\n… save the private key\n✓ save the private key\n" +
			"… create the application (POST /v2/applications) \n✓ create the application (POST /v2/applications) 201 Created\n"},
		{"user", "… create the user (POST /v1/users) \n✓ create the user (POST /v1/users) 201 Created\n"},
		{"token", "… sign the token\n✓ sign the token\n… write .credwiz.json\n✓ write .credwiz.json\n… write .env\n✓ write .env\n"},
	} {
		r.does(test.id)
		equal(t, test.id, r.story(), test.story)
	}
}

func TestAnUncertainCreateIsReportedAsItIsResolved(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.account.on(postApplication, doneThenDropped)
	r.does("application")
	wantAll(t, r.story(), "✗ create the application (POST /v2/applications) no answer\n"+
		"… check whether it was created (GET /v2/applications) \n✓ check whether it was created (GET /v2/applications) 200 OK\n")
}

func TestAFailureIsReportedWithItsStatus(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.account.on("GET /v2/applications", failing(http.StatusForbidden))
	r.fails("connect")
	wantAll(t, r.story(), "✗ check the key and secret (GET /v2/applications) 403 Forbidden\n")
}

func TestFailedWorkIsReportedAndNothingAfterIt(t *testing.T) {
	t.Parallel()
	r := newRun(t).does("connect")
	r.has("private.key", "mine")
	r.fails("application")
	if !strings.HasSuffix(r.story(), "… save the private key\n✗ save the private key\n") {
		t.Errorf("the story ends otherwise:\n%s", r.story())
	}
}

func TestEventsSayHowLongItTook(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	// A clock that goes a second on each time it is read.
	looks := 0
	r.env.Now = func() time.Time { looks++; return noon.Add(time.Duration(looks) * time.Second) }
	r.does("connect", "application")
	for _, e := range r.events {
		if e.Call != "" {
			continue // timed by the client's clock
		}
		if ended := e.State != task.Started; ended != (e.Took == time.Second) {
			t.Errorf("%q took %v", e.Text, e.Took)
		}
	}
}

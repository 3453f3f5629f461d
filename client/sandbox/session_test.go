package sandbox_test

import (
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"credwiz/client/sandbox"
)

// resuming is asked with the id of a session.
func resuming(token, id string) url.Values {
	query := asked(token)
	query.Set("session_id", id)
	return query
}

func TestASessionIsResumedByItsUser(t *testing.T) {
	server, app, ended := practice(t, sandbox.Config{}, "alice", "bob")
	alice, bob := userToken(t, app, "alice"), userToken(t, app, "bob")
	first, id := server.login(asked(alice))
	want := func(sessions ...sandbox.Session) {
		t.Helper()
		equal(t, server.Sessions(), sessions, "sessions")
	}
	want(sandbox.Session{ID: id, UserName: "alice", Open: true})

	first.conn.Close(websocket.StatusNormalClosure, "")
	<-ended
	want(sandbox.Session{ID: id, UserName: "alice"})
	second, again := server.login(resuming(alice, id))
	equal(t, again, id, "session")
	want(sandbox.Session{ID: id, UserName: "alice", Open: true})

	// Another user gets another session, as does an unknown id.
	_, others := server.login(resuming(bob, id))
	_, unknown := server.login(resuming(bob, "SES-unknown"))
	if others == id || unknown == "SES-unknown" {
		t.Errorf("sessions %s and %s", others, unknown)
	}
	want(
		sandbox.Session{ID: id, UserName: "alice", Open: true},
		sandbox.Session{ID: others, UserName: "bob", Open: true},
		sandbox.Session{ID: unknown, UserName: "bob", Open: true},
	)

	// A session that still has a connection leaves it for the new one.
	third, again := server.login(resuming(alice, id))
	equal(t, again, id, "session")
	second.wantEnd(-1)
	<-ended
	if got := server.Sessions()[0]; !got.Open || got.ID != id {
		t.Errorf("session %+v", got)
	}

	// One that was logged out is gone.
	third.send(`42["session:logout",{"tid":"x","body":{}}]`)
	third.want(`^42\["session:logged-out",`)
	if got := server.Sessions()[0]; got.ID == id {
		t.Errorf("session %+v", got)
	}
	if _, fresh := server.login(resuming(alice, id)); fresh == id {
		t.Error("a session was resumed after it had been logged out")
	}
}

func TestASessionWaitsForSomeTime(t *testing.T) {
	var late atomic.Int64
	server, app, ended := practice(t, sandbox.Config{Now: func() time.Time {
		return noon.Add(time.Duration(late.Load()))
	}}, "alice")
	token := userToken(t, app, "alice")
	leave := func(query url.Values) string {
		t.Helper()
		w, id := server.login(query)
		w.conn.Close(websocket.StatusNormalClosure, "")
		<-ended
		return id
	}
	id := leave(asked(token))
	late.Store(int64(15*time.Minute - time.Second))
	equal(t, leave(resuming(token, id)), id, "it was forgotten too soon")
	late.Store(int64(30*time.Minute - time.Second))
	equal(t, len(server.Sessions()), 0, "sessions")
	if again := leave(resuming(token, id)); again == id {
		t.Error("it was resumed too late")
	}
}

func TestAUserHasSoManyOpenSessions(t *testing.T) {
	server, app, ended := practice(t, sandbox.Config{}, "alice", "bob")
	token := userToken(t, app, "alice")
	var held []*wire
	for range 50 {
		w, _ := server.login(asked(token))
		held = append(held, w)
	}
	w := server.dial("/v2/rtc/", asked(token))
	w.want(openFrame)
	w.send("40")
	w.want(connectFrame, `^42\["session:error:max-open-sessions",\{`, `^41$`)
	server.login(asked(userToken(t, app, "bob")))

	held[0].conn.Close(websocket.StatusNormalClosure, "")
	<-ended
	server.login(asked(token))
}

// TestTheOldestSessionThatWaitsMakesRoom has more sessions than are kept.
func TestTheOldestSessionThatWaitsMakesRoom(t *testing.T) {
	t.Parallel()
	server, app, ended := practice(t, sandbox.Config{}, "alice", "bob")
	token := userToken(t, app, "alice")
	_, first := server.login(asked(userToken(t, app, "bob")))
	var waiting []string
	for range 1000 {
		w, id := server.login(asked(token))
		waiting = append(waiting, id)
		w.conn.CloseNow()
		<-ended
	}
	got := server.Sessions()
	if len(got) != 1000 || got[0].ID != first || got[1].ID != waiting[1] || got[999].ID != waiting[999] {
		t.Errorf("%d sessions, from %+v to %+v", len(got), got[0], got[len(got)-1])
	}
}

package sandbox_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestADroppedConnectionLosesNothing has a client that comes back to its session, with a new token too.
func TestADroppedConnectionLosesNothing(t *testing.T) {
	app, u := gather(t, "alice", "bob")
	alice, bob := u[0], u[1]
	talk := alice.creates("room")
	alice.joins(talk)
	his, session := bob.listens(true)
	bob.joins(talk)
	if got := his.want(`^421\["member:joined",`); got == "" {
		t.Error(got)
	}
	his.send("431[]")
	alice.says(talk, "one")
	his.want(`^422\["message",.*"text":"one"`) // and not acknowledged
	his.conn.CloseNow()
	alice.says(talk, "two")
	alice.asks(201, "POST", talk+"/events", `{"type":"ephemeral","body":{}}`)

	alice.want(200, "PUT", "/v0.2/sessions/"+session, `""`, bob.as)
	// On a reconnection the SDKs send no acknowledge_events any more.
	query := url.Values{"EIO": {"4"}, "transport": {"websocket"}, "session_id": {session}, "token": {talkToken(t, app, "bob")}}
	again, id := bob.login(query)
	equal(t, id, session, "session")
	again.want(`^422\["message",.*"text":"one"`, `^423\["message",.*"text":"two"`)
	again.send("432[]", "433[]")
	if e := again.heardNothing(); e != "" && !strings.HasPrefix(e, `424["ephemeral"`) {
		t.Errorf("heard %s", e)
	}
	// The old connection is still open here: the new one takes over.
	third, _ := bob.login(query)
	again.wantEnd(-1)
	alice.says(talk, "three")
	for {
		if e := third.want(`^42[45]\["(ephemeral|message)",`); strings.Contains(e, "three") {
			break
		}
	}
}

// TestEverySessionOfAMemberHears has two of one user, and one that logs out.
func TestEverySessionOfAMemberHears(t *testing.T) {
	_, u := gather(t, "alice", "bob")
	talk := u[0].creates("room")
	u[0].joins(talk)
	one, _ := u[0].listens(false)
	two, _ := u[0].listens(true)
	stranger, _ := u[1].listens(false)
	u[0].says(talk, "hello")
	one.heard("message")
	two.want(`^421\["message",`)
	two.send(`42["session:logout",{"tid":"x"}]`)
	two.want(`^42\["session:logged-out",`)
	u[0].says(talk, "again")
	one.heard("message")
	for _, w := range []*wire{two, stranger} {
		if e := w.heardNothing(); e != "" {
			t.Errorf("heard %s", e)
		}
	}
}

func TestTheMetricsOfAReconnectionAreTaken(t *testing.T) {
	_, u := gather(t, "alice")
	u[0].asks(200, "POST", "/v2/rtc/metrics", `{"body":{}}`)
	u[0].want(401, "POST", "/v2/rtc/metrics", `{}`)
}

// BenchmarkMessage measures how long a message takes from one user to another. The goal is a 95th percentile of 5 ms.
func BenchmarkMessage(b *testing.B) {
	const goal = 5 * time.Millisecond
	_, u := gather(b, "alice", "bob")
	talk := u[0].creates("room")
	u[0].joins(talk)
	u[1].joins(talk)
	his, _ := u[1].listens(true)
	var took []time.Duration
	for b.Loop() {
		if len(took)%1000 == 999 { // a conversation holds some thousand events
			u[0].asks(204, "DELETE", talk, "")
			talk = u[0].creates("room")
			u[0].joins(talk)
			u[1].joins(talk)
			his.heard("member:joined")
		}
		at := time.Now()
		u[0].says(talk, "hi")
		frame := his.want(`^42\d+\["message"`)
		took = append(took, time.Since(at))
		his.send("43" + frame[2:strings.Index(frame, "[")] + "[]")
	}
	slices.Sort(took)
	p95 := took[len(took)*95/100]
	b.ReportMetric(float64(p95.Microseconds())/1000, "p95-ms")
	if p95 > goal && len(took) > 20 {
		b.Errorf("95 of 100 messages take up to %v, and should %v", p95, goal)
	}
}

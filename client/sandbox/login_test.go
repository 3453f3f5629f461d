package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/sandbox"
)

const success = `"timestamp":"2026-03-04T12:00:00\.000Z","body":\{"id":"SES-[0-9a-f-]{36}","user_id":"USR-[0-9a-f-]{36}","name":"alice","api_key":"abcd1234"\}\}\]$`

// TestTheFramesOfALogin has the frames of @vonage/client-sdk 2 and of nexmo-client from 9.2 on.
func TestTheFramesOfALogin(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "alice")
	for _, path := range []string{"/v2/rtc/", "/v2/rtc", "/rtc/", "/rtc"} {
		w := server.dial(path, asked(userToken(t, app, "alice")))
		w.want(openFrame)
		w.send("40")
		w.want(connectFrame, `^42\["session:success",\{`+success)
		// A second connect changes nothing.
		w.send("40", `427["any",{}]`)
		w.want(`^437\[\]$`)
		w.send(`42["session:logout",{"tid":"abc","body":{}}]`)
		w.want(`^42\["session:logged-out",\{"rid":"abc","body":\{\}\}\]$`)
	}
}

// TestTheFramesOfAnEarlierLogin has the frames of nexmo-client 9.1, which asks for nothing.
func TestTheFramesOfAnEarlierLogin(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "alice")
	w := server.dial("/rtc/", askedEarlier(userToken(t, app, "alice")))
	w.want(openFrame, `^40$`, `^42\["session:success",\{`+success)
	w.send("2", "40", "2")
	w.want(`^3$`, `^3$`)
	w.send(`420["session:logout",{"tid":7}]`)
	w.want(`^430\[\]$`, `^42\["session:logged-out",\{"rid":7,"body":\{\}\}\]$`)
}

// TestTheFramesOfALoginByAnEvent has the frames of nexmo-client up to 8.
func TestTheFramesOfALoginByAnEvent(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "alice", "bob")
	w := server.dial("/rtc/", askedEarlier(""))
	w.want(openFrame, `^40$`)
	// Nothing else comes before the event: the next frame is the pong.
	w.send("2")
	w.want(`^3$`)

	event := func(tid, token string) string {
		return fmt.Sprintf(`42["session:login",{"body":{"token":%q,"SDK_version":"8.7.3","OS_family":"js"},"tid":%q}]`, token, tid)
	}
	w.send(event("one", "no token"))
	w.want(`^42\["system:error:invalid-token",\{"rid":"one",`)
	w.send(event("two", userToken(t, app, "alice")))
	first := sessionID(w.want(`^42\["session:success",\{"rid":"two",` + success))
	// The same user again has the same session, and another one has another.
	w.send(event("three", userToken(t, app, "alice")))
	equal(t, sessionID(w.want(`^42\["session:success",\{"rid":"three",`+success)), first, "session")
	w.send(event("four", userToken(t, app, "bob")))
	second := sessionID(w.want(successFrame))
	if got := server.Sessions(); len(got) != 1 || got[0] != (sandbox.Session{ID: second, UserName: "bob", Open: true}) {
		t.Errorf("sessions %+v", got)
	}
	w.send(`42["session:login","not an object"]`, `42["session:login"]`)
	w.want(`^42\["system:error:invalid-token",\{"desc`, `^42\["system:error:invalid-token",\{"desc`)
}

func TestLoginsThatAreRefused(t *testing.T) {
	t.Attr("fault", "field-D6")
	server, app, _ := practice(t, sandbox.Config{}, "alice")
	changed := func(name string, value any) string {
		all := userClaims(app, "alice")
		all[name] = value
		return sign(t, ownKey(), all)
	}
	paths := func(path string, rule any) any {
		return map[string]any{"paths": map[string]any{path: rule}}
	}
	old := userClaims(app, "alice")
	old["iat"], old["exp"] = noon.Add(-24*time.Hour).Unix(), noon.Add(time.Hour).Unix()
	none := must(jwt.NewWithClaims(jwt.SigningMethodNone, userClaims(app, "alice")).SignedString(jwt.UnsafeAllowNoneSignatureType))
	const (
		invalid    = "system:error:invalid-token"
		expired    = "system:error:expired-token"
		permission = "system:error:permission"
		noUser     = "user:error:invalid-user"
	)
	for _, c := range []struct{ name, token, want string }{
		{"expired", changed("exp", noon.Add(-time.Minute).Unix()), expired},
		{"issued 24 hours ago", sign(t, ownKey(), old), expired},
		{"of a foreign key", sign(t, foreignKey(), userClaims(app, "alice")), invalid},
		{"of no key", none, invalid},
		{"of another application", userToken(t, "0c5e8a5c-7b9c-4a35-8a34-5a2b7f9a2f11", "alice"), invalid},
		{"no token at all", "x.y.z", invalid},
		{"missing", "", invalid},
		{"of an admin", sign(t, ownKey(), claims(app)), invalid},
		{"of a user that there is not", userToken(t, app, "bob"), noUser},
		{"of a user by the id", userToken(t, app, server.Users(app)[0].ID), noUser},
		{"without acl", changed("acl", nil), permission},
		{"without sessions in the acl", changed("acl", paths("/*/users/**", map[string]any{})), permission},
		{"with sessions of version 1", changed("acl", paths("/v1/sessions/**", map[string]any{})), permission},
		{"with sessions to read", changed("acl", paths("/*/sessions/**", map[string]any{"methods": []string{"GET"}})), permission},
		{"with everything", changed("acl", paths("/**", map[string]any{})), "session:success"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := server.dial("/v2/rtc/", asked(c.token))
			w.want(`^0\{`)
			w.send("40")
			w.want(connectFrame)
			pattern := `^42\["` + c.want + `",\{"description":"[^"]+","timestamp":"2026-03-04T12:00:00\.000Z","body":\{"code":"` + c.want + `","reason":"[^"]+"\}\}\]$`
			if c.want == "session:success" {
				w.want(successFrame)
				return
			}
			w.want(pattern)
			// No other token can follow on this socket. After a 41, a client does not reconnect by itself.
			w.want(`^41$`)
			w.wantEnd(websocket.StatusNormalClosure)
		})
	}
	open := 0
	for _, one := range server.Sessions() {
		if one.Open {
			open++
		}
	}
	if open > 1 {
		t.Errorf("sessions %+v", server.Sessions())
	}
}

// upgrade asks for a WebSocket.
func upgrade(r *http.Request) {
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	} {
		r.Header.Set(name, value)
	}
}

func TestUpgradesThatAreRefused(t *testing.T) {
	server := start(t, sandbox.Config{})
	query := func(name, value string) string {
		all := asked("x")
		all.Set(name, value)
		return "/v2/rtc/?" + all.Encode()
	}
	for _, c := range []struct {
		name, path string
		code       float64
		headers    []header
	}{
		{"polling", query("transport", "polling"), 0, nil},
		{"without a transport", "/v2/rtc/?EIO=4", 0, nil},
		{"Engine.IO 2", query("EIO", "2"), 5, []header{upgrade}},
		{"no upgrade", query("EIO", "4"), 3, nil},
		{"half an upgrade", query("EIO", "3"), 3, []header{upgrade, without("Connection")}},
		{"an old WebSocket", query("EIO", "3"), 3, []header{upgrade, with("Sec-WebSocket-Version", "8")}},
		{"no key", query("EIO", "3"), 3, []header{upgrade, without("Sec-WebSocket-Key")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := server.want(400, "GET", c.path, "", c.headers...)
			if got.at(t, "code") != c.code || got.at(t, "message") == nil {
				t.Errorf("body %s", got.text)
			}
			if upgrade := got.header.Get("Upgrade"); upgrade != "" {
				t.Errorf("Upgrade: %s", upgrade)
			}
		})
	}
	server.want(405, "POST", "/v2/rtc/?EIO=4&transport=polling", "{}")
	server.want(404, "GET", "/v2/rtc//", "")
	server.want(404, "GET", "/v2/rtc/x", "")
	// Something in front of the handler may keep its connections.
	got := call(t, sandbox.New(sandbox.Config{}), "GET", "/v2/rtc/?EIO=4&transport=websocket", "", upgrade)
	equal(t, got.status, 400, "status of a handler that cannot upgrade")
}

func TestPagesThatMayLogIn(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{AllowOrigins: []string{"https://app.example.com"}}, "alice")
	query := asked(userToken(t, app, "alice"))
	for _, origin := range []string{
		"http://localhost:3000", "https://LOCALHOST", "http://shop.localhost:8080", "http://127.0.0.1:5173",
		"http://127.1.2.3", "http://[::1]:3000", server.URL(), "https://app.example.com",
	} {
		w := server.dial("/v2/rtc/", query, with("Origin", origin), with("Sec-Fetch-Site", "cross-site"))
		w.want(openFrame)
	}
	for _, origin := range []string{
		"http://example.com", "https://localhost.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1",
		"null", "file://", "chrome-extension://localhost", "http://notlocalhost",
	} {
		got := server.want(403, "GET", "/v2/rtc/?"+query.Encode(), "", with("Origin", origin))
		if strings.Contains(got.text, query.Get("token")) {
			t.Errorf("the refusal has the token in it: %s", got.text)
		}
	}
	server.want(421, "GET", "/v2/rtc/?"+url.Values{}.Encode(), "", func(r *http.Request) { r.Host = "evil" })
}

// resuming is asked with a session to resume.
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

	// After a logout, the session is gone.
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

package sandbox_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"credwiz/client/sandbox"
)

// TestAUserHasNoConversations is a part of the login with nexmo-client 6 and 7, which read _embedded and _links.
func TestAUserHasNoConversations(t *testing.T) {
	t.Attr("fault", "field-D5")
	server, app, _ := practice(t, sandbox.Config{}, "alice", "bob")
	alice, bob := server.Users(app)[0].ID, server.Users(app)[1].ID
	small := userClaims(app, "alice")
	small["acl"] = map[string]any{"paths": map[string]any{"/*/sessions/**": map[string]any{}}}
	few, full := bearer(sign(t, ownKey(), small)), bearer(userToken(t, app, "alice"))
	path := func(id string) string { return "/beta2/users/" + id + "/conversations" }

	for _, caller := range []header{few, full, server.admin(app)} {
		got := server.want(200, "GET", path(alice)+"?page_size=20&order=asc", "", caller)
		want := map[string]any{
			"page_size": 20.0,
			"_embedded": map[string]any{"data": map[string]any{"conversations": []any{}}},
			"_links":    map[string]any{"self": map[string]any{"href": server.URL() + path(alice) + "?page_size=20&order=asc"}},
		}
		equal(t, got.object(t), want, "got %s", got.text)
	}
	for _, c := range []struct {
		status int
		path   string
		caller header
		code   string
	}{
		{403, path(bob), few, "system:error:permission"},
		{404, path("USR-x"), full, "user:error:not-found"},
		{401, path(alice), bearer("x"), "system:error:invalid-token"},
		{400, path(alice) + "?page_size=0", full, "http:error:validation-fail"},
	} {
		// nexmo-client looks for code and description.
		if got := server.want(c.status, "GET", c.path, "", c.caller); got.at(t, "code") != c.code || got.at(t, "description") == nil {
			t.Errorf("%s: %s", c.path, got.text)
		}
	}
}

func TestASessionTakesANewToken(t *testing.T) {
	t.Attr("fault", "field-D6")
	server, app, _ := practice(t, sandbox.Config{}, "alice", "bob")
	update := func(tid, token string) string {
		return fmt.Sprintf(`42["session:update-token",{"body":{"token":%q},"tid":%q}]`, token, tid)
	}
	w := server.dial("/rtc/", askedEarlier(""))
	w.want(openFrame, `^40$`)
	w.send(update("early", userToken(t, app, "alice")))
	w.want(`^42\["session:error:not-found",\{"rid":"early",`)
	w.send(fmt.Sprintf(`42["session:login",{"body":{"token":%q},"tid":"in"}]`, userToken(t, app, "alice")))
	w.want(successFrame)
	for n, c := range []struct{ token, want string }{
		{userToken(t, app, "alice"), "session:update-token:success"},
		{"x.y.z", "system:error:invalid-token"},
		{sign(t, ownKey(), claims(app)), "system:error:invalid-token"},
		{userToken(t, app, "bob"), "session:error:not-found"},
		{userToken(t, app, "alice"), "session:update-token:success"},
	} {
		w.send(update(fmt.Sprint(n), c.token))
		w.want(fmt.Sprintf(`^42\["%s",\{"rid":"%d",`, c.want, n))
	}
	// Older versions of nexmo-client ask for conversations here.
	w.send(`42["user:conversations",{"tid":"list"}]`)
	w.want(`^42\["user:conversations:success",\{"rid":"list","timestamp":"[^"]+","body":\[\]\}\]$`)
}

// TestASessionEndsWithItsToken has a token for a minute, and another one for a minute more.
func TestASessionEndsWithItsToken(t *testing.T) {
	t.Attr("fault", "field-D6")
	ownKey() // outside of the bubble, whose clock waits for it
	for name, lives := range map[string]struct {
		renew func(t *testing.T, box *sandbox.Sandbox, w *wire, token string)
		life  time.Duration
	}{
		"a token": {func(*testing.T, *sandbox.Sandbox, *wire, string) {}, time.Minute},
		"a token that is renewed by an event": {func(_ *testing.T, _ *sandbox.Sandbox, w *wire, token string) {
			w.send(fmt.Sprintf(`42["session:update-token",{"body":{"token":%q},"tid":"x"}]`, token))
			w.want("session:update-token:success")
		}, 2 * time.Minute},
		"a token that is renewed by a request": {func(t *testing.T, box *sandbox.Sandbox, _ *wire, token string) {
			if got := call(t, box, "PUT", "/v0.2/sessions/"+box.Sessions()[0].ID, "{}", bearer(token)); got.status != 200 {
				t.Error(got.text)
			}
		}, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box, _, dial := bubbled(t)
				app := box.Applications()[0].ID
				lasting := func(d time.Duration) string {
					all := userClaims(app, "alice")
					all["exp"] = noon.Add(d).Unix() // the clock of the tokens stands still
					return sign(t, ownKey(), all)
				}
				w := dial(asked(lasting(time.Minute)))
				began := time.Now()
				w.want(openFrame)
				w.send("40")
				w.want(connectFrame, successFrame)
				w.want(`^2$`)
				w.send("3")
				lives.renew(t, box, w, lasting(lives.life-time.Since(began)))
				for time.Since(began)+25*time.Second < lives.life {
					w.want(`^2$`)
					w.send("3")
				}
				w.want(`^42\["system:error:expired-token",\{"description":`, `^41$`)
				w.wantEnd(websocket.StatusNormalClosure)
				equal(t, time.Since(began), lives.life, "it ended after")
				synctest.Wait()
				// It waits for a new token, as after any other end of its connection.
				if got := box.Sessions(); len(got) != 1 || got[0].Open {
					t.Errorf("sessions %+v", got)
				}
			})
		})
	}
}

func TestTheSandboxSaysWhereItEnds(t *testing.T) {
	t.Attr("fault", "field-D7")
	const words = "The practice sandbox stops at the login"
	seen := make(chan sandbox.Request, 64)
	server := start(t, sandbox.Config{Observe: func(r sandbox.Request) { seen <- r }})
	app := server.application("x", ownKey())
	server.want(201, "POST", "/v1/users", `{"name":"alice"}`, server.admin(app))
	caller := bearer(userToken(t, app, "alice"))
	w, _ := server.login(asked(userToken(t, app, "alice")))
	<-seen
	<-seen
	told := func(method, path string) {
		t.Helper()
		if got := <-seen; got.Method != method || got.Path != path || got.Status != 404 || !strings.HasPrefix(got.Reason, words) {
			t.Errorf("told %+v", got)
		}
	}
	for _, path := range []string{
		"/v0.3/conversations", "/v0.1/conversations/CON-x/events", "/beta/conversations", "/beta2/conversations/CON-x/events",
		"/v0.3/legs", "/v1/legs", "/v0.2/rtc/metrics", "/v0.3/users/USR-x/sessions", "/v1/calls", "/v0.3/discovery/api", "/v3/media",
	} {
		got := server.want(http.StatusNotFound, "POST", path, "{}", caller)
		if !strings.Contains(got.text, words) {
			t.Errorf("%s: %s", path, got.text)
		}
		told("POST", path)
	}
	w.send(`42["new:conversation",{"tid":"x","body":{}}]`)
	w.want(`^42\["http:error:not-found",\{"rid":"x","description":"` + words)
	told("EVENT", "new:conversation")
	w.send(`42["` + strings.Repeat("a b", 100) + `",{"tid":"x"}]`)
	w.want(words)
	told("EVENT", (strings.Repeat("a%20b", 34))[:33*5+1])
	// An event that wants no answer gets none.
	w.send(`42["echo",{"x":1}]`, `421["any",{}]`)
	w.want(`^431\[\]$`)
}

func TestALoginReturnsTheUser(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "bob")
	server.want(201, "POST", "/v1/users", `{"name":"alice","display_name":"Alice"}`, server.admin(app))
	users := server.Users(app)
	bob, alice := users[0], users[1]
	small := userClaims(app, "alice")
	small["acl"] = map[string]any{"paths": map[string]any{"/*/sessions/**": map[string]any{}}}
	lower := func(token string) header { return with("Authorization", "bearer "+token) }
	full, few := lower(userToken(t, app, "alice")), lower(sign(t, ownKey(), small))

	for _, called := range []string{"me", "alice", alice.ID} {
		for _, caller := range []header{full, few} {
			got := server.want(200, "GET", "/v0.3/users/"+called, "", caller).object(t)
			if want := map[string]any{"id": alice.ID, "name": "alice", "display_name": "Alice"}; !reflect.DeepEqual(got, want) {
				t.Errorf("%s is %v, want %v", called, got, want)
			}
		}
	}
	for _, called := range []string{"bob", bob.ID} {
		// The profile of another user has all that the users API has.
		want := server.want(200, "GET", "/v1/users/"+bob.ID, "", full).text
		want = strings.ReplaceAll(want, "/v1/users/", "/v0.3/users/")
		for _, caller := range []header{full, server.admin(app)} {
			equal(t, server.want(200, "GET", "/v0.3/users/"+called, "", caller).text, want, "%s", called)
		}
		got := server.want(403, "GET", "/v0.3/users/"+called, "", few).object(t)
		equal(t, got["code"], "system:error:permission", "refused with %v", got)
	}
	for path, caller := range map[string]header{"/v0.3/users/carol": full, "/v0.3/users/me": server.admin(app)} {
		equal(t, server.want(404, "GET", path, "", caller).at(t, "code"), "user:error:not-found", "%s", path)
	}
	got := server.want(401, "GET", "/v0.3/users/me", "")
	if got.at(t, "code") != "system:error:invalid-token" || got.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("refused with %s", got.text)
	}
}

func TestASessionIsRefreshedWithANewToken(t *testing.T) {
	server, app, ended := practice(t, sandbox.Config{}, "alice", "bob")
	w, id := server.login(asked(userToken(t, app, "alice")))
	path := "/v0.2/sessions/" + id
	expired := userClaims(app, "alice")
	expired["exp"] = noon.Add(-time.Minute).Unix()

	for range 2 {
		got := server.want(200, "PUT", path, `{}`, bearer(userToken(t, app, "alice")))
		equal(t, got.object(t), map[string]any{"session_id": id}, "answered %s", got.text)
		w.conn.CloseNow() // a session without a connection can be refreshed as well
	}
	<-ended
	for _, c := range []struct {
		status int
		token  string
		path   string
		code   string
	}{
		{401, "", path, "system:error:invalid-token"},
		{401, sign(t, ownKey(), expired), path, "system:error:expired-token"},
		{401, sign(t, ownKey(), claims(app)), path, "system:error:invalid-token"},
		{404, userToken(t, app, "bob"), path, "session:error:not-found"},
		{404, userToken(t, app, "carol"), path, "user:error:invalid-user"},
		{404, userToken(t, app, "alice"), "/v0.2/sessions/SES-x", "session:error:not-found"},
	} {
		got := server.want(c.status, "PUT", c.path, "", bearer(c.token))
		equal(t, got.at(t, "code"), c.code, "%d: %s", c.status, got.text)
	}
	server.want(404, "GET", "/v0.2/sessions", "")
}

package sandbox_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

func TestAUserIsToldWhoItIs(t *testing.T) {
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
		// Of others there is all that the users API has.
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

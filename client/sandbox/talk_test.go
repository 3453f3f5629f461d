package sandbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// talker is a user who speaks in conversations.
type talker struct {
	*api
	id, name string
	as       header
	token    string
}

// talkToken is a token as credwiz makes it, or with other paths in its acl.
func talkToken(t testing.TB, app, name string, paths ...string) string {
	if paths == nil {
		paths = []string{"/*/rtc/**", "/*/users/**", "/*/conversations/**", "/*/sessions/**"}
	}
	rules := map[string]any{}
	for _, path := range paths {
		rules[path] = map[string]any{}
	}
	all := userClaims(app, name)
	all["acl"] = map[string]any{"paths": rules}
	return sign(t, ownKey(), all)
}

// gather starts a sandbox in which users can talk, with its application.
func gather(t testing.TB, names ...string) (app string, talkers []talker) {
	t.Helper()
	server, app, _ := practice(t, sandbox.Config{}, names...)
	for i, u := range server.Users(app) {
		token := talkToken(t, app, names[i])
		talkers = append(talkers, talker{api: server, id: u.ID, name: u.Name, as: bearer(token), token: token})
	}
	return app, talkers
}

func (u talker) asks(status int, method, path, body string) answer {
	u.t.Helper()
	return u.want(status, method, path, body, u.as)
}

// refused wants a refusal with a code.
func (u talker) refused(status int, code, method, path, body string) {
	u.t.Helper()
	got := u.asks(status, method, path, body)
	equal(u.t, got.at(u.t, "code"), any(code), "%s %s: %s", method, path, got.text)
}

// creates makes a conversation, and returns its path in v0.3.
func (u talker) creates(name string) string {
	u.t.Helper()
	id := u.asks(201, "POST", "/v0.3/conversations", fmt.Sprintf(`{"name":%q}`, name)).at(u.t, "id").(string)
	return "/v0.3/conversations/" + id
}

// joins has a user join, and returns its member's id.
func (u talker) joins(talk string) string {
	u.t.Helper()
	body := fmt.Sprintf(`{"state":"joined","user":{"id":%q,"name":%q},"channel":{"type":"app"}}`, u.id, u.name)
	return u.asks(201, "POST", talk+"/members", body).at(u.t, "id").(string)
}

// says posts a text.
func (u talker) says(talk, words string) answer {
	u.t.Helper()
	return u.asks(201, "POST", talk+"/events", fmt.Sprintf(`{"type":"message","body":{"message_type":"text","text":%q}}`, words))
}

// listens opens a session; acknowledging is how the SDKs do it.
func (u talker) listens(acknowledging bool, session ...string) (w *wire, id string) {
	u.t.Helper()
	query := asked(u.token)
	query.Set("acknowledge_events", fmt.Sprint(acknowledging))
	if len(session) > 0 {
		query.Set("session_id", session[0])
	}
	return u.login(query)
}

// heard reads an event of a conversation.
func (w *wire) heard(event string) map[string]any {
	w.t.Helper()
	text := strings.TrimLeft(w.want(`^42[0-9]*\["`+event+`",`), "0123456789")
	var items []any
	if err := json.Unmarshal([]byte(text), &items); err != nil {
		w.t.Fatal(err)
	}
	return items[1].(map[string]any)
}

// TestTwoUsersTalk has the calls and the events that @vonage/client-sdk makes and reads.
func TestTwoUsersTalk(t *testing.T) {
	app, u := gather(t, "alice", "bob")
	alice, bob := u[0], u[1]
	hers, _ := alice.listens(false)
	his, _ := bob.listens(false)

	talk := alice.creates("room")
	a := alice.joins(talk)
	joined := hers.heard("member:joined")
	id := strings.TrimPrefix(talk, "/v0.3/conversations/")
	for field, want := range map[string]any{"id": 1.0, "cid": id, "conversation_id": id, "from": a, "timestamp": "2026-03-04T12:00:00.000Z"} {
		equal(t, joined[field], want, "%s of %v", field, joined)
	}
	b := alice.asks(201, "POST", talk+"/members", `{"state":"invited","user":{"name":"bob"}}`).at(t, "id").(string)
	for _, w := range []*wire{hers, his} {
		body := w.heard("member:invited")["body"].(map[string]any)
		equal(t, body["invited_by"], any("alice"), "invited by")
		equal(t, body["conversation"], any(map[string]any{"conversation_id": id, "name": "room"}), "invited to")
	}
	equal(t, bob.joins(talk), b, "the member that was invited")
	hers.heard("member:joined")
	his.heard("member:joined")

	posted := bob.says(talk, "hi").object(t)
	equal(t, posted["id"], any(4.0), "the id of the event")
	for _, w := range []*wire{hers, his} {
		e := w.heard("message")
		equal(t, e["body"], any(map[string]any{"message_type": "text", "text": "hi"}), "heard")
		equal(t, e["_embedded"], any(map[string]any{
			"from_user": map[string]any{"id": bob.id, "name": "bob"}, "from_member": map[string]any{"id": b},
		}), "from")
	}
	alice.asks(201, "POST", talk+"/events", fmt.Sprintf(`{"type":"custom:wave","from":%q,"body":{"hand":"left"}}`, a))
	equal(t, his.heard("custom:wave")["body"], any(map[string]any{"hand": "left"}), "custom")
	alice.asks(201, "POST", talk+"/events", `{"type":"message:seen","body":{"event_id":4}}`)
	his.heard("message:seen")
	seen := bob.asks(200, "GET", talk+"/events/4", "").at(t, "state.seen_by").(map[string]any)
	equal(t, seen[a], any("2026-03-04T12:00:00.000Z"), "seen by alice")

	// What is passing has no number, and is not in the history.
	passing := alice.asks(201, "POST", talk+"/events", `{"type":"ephemeral","body":{"typing":true}}`)
	equal(t, passing.at(t, "id"), nil, "the id of an ephemeral event")
	his.heard("ephemeral")
	alice.asks(404, "GET", talk+"/events/7", "")

	bob.refused(403, "system:error:permission", "DELETE", talk+"/events/5", "")
	bob.asks(200, "DELETE", talk+"/events/4", "")
	equal(t, his.heard("event:delete")["body"], any(map[string]any{"event_id": 4.0}), "deleted")
	if text := alice.asks(200, "GET", talk+"/events/4", "").text; strings.Contains(text, "hi") {
		t.Errorf("a deleted message is still there: %s", text)
	}

	bob.asks(200, "DELETE", strings.Replace(talk, "v0.3", "v0.2", 1)+"/members/me?reason_code=1&reason_text=bye", "")
	left := his.heard("member:left")["body"].(map[string]any)
	equal(t, left["reason"], any(map[string]any{"code": "1", "text": "bye"}), "left with")
	alice.says(talk, "still here?")
	if e := his.heardNothing(); e != "" {
		t.Errorf("a member who left hears %s", e)
	}
	alice.asks(204, "DELETE", talk, "")
	alice.refused(404, "conversation:error:not-found", "GET", talk, "")
	alice.creates("room") // the name is free again
	_ = app
}

// heardNothing returns the next frame, or nothing if that answers a question after it.
func (w *wire) heardNothing() string {
	w.t.Helper()
	w.send(`429["nothing"]`)
	if got := w.want(``); got != "439[]" {
		return got
	}
	return ""
}

func TestAUserWhoIsDeletedLeaves(t *testing.T) {
	app, u := gather(t, "alice", "bob")
	talk := u[0].creates("room")
	u[0].joins(talk)
	b := u[1].joins(talk)
	hers, _ := u[0].listens(false)
	u[0].want(204, "DELETE", "/v1/users/"+u[1].id, "", u[0].admin(app))
	equal(t, hers.heard("member:left")["from"], any(b), "who left")
	u[0].want(204, "DELETE", "/v2/applications/"+app, "", owner)
	u[0].want(401, "GET", talk, "", u[0].as)
}

func TestTheAccountHasNoNumbers(t *testing.T) {
	server := start(t, sandbox.Config{})
	equal(t, server.want(200, "GET", "/account/numbers", "", owner).object(t), map[string]any{"count": 0.0, "numbers": []any{}}, "numbers")
	equal(t, server.want(401, "GET", "/account/numbers", "").at(t, "error-code"), any("401"), "without the pair")
	server.want(200, "GET", "/account/numbers?api_key="+sandbox.DefaultAPIKey+"&api_secret="+sandbox.DefaultAPISecret, "")
}

package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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
	text := w.want(`^42[0-9]*\["` + event + `",`)
	var items []any
	if err := json.Unmarshal([]byte(text[strings.Index(text, "["):]), &items); err != nil {
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

// TestConversationsAreForTheirMembers has a stranger try everything.
func TestConversationsAreForTheirMembers(t *testing.T) {
	app, u := gather(t, "alice", "mallory", "bob")
	alice, mallory, bob := u[0], u[1], u[2]
	talk := alice.creates("private")
	a := alice.joins(talk)
	alice.says(talk, "a secret")
	const none = "conversation:error:not-found"
	stranger := func(who talker) {
		t.Helper()
		for _, c := range []struct{ method, path, body string }{
			{"GET", "/members", ""}, {"GET", "/events", ""}, {"GET", "/events/2", ""}, {"GET", "/members/" + a, ""},
			{"POST", "/events", `{"type":"custom:x","body":{}}`}, {"POST", "/events", fmt.Sprintf(`{"type":"custom:x","from":%q}`, a)},
			{"POST", "/members", `{"state":"invited","user":{"name":"mallory"}}`}, {"POST", "/members", `{"state":"joined","user":{"name":"alice"}}`},
			{"PATCH", "/members/" + a, `{"state":"left"}`}, {"DELETE", "/members/" + a, ""}, {"DELETE", "/events/2", ""},
			{"PATCH", "", `{"name":"mine"}`}, {"DELETE", "", ""},
		} {
			who.refused(404, none, c.method, talk+c.path, c.body)
		}
	}
	stranger(mallory)
	mallory.refused(404, none, "GET", "/v0.3/conversations/private", "") // the name tells nothing
	mallory.refused(404, "conversation:error:member-not-found", "GET", talk+"/members/me", "")
	// The SDKs get a conversation before they join it: its id is enough for its name, and not for its members.
	for _, version := range []string{"/v0.3", "/beta"} {
		got := mallory.asks(200, "GET", strings.Replace(talk, "/v0.3", version, 1), "")
		if got.at(t, "name") != "private" || strings.Contains(got.text, a) {
			t.Errorf("a stranger sees %s", got.text)
		}
	}
	if got := mallory.asks(200, "GET", "/v0.3/users/"+mallory.id+"/conversations", ""); strings.Contains(got.text, "private") {
		t.Errorf("a stranger lists %s", got.text)
	}
	mallory.refused(403, "system:error:permission", "GET", "/v0.3/users/"+alice.id+"/conversations", "")

	// Who is invited may look, and not speak.
	alice.asks(201, "POST", talk+"/members", `{"state":"invited","user":{"name":"bob"}}`)
	bob.asks(200, "GET", talk+"/events", "")
	bob.refused(403, "system:error:permission", "POST", talk+"/events", `{"type":"custom:x"}`)
	bob.refused(403, "system:error:permission", "DELETE", talk, "")
	b := bob.joins(talk)
	bob.refused(403, "system:error:permission", "POST", talk+"/events", fmt.Sprintf(`{"type":"custom:x","from":%q}`, a))
	bob.refused(400, "conversation:error:member-already-joined", "POST", talk+"/members", `{"state":"joined","user":{"name":"bob"}}`)
	alice.asks(204, "DELETE", talk+"/members/"+b, "")
	stranger(bob)
	alice.refused(400, "conversation:error:invalid-member-state", "DELETE", talk+"/members/"+b, "")

	// Another application has another world, and a backend has all of its own.
	other := alice.application("other", ownKey())
	alice.want(404, "GET", talk, "", alice.admin(other))
	got := alice.want(200, "GET", talk+"/events?event_type=message", "", alice.admin(app))
	if !strings.Contains(got.text, "a secret") {
		t.Errorf("the backend reads %s", got.text)
	}
	alice.want(201, "POST", talk+"/events", fmt.Sprintf(`{"type":"custom:x","from":%q}`, a), alice.admin(app))
}

// TestTheACLHoldsForConversations has tokens that permit less.
func TestTheACLHoldsForConversations(t *testing.T) {
	app, u := gather(t, "alice")
	alice := u[0]
	talk := alice.creates("room")
	alice.joins(talk)
	for _, c := range []struct {
		paths []string
		good  []string
		bad   []string
	}{
		{[]string{"/*/users/**"}, []string{"/v0.3/users/" + alice.id + "/conversations"}, []string{talk, talk + "/events", "/beta/conversations"}},
		{[]string{"/v0.3/conversations/**"}, []string{talk, talk + "/members/me"}, []string{strings.Replace(talk, "v0.3", "beta", 1)}},
		{[]string{"/*/conversations/*"}, []string{talk, strings.Replace(talk, "v0.3", "beta", 1)}, []string{talk + "/events"}},
		// Its own conversations are no secret to a user, as with the profile.
		{[]string{"/*/sessions/**"}, []string{"/beta2/users/" + alice.id + "/conversations"}, []string{"/v0.3/conversations"}},
	} {
		as := bearer(talkToken(t, app, "alice", c.paths...))
		for _, path := range c.good {
			alice.want(200, "GET", path, "", as)
		}
		for _, path := range c.bad {
			got := alice.want(403, "GET", path, "", as)
			if got.at(t, "code") != "system:error:permission" {
				t.Errorf("%v, %s: %s", c.paths, path, got.text)
			}
		}
	}
	reading := userClaims(app, "alice")
	reading["acl"] = map[string]any{"paths": map[string]any{"/*/conversations/**": map[string]any{"methods": []string{"GET"}}}}
	as := bearer(sign(t, ownKey(), reading))
	alice.want(200, "GET", talk+"/events", "", as)
	alice.want(403, "POST", talk+"/events", `{"type":"custom:x"}`, as)
	alice.want(403, "DELETE", talk, "", as)
	alice.want(401, "GET", talk, "")
	alice.want(404, "GET", talk, "", bearer(talkToken(t, app, "carol")))
}

// turn follows a link of each page until there is none, and returns what is named on the pages.
func (u talker) turn(path, list, rel string, name func(map[string]any) any) [][]any {
	u.t.Helper()
	var pages [][]any
	for range 20 {
		page := u.asks(200, "GET", path, "")
		items, ok := page.at(u.t, list).([]any)
		if !ok {
			u.t.Fatalf("no %s in %s", list, page.text)
		}
		var on []any
		for _, item := range items {
			on = append(on, name(item.(map[string]any)))
		}
		pages = append(pages, on)
		href, more := links(u.t, page)[rel]
		if !more {
			return pages
		}
		path = must(url.Parse(href)).RequestURI()
	}
	u.t.Fatalf("%s never ends", rel)
	return nil
}

func TestPagesOfAConversation(t *testing.T) {
	_, u := gather(t, "alice", "bob", "carol")
	alice := u[0]
	talk := alice.creates("b")
	for _, one := range u {
		one.joins(talk)
	}
	alice.says(talk, "one")
	alice.says(talk, "two")
	older := strings.Replace(talk, "v0.3", "beta2", 1)
	id := func(item map[string]any) any { return item["id"] }
	user := func(item map[string]any) any { return item["_embedded"].(map[string]any)["user"].(map[string]any)["name"] }
	name := func(item map[string]any) any { return item["name"] }

	for path, want := range map[string][][]any{
		"/events?page_size=2":                                   {{1.0, 2.0}, {3.0, 4.0}, {5.0}},
		"/events?page_size=2&order=desc":                        {{5.0, 4.0}, {3.0, 2.0}, {1.0}},
		"/events?page_size=1&event_type=message":                {{4.0}, {5.0}},
		"/events?page_size=2&event_type=member:*,text":          {{1.0, 2.0}, {3.0}},
		"/events?start_id=2&end_id=4":                           {{2.0, 3.0, 4.0}},
		"/events?page_size=3&filter_group_type=ChatEvents":      {{1.0, 2.0, 3.0}, {4.0, 5.0}},
		"/events?page_size=3&order=ASC&include_custom_data=yes": {{1.0, 2.0, 3.0}, {4.0, 5.0}},
	} {
		equal(t, alice.turn(talk+path, "_embedded.events", "next", id), want, "%s", path)
		equal(t, alice.turn(older+path, "_embedded.data.events", "next", id), want, "older %s", path)
	}
	equal(t, alice.turn(talk+"/members?page_size=2", "_embedded.members", "next", user), [][]any{{"alice", "bob"}, {"carol"}}, "members")
	alice.asks(200, "DELETE", talk+"/events/4", "")
	equal(t, alice.turn(talk+"/events?exclude_deleted_events=true", "_embedded.events", "next", id), [][]any{{1.0, 2.0, 3.0, 5.0, 6.0}}, "without the deleted")

	for key, name := range map[string]string{"2": "a", "1": "c"} {
		body := fmt.Sprintf(`{"name":%q,"properties":{"custom_sort_key":%q,"custom_data":{"x":1}}}`, name, key)
		made := alice.asks(201, "POST", "/v0.3/conversations", body).at(t, "id").(string)
		alice.joins("/v0.3/conversations/" + made)
	}
	own := "/v0.3/users/" + alice.id + "/conversations"
	equal(t, alice.turn(own+"?page_size=2&order_by=CUSTOM_SORT_KEY", "_embedded.conversations", "next", name), [][]any{{"b", "c"}, {"a"}}, "by key")
	equal(t, alice.turn(own+"?page_size=2&order_by=custom_sort_key&order=desc", "_embedded.conversations", "next", name), [][]any{{"a", "c"}, {"b"}}, "by key, down")
	with := alice.asks(200, "GET", own+"?include_custom_data=true", "").text
	without := alice.asks(200, "GET", own, "").text
	if !strings.Contains(with, "custom_data") || strings.Contains(without, "custom_data") {
		t.Errorf("custom data: %s, without: %s", with, without)
	}
	// In the older list the state is the member's.
	state := func(item map[string]any) any { return item["state"] }
	equal(t, alice.turn("/beta2/users/"+alice.id+"/conversations?page_size=9", "_embedded.data.conversations", "next", state), [][]any{{"JOINED", "JOINED", "JOINED"}}, "states")
	alice.asks(204, "DELETE", talk+"/members/me", "")
	equal(t, len(alice.turn(own, "_embedded.conversations", "next", name)[0]), 2, "after leaving")
	equal(t, alice.turn(own+"?state=LEFT", "_embedded.conversations", "next", name), [][]any{{"b"}}, "left")

	for _, query := range []string{"?page_size=0", "?order=up", "?cursor=x", "?start_id=x"} {
		u[1].refused(400, "http:error:validation-fail", "GET", talk+"/events"+query, "")
	}
	alice.refused(400, "http:error:validation-fail", "GET", own+"?state=gone", "")
}

func TestWhatIsWrongWithAConversation(t *testing.T) {
	_, u := gather(t, "alice")
	alice := u[0]
	talk := alice.creates("room")
	alice.joins(talk)
	alice.refused(409, "conversation:error:duplicate-name", "POST", "/v0.3/conversations", `{"name":"room"}`)
	other := alice.creates("other")
	alice.refused(409, "conversation:error:duplicate-name", "PATCH", other, `{"name":"room"}`)
	alice.asks(200, "PATCH", other, `{"name":null,"display_name":"Other","image_url":null,"properties":{"ttl":60}}`)
	changed := alice.asks(200, "PATCH", other, `{"properties":{"custom_data":{"a":1}}}`)
	if changed.at(t, "display_name") != "Other" || changed.at(t, "properties.ttl") != 60.0 || changed.at(t, "properties.custom_data.a") != 1.0 {
		t.Errorf("changed: %s", changed.text)
	}
	const invalid = "http:error:validation-fail"
	for _, c := range []struct{ path, body string }{
		{"/v0.3/conversations", `{"name":""}`}, {"/v0.3/conversations", `{"properties":7}`}, {"/v0.3/conversations", `[]`},
		{talk + "/members", `{"state":"left","user":{"name":"alice"}}`}, {talk + "/members", `{"user":{"name":"alice"}}`},
		{talk + "/events", `{}`}, {talk + "/events", `{"type":"nonsense"}`}, {talk + "/events", `{"type":"custom:"}`},
		{talk + "/events", `{"type":"custom:` + strings.Repeat("x", 101) + `"}`}, {talk + "/events", `{"type":"text","body":{}}`},
		{talk + "/events", `{"type":"text","body":7}`}, {talk + "/events", `{"type":"message","body":{"message_type":"smell"}}`},
		{talk + "/events", `{"type":"message","body":{"message_type":"text"}}`},
	} {
		alice.refused(400, invalid, "POST", c.path, c.body)
	}
	alice.refused(404, "user:error:not-found", "POST", talk+"/members", `{"state":"invited","user":{"name":"nobody"}}`)
	alice.refused(404, "user:error:not-found", "POST", talk+"/members", `{"state":"invited"}`)
	alice.refused(404, "event:error:not-found", "POST", talk+"/events", `{"type":"text:seen","body":{"event_id":99}}`)
	alice.refused(404, "event:error:not-found", "DELETE", talk+"/events/99", "")
	// A body over the limit is refused before anything else.
	alice.asks(413, "POST", talk+"/events", `{"type":"custom:x","body":{"a":"`+strings.Repeat("x", 64<<10)+`"}}`)
	// The sandbox has no calls, and says so.
	for _, body := range []string{
		`{"state":"invited","user":{"name":"alice"},"media":{"audio_settings":{"enabled":true}}}`,
		`{"state":"joined","user":{"name":"alice"},"channel":{"type":"phone"}}`,
	} {
		got := alice.asks(404, "POST", talk+"/members", body)
		if !strings.Contains(got.text, "does not simulate calls") {
			t.Error(got.text)
		}
	}
	if got := alice.asks(404, "POST", talk+"/events", `{"type":"audio:mute:on","body":{}}`); !strings.Contains(got.text, "does not simulate calls") {
		t.Error(got.text)
	}
}

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

func TestTheMetricsOfAReconnectionAreTaken(t *testing.T) {
	_, u := gather(t, "alice")
	u[0].asks(200, "POST", "/v2/rtc/metrics", `{"body":{}}`)
	u[0].want(401, "POST", "/v2/rtc/metrics", `{}`)
}

func TestAConversationFillsUp(t *testing.T) {
	t.Attr("fault", "B4")
	seen := make(chan string, 1)
	server := start(t, sandbox.Config{Observe: func(r sandbox.Request) {
		if r.Status == 429 {
			seen <- r.Reason
		}
	}})
	app := server.application("x", ownKey())
	id := server.want(201, "POST", "/v1/users", `{"name":"alice"}`, server.admin(app)).at(t, "id").(string)
	alice := talker{api: server, id: id, name: "alice", as: bearer(talkToken(t, app, "alice"))}
	talk := alice.creates("room")
	for range 200 {
		alice.joins(talk)
		alice.asks(204, "DELETE", talk+"/members/me", "")
	}
	got := alice.asks(429, "POST", talk+"/members", `{"state":"joined","user":{"name":"alice"}}`)
	const words = "The practice sandbox is full: it holds at most 200 members in a conversation, with those who left. " +
		"Delete a conversation, or start the sandbox again."
	equal(t, got.at(t, "detail"), any(words), "refused")
	equal(t, <-seen, words, "told")
	alice.asks(204, "DELETE", talk, "")
	alice.joins(alice.creates("another"))
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

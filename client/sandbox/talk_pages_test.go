package sandbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

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
	user := func(item map[string]any) any {
		return item["_embedded"].(map[string]any)["user"].(map[string]any)["name"]
	}
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
	alice.refused(404, "user:error:not-found", "POST", talk+"/members", `{"state":"invited","user":{"name":"unknown"}}`)
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
	const words = "The practice sandbox is full: it holds at most 200 members in a conversation, including former ones. " +
		"Delete a conversation, or start the sandbox again."
	equal(t, got.at(t, "detail"), any(words), "refused")
	equal(t, <-seen, words, "told")
	alice.asks(204, "DELETE", talk, "")
	alice.joins(alice.creates("another"))
}

func TestAnApplicationTakesItsConversationsAlong(t *testing.T) {
	server, admin := startOwned(t)
	for range 1000 {
		server.want(201, "POST", "/v0.3/conversations", `{}`, admin)
	}
	server.want(429, "POST", "/v0.3/conversations", `{}`, admin)
	server.want(204, "DELETE", "/v2/applications/"+server.Applications()[0].ID, "", owner)
	next := server.admin(server.application("next", ownKey()))
	server.want(201, "POST", "/v0.3/conversations", `{}`, next)
}

// TestTheOlderVersionsOfConversations has what nexmo-client reads in another shape, and what only a backend sends.
func TestTheOlderVersionsOfConversations(t *testing.T) {
	_, u := gather(t, "alice", "bob")
	alice, bob := u[0], u[1]
	made := alice.asks(200, "POST", "/beta/conversations", `{"name":"old","originating_session":"SES-x"}`)
	id := made.at(t, "id").(string)
	equal(t, made.object(t), map[string]any{"id": id, "href": alice.URL() + "/beta/conversations/" + id}, "made")
	equal(t, alice.asks(200, "PUT", "/v0.1/conversations/"+id, `{"display_name":"Old"}`).at(t, "id"), any(id), "changed")
	talk := "/v0.3/conversations/" + id
	a := alice.joins(talk)
	got := alice.asks(200, "GET", "/beta/conversations/"+id, "")
	equal(t, got.at(t, "uuid"), any(id), "uuid")
	equal(t, got.at(t, "members"), any([]any{map[string]any{
		"member_id": a, "user_id": alice.id, "name": "alice", "state": "JOINED",
		"timestamp": map[string]any{"joined": "2026-03-04T12:00:00.000Z"}, "channel": map[string]any{"type": "app"},
	}}), "members")
	equal(t, bob.asks(404, "GET", "/beta/conversations/"+id+"/events", "").object(t), map[string]any{
		"code": "conversation:error:not-found", "description": "Conversation does not exist, or you do not have access.",
	}, "refused")

	b := alice.asks(201, "POST", talk+"/members", fmt.Sprintf(`{"state":"invited","user":{"id":%q}}`, bob.id)).at(t, "id").(string)
	equal(t, bob.asks(200, "PATCH", talk+"/members/"+b, `{"state":"joined"}`).at(t, "state"), any("JOINED"), "accepted")
	alice.asks(201, "POST", "/beta/conversations/"+id+"/events", `{"type":"text","body":{"text":"hi"}}`)
	bob.asks(201, "POST", "/beta/conversations/"+id+"/events", `{"type":"text:delivered","body":{"event_id":"4"}}`)
	delivered := alice.asks(200, "GET", talk+"/events/4", "").at(t, "state.delivered_to").(map[string]any)
	equal(t, delivered[b], any("2026-03-04T12:00:00.000Z"), "delivered")
	left := bob.asks(200, "PATCH", talk+"/members/me", `{"state":"left","reason":{"code":"1","text":"bye"}}`)
	equal(t, left.at(t, "state"), any("LEFT"), "left")
	alice.refused(400, "conversation:error:invalid-member-state", "PATCH", talk+"/members/"+b, `{"state":"joined"}`)
	equal(t, alice.asks(200, "DELETE", "/beta/conversations/"+id, "").text, "{}\n", "deleted")
}

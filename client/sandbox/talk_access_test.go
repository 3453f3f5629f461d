package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
)

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

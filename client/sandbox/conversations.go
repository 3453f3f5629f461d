package sandbox

import (
	"maps"
	"net/http"
	"strings"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
	"credwiz/client/sandbox/token"
)

// conversationRoutes are the conversations in all versions of the API. Both Client
// SDKs use several at once: they are one service, which answers v0.3 and what is
// older in different shapes.
func (s *Sandbox) conversationRoutes() map[string]http.Handler {
	routes := map[string]http.Handler{}
	for _, version := range []string{"/v0.3", "/v1", "/beta", "/beta2", "/v0.1", "/v0.2"} {
		routes["GET "+version+"/users/{id}/conversations"] = http.HandlerFunc(s.listOwnConversations)
		all := version + "/conversations"
		for route, endpoint := range map[string]talkFunc{
			"GET " + all:                               s.listConversations,
			"POST " + all:                              s.createConversation,
			"GET " + all + "/{id}":                     s.getConversation,
			"PUT " + all + "/{id}":                     s.changeConversation,
			"PATCH " + all + "/{id}":                   s.changeConversation,
			"DELETE " + all + "/{id}":                  s.deleteConversation,
			"GET " + all + "/{id}/members":             s.listMembers,
			"POST " + all + "/{id}/members":            s.addMember,
			"GET " + all + "/{id}/members/{member}":    s.getMember,
			"PATCH " + all + "/{id}/members/{member}":  s.moveMember,
			"DELETE " + all + "/{id}/members/{member}": s.removeMember,
			"GET " + all + "/{id}/events":              s.listEvents,
			"POST " + all + "/{id}/events":             s.postEvent,
			"GET " + all + "/{id}/events/{event}":      s.getEvent,
			"DELETE " + all + "/{id}/events/{event}":   s.eraseEvent,
		} {
			routes[route] = s.talker(endpoint)
		}
	}
	return routes
}

// talkFunc is an endpoint of conversations.
type talkFunc func(r *http.Request, c conversation.Caller) (status int, body any, f *refusal)

// talker lets the bearer of a token whose acl has the path through to next.
func (s *Sandbox) talker(next talkFunc) http.Handler {
	return s.member(func(r *http.Request, t token.Token) (int, any, *refusal) {
		c := conversation.Caller{Application: t.Application}
		if t.Subject != "" {
			u, err := s.store.userNamed(t.Application, t.Subject)
			if err != nil {
				return 0, nil, noSuchSubject
			}
			c.User = conversation.User(u.User)
		}
		return next(r, c)
	})
}

// older reports whether a request is for a version of the API before v0.3.
func older(r *http.Request) bool { return familyOf(r.URL.Path) == olderUserFamily }

// conversationShape is the request body of create and change. A null empties a
// field (@vonage/client-sdk sends it).
func conversationShape() payload.Shape {
	return payload.Shape{Fields: map[string]payload.Check{
		"name":         payload.OrNull(payload.NonEmpty),
		"display_name": payload.OrNull(payload.String),
		"image_url":    payload.OrNull(payload.String),
		"properties": payload.OrNull(payload.Shape{Fields: map[string]payload.Check{
			"ttl":             payload.OrNull(payload.WholeNumber),
			"custom_sort_key": payload.OrNull(payload.String),
			"custom_data":     payload.OrNull(payload.Shape{}.Check),
		}}.Check),
	}}
}

// readDraft returns what the body makes of a conversation. What it leaves out
// stays.
func readDraft(r *http.Request) (func(conversation.Draft) conversation.Draft, *refusal) {
	body, f := readBody(r, conversationShape())
	return func(d conversation.Draft) conversation.Draft {
		for field, to := range map[string]*string{"name": &d.Name, "display_name": &d.DisplayName, "image_url": &d.ImageURL} {
			if _, has := body[field]; has {
				*to = payload.Text(body, field)
			}
		}
		properties := maps.Clone(d.Properties)
		if properties == nil {
			properties = map[string]any{}
		}
		maps.Copy(properties, payload.Object(body, "properties"))
		maps.DeleteFunc(properties, func(_ string, value any) bool { return value == nil })
		d.Properties = properties
		return d
	}, f
}

// createConversation answers POST /v0.3/conversations.
func (s *Sandbox) createConversation(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	draft, f := readDraft(r)
	if f != nil {
		return 0, nil, f
	}
	made, err := s.book.Create(c, draft(conversation.Draft{}))
	if older(r) {
		return http.StatusOK, olderItem{ID: made.ID, Href: address(r, "conversations", made.ID)}, talkRefusal(err)
	}
	return http.StatusCreated, shownConversation(r, made), talkRefusal(err)
}

// getConversation answers GET /v0.3/conversations/{id}, where the id may be a name.
func (s *Sandbox) getConversation(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	found, err := s.book.Get(c, r.PathValue("id"))
	return http.StatusOK, shownConversation(r, found), talkRefusal(err)
}

// changeConversation answers PATCH and PUT /v0.3/conversations/{id}. That a PUT
// leaves what it does not name is inferred, from the users of v0.1.
func (s *Sandbox) changeConversation(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	draft, f := readDraft(r)
	if f != nil {
		return 0, nil, f
	}
	changed, err := s.book.Change(c, r.PathValue("id"), draft)
	if older(r) {
		return http.StatusOK, olderItem{ID: changed.ID, Href: address(r, "conversations", changed.ID)}, talkRefusal(err)
	}
	return http.StatusOK, shownConversation(r, changed), talkRefusal(err)
}

// deleteConversation answers DELETE /v0.3/conversations/{id}.
func (s *Sandbox) deleteConversation(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	return gone(r, talkRefusal(s.book.Delete(c, r.PathValue("id"))))
}

// gone is the answer to a deletion: none, or an empty object before v0.3 (SPEC
// conversation.yml, SuccessEmptyJSON).
func gone(r *http.Request, f *refusal) (int, any, *refusal) {
	if older(r) {
		return http.StatusOK, struct{}{}, f
	}
	return http.StatusNoContent, nil, f
}

// listConversations answers GET /v0.3/conversations: for a user, with its own ones.
func (s *Sandbox) listConversations(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	query, wrong := readPageQuery(r.URL.Query())
	sent := r.URL.Query()
	state := conversation.State(strings.ToUpper(sent.Get("state")))
	switch state {
	case "", conversation.Invited, conversation.Joined, conversation.Left:
	default:
		wrong = append(wrong, payload.Wrong("state", "must be one of [INVITED, JOINED, LEFT]"))
	}
	if wrong != nil {
		return 0, nil, invalidUser.naming(labeled(wrong))
	}
	page := s.book.List(c.Application, conversation.Filter{
		User:      c.User,
		State:     state,
		BySortKey: strings.EqualFold(sent.Get("order_by"), "custom_sort_key"),
	}, query.Query)
	items := each(page.Values, func(one conversation.Conversation) conversationAnswer {
		if sent.Get("include_custom_data") != "true" {
			one.Properties = nil
		}
		return listedConversation(r, one)
	})
	return http.StatusOK, pageAnswer(r, query, "conversations", items, page.Places), nil
}

// listOwnConversations answers GET /v0.3/users/{id}/conversations, which nexmo-client 6
// and 7 ask for as a part of the login. Like getProfile, it asks a user's token for
// no path in its acl as long as it is about the bearer.
func (s *Sandbox) listOwnConversations(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if t, u, ok := s.bearingUser(r); ok && (id == u.ID || id == "me") {
		s.reply(w, r)(s.listConversations(r, conversation.Caller{Application: t.Application, User: conversation.User(u.User)}))
		return
	}
	s.member(func(r *http.Request, t token.Token) (int, any, *refusal) {
		u, err := s.store.user(t.Application, id)
		if err != nil {
			return 0, nil, storeRefusal(err)
		}
		if t.Subject != "" {
			return 0, nil, noPermission.sayingOwn("A user sees its own conversations only.")
		}
		return s.listConversations(r, conversation.Caller{Application: t.Application, User: conversation.User(u.User)})
	}).ServeHTTP(w, r)
}

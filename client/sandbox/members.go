package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
)

// memberShape is the request body of a new member, and of a change of one (SPECv3).
func memberShape(states ...string) payload.Shape {
	return payload.Shape{Required: []string{"state"}, Fields: map[string]payload.Check{
		"state": func(path string, value any) []payload.Invalid {
			if payload.OneOf(states...)(path, value) != nil {
				return []payload.Invalid{payload.Wrong(path, "must be one of ["+strings.Join(states, ", ")+"]")}
			}
			return nil
		},
		"user":   payload.Shape{Fields: map[string]payload.Check{"id": payload.OrNull(payload.String), "name": payload.OrNull(payload.String)}}.Check,
		"reason": payload.Shape{}.Check,
	}}
}

// addMember answers POST /v0.3/conversations/{id}/members: an invitation, or a user
// who joins.
func (s *Sandbox) addMember(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	body, f := readBody(r, memberShape("invited", "joined"))
	if f != nil {
		return 0, nil, f
	}
	channel, audio := payload.Object(body, "channel"), payload.Object(payload.Object(body, "media"), "audio_settings")
	if audio["enabled"] == true || payload.Text(channel, "type") != "" && payload.Text(channel, "type") != "app" {
		return 0, nil, noCalls
	}
	u, f := s.userCalled(c.Application, payload.Object(body, "user"))
	if f != nil {
		return 0, nil, f
	}
	state := conversation.State(strings.ToUpper(payload.Text(body, "state")))
	m, err := s.book.Add(c, r.PathValue("id"), conversation.User(u.User), state)
	return http.StatusCreated, shownMember(r, m), talkRefusal(err)
}

// userCalled returns the user that a body names by its id or name.
func (s *Sandbox) userCalled(applicationID string, named map[string]any) (user, *refusal) {
	u, err := s.store.user(applicationID, payload.Text(named, "id"))
	if errors.Is(err, errNoUser) {
		u, err = s.store.userNamed(applicationID, payload.Text(named, "name"))
	}
	return u, storeRefusal(err)
}

// listMembers answers GET /v0.3/conversations/{id}/members.
func (s *Sandbox) listMembers(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	query, wrong := readPageQuery(r.URL.Query())
	if wrong != nil {
		return 0, nil, invalidUser.naming(labeled(wrong))
	}
	page, err := s.book.Members(c, r.PathValue("id"), query.Query)
	items := each(page.Values, func(m conversation.Member) memberAnswer { return shownMember(r, m) })
	return http.StatusOK, pageAnswer(r, query, "members", items, page.Places), talkRefusal(err)
}

// getMember answers GET /v0.3/conversations/{id}/members/{member}, where "me" is the
// caller's own.
func (s *Sandbox) getMember(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	m, err := s.book.Member(c, r.PathValue("id"), r.PathValue("member"))
	return http.StatusOK, shownMember(r, m), talkRefusal(err)
}

// moveMember answers PATCH /v0.3/conversations/{id}/members/{member}.
func (s *Sandbox) moveMember(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	body, f := readBody(r, memberShape("joined", "left"))
	if f != nil {
		return 0, nil, f
	}
	id, member := r.PathValue("id"), r.PathValue("member")
	if payload.Text(body, "state") == "left" {
		why := payload.Object(body, "reason")
		m, err := s.book.Leave(c, id, member, conversation.Reason{Code: payload.Text(why, "code"), Text: payload.Text(why, "text")})
		return http.StatusOK, shownMember(r, m), talkRefusal(err)
	}
	m, err := s.book.Member(c, id, member)
	if err == nil && m.State == conversation.Left {
		err = conversation.ErrLeft
	}
	if err == nil {
		m, err = s.book.Add(c, id, m.Embedded.User, conversation.Joined)
	}
	return http.StatusOK, shownMember(r, m), talkRefusal(err)
}

// removeMember answers DELETE /v0.2/conversations/{id}/members/{member}, which is how
// both SDKs leave.
func (s *Sandbox) removeMember(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	query := r.URL.Query()
	why := conversation.Reason{Code: query.Get("reason_code"), Text: query.Get("reason_text")}
	_, err := s.book.Leave(c, r.PathValue("id"), r.PathValue("member"), why)
	return gone(r, talkRefusal(err))
}

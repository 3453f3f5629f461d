package sandbox

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
)

// eventShape is the request body of an event (SPECv3). From is required there; here
// it is optional, for a user has one choice, and a backend need not be a member.
func eventShape() payload.Shape {
	return payload.Shape{Required: []string{"type"}, Fields: map[string]payload.Check{
		"type": payload.NonEmpty,
		"from": payload.OrNull(payload.String),
		"body": payload.Shape{}.Check,
	}}
}

// postedEvent is the answer to a new event (SPECv3). One that is not kept has no id.
type postedEvent struct {
	ID        int64              `json:"id,omitempty"`
	Timestamp conversation.Stamp `json:"timestamp"`
	Href      string             `json:"href,omitempty"`
}

// postEvent answers POST /v0.3/conversations/{id}/events.
func (s *Sandbox) postEvent(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	body, f := readBody(r, eventShape())
	if f != nil {
		return 0, nil, f
	}
	said := conversation.Utterance{Type: payload.Text(body, "type"), From: payload.Text(body, "from"), Body: payload.Object(body, "body")}
	if isCall(said.Type) {
		return 0, nil, noCalls
	}
	e, err := s.book.Post(c, r.PathValue("id"), said)
	made := postedEvent{ID: e.ID, Timestamp: e.Timestamp}
	if e.ID != 0 {
		made.Href = eventURL(r, e)
	}
	return http.StatusCreated, made, talkRefusal(err)
}

// listEvents answers GET /v0.3/conversations/{id}/events.
func (s *Sandbox) listEvents(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	sent := r.URL.Query()
	query, wrong := readPageQuery(sent)
	choice, also := readChoice(sent)
	if wrong = append(wrong, also...); wrong != nil {
		return 0, nil, invalidUser.naming(labeled(wrong))
	}
	page, err := s.book.Events(c, r.PathValue("id"), choice, query.Query)
	items := each(page.Values, func(e conversation.Event) eventAnswer { return shownEvent(r, e) })
	return http.StatusOK, pageAnswer(r, query, "events", items, page.Places), talkRefusal(err)
}

// readChoice reads which events are asked for. The filter group is how
// @vonage/client-sdk leaves out what it does not know.
func readChoice(sent url.Values) (ch conversation.Choice, wrong []payload.Invalid) {
	for name, to := range map[string]*int64{"start_id": &ch.Start, "end_id": &ch.End} {
		if !sent.Has(name) {
			continue
		}
		id, err := strconv.ParseInt(sent.Get(name), 10, 64)
		if err != nil {
			wrong = append(wrong, payload.Wrong(name, "must be a number"))
		}
		*to = id
	}
	switch kinds := sent.Get("event_type"); {
	case kinds != "":
		ch.Types = strings.Split(kinds, ",")
	case sent.Get("filter_group_type") == "ChatEvents":
		ch.Types = []string{"member:*", "message", "custom:*", "event:delete"}
	}
	ch.ExcludeDeleted = sent.Get("exclude_deleted_events") == "true"
	return ch, wrong
}

// getEvent answers GET /v0.3/conversations/{id}/events/{event}.
func (s *Sandbox) getEvent(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	e, err := s.book.Event(c, r.PathValue("id"), r.PathValue("event"))
	return http.StatusOK, shownEvent(r, e), talkRefusal(err)
}

// eraseEvent answers DELETE /v0.3/conversations/{id}/events/{event}, with an empty
// object in every version (SPECv3).
func (s *Sandbox) eraseEvent(r *http.Request, c conversation.Caller) (int, any, *refusal) {
	err := s.book.Erase(c, r.PathValue("id"), r.PathValue("event"), r.URL.Query().Get("from"))
	return http.StatusOK, struct{}{}, talkRefusal(err)
}

package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// The events that a client logs in and out with. nexmo-client up to 8 sends the
// first; every other SDK has its token in the query.
const (
	eventLogin     = "session:login"
	eventSuccess   = "session:success"
	eventLogout    = "session:logout"
	eventLoggedOut = "session:logged-out"
)

// eventBody is what comes with an event. It repeats the tid of what it answers as
// its rid.
type eventBody struct {
	RID         json.RawMessage `json:"rid,omitempty"`
	Description string          `json:"description,omitempty"`
	Timestamp   string          `json:"timestamp,omitempty"`
	Body        any             `json:"body"`
}

// sessionBody is a session as the client is told it. Without api_key,
// @vonage/client-sdk does not take the login for one (found by running 2.3.1).
type sessionBody struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	APIKey string `json:"api_key"`
}

// refusalBody says once more what the name of the event says.
type refusalBody struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// login answers a token with a session or with the reason for none. tid is that
// of the event which brought the token, if one did.
func (c *socket) login(ctx context.Context, signed string, tid json.RawMessage) error {
	s := c.sandbox
	now := s.cfg.Now()
	timestamp := now.UTC().Format("2006-01-02T15:04:05.000Z07:00")

	one, f := c.enter(signed, now)
	if f != nil {
		return c.write(ctx, eventPacket(f.code, eventBody{
			RID:         tid,
			Description: f.detail,
			Timestamp:   timestamp,
			Body:        refusalBody{Code: f.code, Reason: f.detail},
		}))
	}
	if one.id != c.session {
		s.sessions.forget(c.session, c.holder) // of another user, on the same connection
	}
	c.idle.Stop()
	c.session, c.resume = one.id, one.id
	return c.write(ctx, eventPacket(eventSuccess, eventBody{
		RID:       tid,
		Timestamp: timestamp,
		Body:      sessionBody{ID: one.id, UserID: one.userID, Name: one.userName, APIKey: s.cfg.APIKey},
	}))
}

// enter opens a session for the bearer of a token.
func (c *socket) enter(signed string, now time.Time) (session, *refusal) {
	s := c.sandbox
	t, u, f := s.visitor(signed)
	if f != nil {
		return session{}, f
	}
	one, err := s.sessions.open(c.resume, session{
		id:          "SES-" + s.cfg.NewID(),
		application: t.application,
		userID:      u.id,
		userName:    u.name,
		holder:      c.holder,
	}, now)
	if err != nil {
		return session{}, tooManySessions()
	}
	return one, nil
}

// visitor returns what a token says and the user that it lets log in. A missing
// token is an invalid one.
func (s *Sandbox) visitor(signed string) (token, user, *refusal) {
	t, f := s.verify(signed)
	if f != nil {
		return token{}, user{}, f
	}
	if t.subject == "" {
		return token{}, user{}, noUsersToken()
	}
	// The path "/*/sessions/**" is documented to be for the login. That what it
	// must permit is a POST is inferred. The version is not 1: an acl with
	// "/v1/sessions/**" is reported to end in this error
	// (Nexmo/nexmo-developer#1874).
	if !t.acl.permits(http.MethodPost, "/v0.2/sessions") {
		return token{}, user{}, noSessions()
	}
	u, err := s.store.userNamed(t.application, t.subject)
	if errors.Is(err, errNoUser) {
		return token{}, user{}, noSuchSubject()
	}
	if err != nil {
		return token{}, user{}, userFault(err)
	}
	return t, u, nil
}

// logout forgets the session, and gives the client some time to open another
// one.
func (c *socket) logout() {
	c.sandbox.sessions.forget(c.session, c.holder)
	c.session, c.resume = "", ""
	c.idle.Reset(c.sandbox.cfg.PingInterval + c.sandbox.cfg.PingTimeout)
}

// hear deals with an event. One that the sandbox does not know is taken note of,
// so that a client which waits for that does not wait in vain.
func (c *socket) hear(ctx context.Context, p packet) error {
	var sent struct {
		TID  json.RawMessage `json:"tid"`
		Body struct {
			Token string `json:"token"`
		} `json:"body"`
	}
	// Of an event with another content, the name is enough.
	_ = json.Unmarshal(p.data, &sent)

	if p.ack != "" {
		if err := c.write(ctx, packetAck+p.ack+"[]"); err != nil {
			return err
		}
	}
	switch p.event {
	case eventLogin:
		return c.login(ctx, sent.Body.Token, sent.TID)
	case eventLogout:
		c.logout()
		return c.write(ctx, eventPacket(eventLoggedOut, eventBody{RID: sent.TID, Body: struct{}{}}))
	default:
		return nil
	}
}

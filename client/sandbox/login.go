package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
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

	one, f := c.enter(signed, now)
	if f != nil {
		return c.turnAway(ctx, f, tid)
	}
	if one.id != c.session {
		s.sessions.forget(c.session, c.holder) // of another user, on the same connection
	}
	c.idle.Stop()
	keepPlace(ctx)
	c.session, c.resume = one.id, one.id
	return c.tell(ctx, eventSuccess, eventBody{
		RID:  tid,
		Body: sessionBody{ID: one.id, UserID: one.userID, Name: one.userName, APIKey: s.cfg.APIKey},
	})
}

// tell sends an event with the time.
func (c *socket) tell(ctx context.Context, name string, with eventBody) error {
	with.Timestamp = c.sandbox.cfg.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	return c.write(ctx, eventPacket(name, with))
}

// refuse sends a refusal as the event that its code names.
func (c *socket) refuse(ctx context.Context, f *refusal, tid json.RawMessage) error {
	return c.tell(ctx, f.code, eventBody{RID: tid, Description: f.detail, Body: refusalBody{Code: f.code, Reason: f.detail}})
}

// turnAway refuses a login. A token of the query cannot be replaced on the same
// connection, so that this is its end; who logs in by an event may try again.
func (c *socket) turnAway(ctx context.Context, f *refusal, tid json.RawMessage) error {
	if err := c.refuse(ctx, f, tid); err != nil || c.token == "" && !c.modern {
		return err
	}
	return c.dismiss(ctx)
}

// dismiss ends a connection in words, after which a client does not connect again
// by itself: the SDKs take it for the end of their token (nexmo-client 6.2.1,
// DISCONNECT_REASON).
func (c *socket) dismiss(ctx context.Context) error {
	if err := c.write(ctx, packetDisconnect); err != nil {
		return err
	}
	return errDismissed
}

// expire dismisses the client when its token ends.
func (c *socket) expire(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-c.holder.ends.C:
	}
	if c.refuse(ctx, expiredToken, nil) == nil && errors.Is(c.dismiss(ctx), errDismissed) {
		_ = c.conn.Close(farewell(errDismissed))
	}
	c.holder.drop()
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
		return session{}, tooManySessions
	}
	c.holder.ends.Reset(t.life)
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
		return token{}, user{}, noUsersToken
	}
	// The path "/*/sessions/**" is documented to be for the login. That what it
	// must permit is a POST is inferred. The version is not 1: an acl with
	// "/v1/sessions/**" is reported to end in this error
	// (Nexmo/nexmo-developer#1874).
	if !t.acl.permits(http.MethodPost, "/v0.2/sessions") {
		return token{}, user{}, noSessions
	}
	u, err := s.store.userNamed(t.application, t.subject)
	if errors.Is(err, errNoUser) {
		return token{}, user{}, noSuchSubject
	}
	if err != nil {
		return token{}, user{}, storeRefusal(err)
	}
	return t, u, nil
}

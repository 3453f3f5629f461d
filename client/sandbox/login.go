package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"credwiz/client/guard"
	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/engineio"
	"credwiz/client/sandbox/token"
)

// The events of a client, and their answers. nexmo-client up to 8 logs in by the
// first; every other SDK has its token in the query.
const (
	eventLogin     = "session:login"
	eventSuccess   = "session:success"
	eventLogout    = "session:logout"
	eventLoggedOut = "session:logged-out"
	eventRenew     = "session:update-token" // nexmo-client from 4 on
	eventRenewed   = "session:update-token:success"
	eventList      = "user:conversations" // nexmo-client up to 5, in the place of listConversations
	eventListed    = "user:conversations:success"
)

// eventBody is what comes with an event. Its rid is the tid of the event that it
// answers.
type eventBody struct {
	RID         json.RawMessage `json:"rid,omitempty"`
	Description string          `json:"description,omitempty"`
	Timestamp   string          `json:"timestamp,omitempty"`
	Body        any             `json:"body"`
}

// sessionBody is a session as the client gets it. Without api_key,
// @vonage/client-sdk does not recognize the login (found by running 2.3.1).
type sessionBody struct {
	ID     string `json:"id"`
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	APIKey string `json:"api_key"`
}

// refusalBody repeats the name of the event.
type refusalBody struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// login answers a token with a session or a refusal. tid is that of the event with
// the token, if there was one.
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
	guard.KeepPlace(ctx)
	c.session, c.resume = one.id, one.id
	err := c.emit(ctx, eventSuccess, eventBody{
		RID:  tid,
		Body: sessionBody{ID: one.id, UserID: one.userID, Name: one.userName, APIKey: s.cfg.APIKey},
	})
	if err == nil {
		c.hear(ctx, one.mail)
	}
	return err
}

// hear has the events of conversations sent from a mailbox, in the place of an
// earlier one.
func (c *socket) hear(ctx context.Context, mail *conversation.Mailbox) {
	c.deaf()
	c.mail = mail
	round := mail.Deliver()
	enough, ended := make(chan struct{}), make(chan struct{})
	// A context would break the connection if it ended in the middle of a write.
	c.deaf = sync.OnceFunc(func() {
		close(enough)
		<-ended
	})
	c.helpers.Go(func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-enough:
				return
			case <-round.Rang():
			}
			if c.sendMail(ctx, round) != nil {
				return
			}
		}
	})
}

// sendMail sends what there is.
func (c *socket) sendMail(ctx context.Context, round *conversation.Delivery) error {
	for l, ok := round.Next(); ok; l, ok = round.Next() {
		ack := ""
		if l.Number != 0 {
			ack = strconv.FormatInt(l.Number, 10)
		}
		if err := c.write(ctx, engineio.EventPacket(l.Type, ack, l.Event)); err != nil {
			return err
		}
	}
	return nil
}

// emit sends an event with the time.
func (c *socket) emit(ctx context.Context, name string, with eventBody) error {
	with.Timestamp = c.sandbox.cfg.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	return c.write(ctx, engineio.EventPacket(name, "", with))
}

// refuse sends a refusal as the event that its code names.
func (c *socket) refuse(ctx context.Context, f *refusal, tid json.RawMessage) error {
	return c.emit(ctx, f.code, eventBody{RID: tid, Description: f.detail, Body: refusalBody{Code: f.code, Reason: f.detail}})
}

// turnAway refuses a login. A client that logs in by an event may try again; a
// token of the query cannot be replaced on the same connection, so it ends.
func (c *socket) turnAway(ctx context.Context, f *refusal, tid json.RawMessage) error {
	if err := c.refuse(ctx, f, tid); err != nil || c.token == "" && !c.modern {
		return err
	}
	return c.dismiss(ctx)
}

// dismiss ends a connection with a packet after which a client does not reconnect
// by itself: to the SDKs, their token has ended (nexmo-client 6.2.1,
// DISCONNECT_REASON).
func (c *socket) dismiss(ctx context.Context) error {
	if err := c.write(ctx, engineio.Disconnect); err != nil {
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
	one, ok := s.sessions.open(c.resume, session{
		id:          "SES-" + s.cfg.NewID(),
		application: t.Application,
		userID:      u.ID,
		userName:    u.Name,
		holder:      c.holder,
		mail:        conversation.NewMailbox(c.acknowledges),
	}, now)
	if !ok {
		return session{}, tooManySessions
	}
	c.holder.ends.Reset(t.Life)
	return one, nil
}

// visitor returns a verified token and the user that it logs in. A missing token is
// an invalid one.
func (s *Sandbox) visitor(signed string) (t token.Token, u user, f *refusal) {
	t, f = s.verify(signed)
	switch {
	case f != nil:
		return t, u, f
	case t.Subject == "":
		return t, u, noUsersToken
	// The path "/*/sessions/**" is documented for the login; that it must permit
	// a POST is inferred. The version is not 1: an acl with "/v1/sessions/**"
	// ends in this error (Nexmo/nexmo-developer#1874).
	case !t.ACL.Permits(http.MethodPost, "/v0.2/sessions"):
		return t, u, noSessions
	}
	u, err := s.store.userNamed(t.Application, t.Subject)
	if errors.Is(err, errNoUser) {
		return t, u, noSuchSubject
	}
	return t, u, storeRefusal(err)
}

// sent is what comes with an event.
type sent struct {
	TID  json.RawMessage `json:"tid"`
	Body struct {
		Token string `json:"token"`
	} `json:"body"`
}

// onEvent handles an event.
func (c *socket) onEvent(ctx context.Context, p engineio.Packet) error {
	var with sent
	// Of an event with another content, the name is enough.
	_ = json.Unmarshal(p.Data, &with)

	// A client may wait for an answer by number, whatever the event is.
	if p.Ack != "" {
		if err := c.write(ctx, engineio.Ack+p.Ack+"[]"); err != nil {
			return err
		}
	}
	switch p.Event {
	case eventLogin:
		return c.login(ctx, with.Body.Token, with.TID)
	case eventLogout:
		c.logout(ctx)
		return c.write(ctx, engineio.EventPacket(eventLoggedOut, "", eventBody{RID: with.TID, Body: struct{}{}}))
	case eventRenew:
		if f := c.sandbox.renew(c.session, with.Body.Token); f != nil {
			return c.refuse(ctx, f, with.TID)
		}
		return c.emit(ctx, eventRenewed, eventBody{RID: with.TID, Body: struct{}{}})
	case eventList:
		if c.session != "" {
			return c.emit(ctx, eventListed, eventBody{RID: with.TID, Body: []string{}})
		}
	}
	if with.TID == nil {
		return nil // the client waits for no answer
	}
	f := endOfSandbox
	if isCall(p.Event) {
		f = noCalls
	}
	c.sandbox.observeEvent(p.Event, f)
	return c.refuse(ctx, f, with.TID)
}

// renew gives a session a new token of the same user.
func (s *Sandbox) renew(session, signed string) *refusal {
	t, u, f := s.visitor(signed)
	if f == nil && !s.sessions.renew(session, t, u.ID, s.cfg.Now()) {
		f = noSuchSession
	}
	return f
}

// logout forgets the session, and gives the client time to open another.
func (c *socket) logout(ctx context.Context) {
	c.sandbox.sessions.forget(c.session, c.holder)
	c.deaf()
	c.session, c.resume, c.mail = "", "", nil
	c.holder.ends.Stop()
	guard.LeavePlace(ctx)
	c.idle.Reset(c.sandbox.cfg.PingInterval + c.sandbox.cfg.PingTimeout)
}

// nameLimit is how much of an event's name is logged.
const nameLimit = 100

// observeEvent passes a refused event to Config.Observe as if it were a request,
// with the method EVENT.
func (s *Sandbox) observeEvent(event string, f *refusal) {
	if s.cfg.Observe != nil {
		s.cfg.Observe(Request{
			Method: "EVENT", Path: url.PathEscape(event[:min(len(event), nameLimit)]), Status: f.status, Reason: f.detail, At: s.cfg.Now(),
		})
	}
}

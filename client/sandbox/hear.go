package sandbox

import (
	"context"
	"encoding/json"
	"net/url"
)

// The events that a client sends and is answered with. nexmo-client up to 8 logs in
// by the first; every other SDK has its token in the query.
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

// sent is what comes with an event.
type sent struct {
	TID  json.RawMessage `json:"tid"`
	Body struct {
		Token string `json:"token"`
	} `json:"body"`
}

// hear deals with an event.
func (c *socket) hear(ctx context.Context, p packet) error {
	var with sent
	// Of an event with another content, the name is enough.
	_ = json.Unmarshal(p.data, &with)

	// One that wants an answer by its number gets it whatever it is, so that a
	// client which waits for that does not wait in vain.
	if p.ack != "" {
		if err := c.write(ctx, packetAck+p.ack+"[]"); err != nil {
			return err
		}
	}
	switch p.event {
	case eventLogin:
		return c.login(ctx, with.Body.Token, with.TID)
	case eventLogout:
		c.logout(ctx)
		return c.write(ctx, eventPacket(eventLoggedOut, eventBody{RID: with.TID, Body: struct{}{}}))
	case eventRenew:
		return c.renew(ctx, with)
	case eventList:
		if c.session != "" {
			return c.tell(ctx, eventListed, eventBody{RID: with.TID, Body: []string{}})
		}
	}
	if with.TID == nil {
		return nil // the client waits for no answer
	}
	f := endOfSandbox
	c.sandbox.tellOf(p.event, f)
	return c.refuse(ctx, f, with.TID)
}

// renew gives the session a new token of the same user.
func (c *socket) renew(ctx context.Context, with sent) error {
	s := c.sandbox
	t, u, f := s.visitor(with.Body.Token)
	if f == nil && !s.sessions.renew(c.session, t, u.id, s.cfg.Now()) {
		f = noSuchSession
	}
	if f != nil {
		return c.refuse(ctx, f, with.TID)
	}
	return c.tell(ctx, eventRenewed, eventBody{RID: with.TID, Body: struct{}{}})
}

// logout forgets the session, and gives the client some time to open another
// one.
func (c *socket) logout(ctx context.Context) {
	c.sandbox.sessions.forget(c.session, c.holder)
	c.session, c.resume = "", ""
	c.holder.ends.Stop()
	leavePlace(ctx)
	c.idle.Reset(c.sandbox.cfg.PingInterval + c.sandbox.cfg.PingTimeout)
}

// nameLimit is how much of an event's name goes into a log.
const nameLimit = 100

// tellOf tells Config.Observe of an event that was refused as if it were a
// request; its method is EVENT.
func (s *Sandbox) tellOf(event string, f *refusal) {
	if s.cfg.Observe != nil {
		s.cfg.Observe(Request{
			Method: "EVENT", Path: url.PathEscape(event[:min(len(event), nameLimit)]), Status: f.status, Reason: f.detail, At: s.cfg.Now(),
		})
	}
}

package conversation

import (
	"strings"

	"credwiz/client/sandbox/listing"
)

// Add invites a user to a conversation or has it join. Any user may join, as with
// the SDKs; to bring another user, the caller must have joined.
func (b *Book) Add(c Caller, id string, u User, state State) (Member, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	find := b.manage
	if state == Joined && u.ID == c.User.ID {
		find = b.find
	}
	t, err := find(c, id)
	if err != nil {
		return Member{}, err
	}
	m, known := t.current(u.ID)
	switch {
	case known && (m.State == Joined || state == Invited):
		return Member{}, ErrAlreadyJoined
	case known:
		return b.move(c, t, m, state, Reason{})
	}
	if t.members.Len() >= memberLimit {
		return Member{}, &FullError{What: "members in a conversation, including former ones", Limit: memberLimit}
	}
	m = Member{ID: "MEM-" + b.cfg.NewID(), Conversation: t.id, Channel: channel{"app"}}
	m.Embedded.User = u
	if state == Invited {
		m.InvitedBy = c.User.Name
	}
	return b.move(c, t, m, state, Reason{})
}

// Reason is why a member leaves.
type Reason struct {
	Code string `json:"code,omitempty"`
	Text string `json:"text,omitempty"`
}

// memberBody is the body of the events of a member. The SDKs read conversation and
// media of an invitation, and timestamp of all three.
type memberBody struct {
	MemberID     string      `json:"member_id"`
	User         User        `json:"user"`
	Channel      channel     `json:"channel"`
	Timestamp    memberTimes `json:"timestamp"`
	InvitedBy    string      `json:"invited_by,omitempty"`
	Conversation *invitation `json:"conversation,omitempty"`
	Media        *media      `json:"media,omitempty"`
	Reason       Reason      `json:"reason,omitzero"`
}

// invitation is the conversation that a user is invited to.
type invitation struct {
	ID          string `json:"conversation_id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
}

// media says that an invitation is no call.
type media struct {
	Audio struct {
		Enabled bool `json:"enabled"`
	} `json:"audio_settings"`
}

// move gives a member, who may be new, another state, and keeps it together with the
// event that tells of it.
func (b *Book) move(c Caller, t *talk, m Member, state State, why Reason) (Member, error) {
	body := memberBody{MemberID: m.ID, User: m.Embedded.User, Channel: m.Channel, InvitedBy: m.InvitedBy, Reason: why}
	m.State = state
	switch now := b.now(); state {
	case Invited:
		m.Timestamp.Invited = now
		body.Conversation = &invitation{t.id, t.Name, t.DisplayName}
		body.Media = &media{}
	case Joined:
		m.Timestamp.Joined = now
	case Left:
		m.Timestamp.Left = now
	}
	body.Timestamp = m.Timestamp
	// From is the member whom the event is about; who caused it is embedded.
	cause, _ := t.current(c.User.ID)
	if c.User.ID == m.Embedded.User.ID {
		cause = m
	}
	kind := "member:" + strings.ToLower(string(state))
	listeners := t.listeners(m.Embedded.User.ID)
	e, err := b.keep(t, Event{Type: kind, From: m.ID, Body: encode(body), Embedded: origin(c.User, cause.ID)})
	if err != nil {
		return m, err
	}
	if _, known := t.members.Get(m.ID); known {
		t.members.Set(m.ID, m)
	} else {
		t.members.Add(m.ID, m)
	}
	b.cfg.Deliver(c.Application, listeners, e)
	return m, nil
}

// listeners are the ids of the users who have joined, and of one who may not have,
// or "".
func (t *talk) listeners(also string) []string {
	var ids []string
	if also != "" {
		ids = append(ids, also)
	}
	for _, m := range t.members.All() {
		if m.State == Joined && m.Embedded.User.ID != also {
			ids = append(ids, m.Embedded.User.ID)
		}
	}
	return ids
}

// Member returns a member by its id, or the caller's own as "me".
func (b *Book) Member(c Caller, id, memberID string) (Member, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.find(c, id)
	if err != nil {
		return Member{}, err
	}
	return t.member(c, memberID)
}

func (t *talk) member(c Caller, memberID string) (Member, error) {
	own, ok := t.current(c.User.ID)
	if memberID != "me" {
		if !t.open(c) {
			return Member{}, ErrNoConversation
		}
		own, ok = t.members.Get(memberID)
	}
	if !ok {
		return Member{}, ErrNoMember
	}
	return own, nil
}

// Members returns a page of members, with those who left.
func (b *Book) Members(c Caller, id string, q listing.Query) (listing.Page[Member], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.enter(c, id)
	if err != nil {
		return listing.Page[Member]{}, err
	}
	return t.members.Page(q, nil, nil), nil
}

// Leave ends a membership: the caller's own, or that of another if the caller has
// joined.
func (b *Book) Leave(c Caller, id, memberID string, why Reason) (Member, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.find(c, id)
	if err != nil {
		return Member{}, err
	}
	m, err := t.member(c, memberID)
	if err != nil {
		return Member{}, err
	}
	if m.Embedded.User.ID != c.User.ID {
		if _, err := b.manage(c, id); err != nil {
			return Member{}, err
		}
	}
	if m.State == Left {
		return Member{}, ErrLeft
	}
	return b.move(c, t, m, Left, why)
}

package conversation

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"credwiz/client/sandbox/listing"
)

// Event is an event as it is answered and delivered. It is never changed: one with
// receipts is another value.
type Event struct {
	ID           int64           `json:"id,omitempty"` // none if it is not kept
	Type         string          `json:"type"`
	Conversation string          `json:"conversation_id"`
	CID          string          `json:"cid"` // the same, as the sockets call it
	From         string          `json:"from,omitempty"`
	Timestamp    Stamp           `json:"timestamp"`
	Body         json.RawMessage `json:"body"`
	State        *Receipts       `json:"state,omitempty"`
	Embedded     *Origin         `json:"_embedded,omitempty"`

	deleted bool
}

// Receipts are the members who have an event, and when they got it.
type Receipts struct {
	SeenBy      map[string]Stamp `json:"seen_by"`
	DeliveredTo map[string]Stamp `json:"delivered_to"`
}

// Origin is who caused an event.
type Origin struct {
	User   *User       `json:"from_user,omitempty"`
	Member *originator `json:"from_member,omitempty"`
}

type originator struct {
	ID string `json:"id"`
}

// origin returns the Origin of a user and its member; the backend has none.
func origin(u User, memberID string) *Origin {
	if u.ID == "" {
		return nil
	}
	o := &Origin{User: &u}
	if memberID != "" {
		o.Member = &originator{memberID}
	}
	return o
}

func encode(value any) json.RawMessage {
	raw, _ := json.Marshal(value) // it was made here, or decoded from JSON
	return raw
}

// Utterance is an event that a caller posts.
type Utterance struct {
	Type string
	From string // the id of the caller's member, or "" for that
	Body map[string]any
}

// Post adds an event to a conversation and delivers it to every member who has
// joined, the sender among them.
func (b *Book) Post(c Caller, id string, said Utterance) (Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, from, err := b.speaker(c, id, said.From)
	if err != nil {
		return Event{}, err
	}
	kind, err := said.kind()
	if err != nil {
		return Event{}, err
	}
	e := Event{Type: said.Type, From: from.ID, Body: encode(said.Body), Embedded: origin(from.Embedded.User, from.ID)}
	switch kind {
	case passing:
		e.Conversation, e.CID, e.Timestamp = t.id, t.id, b.now()
	case receipt:
		if err := b.mark(t, said, from); err != nil {
			return Event{}, err
		}
		fallthrough
	default:
		if kind == message {
			e.State = &Receipts{map[string]Stamp{}, map[string]Stamp{}}
		}
		if e, err = b.keep(t, e); err != nil {
			return Event{}, err
		}
	}
	b.cfg.Deliver(c.Application, t.listeners(""), e)
	return e, nil
}

// speaker returns a conversation with the member who speaks: the caller's own, or
// any for the backend.
func (b *Book) speaker(c Caller, id, memberID string) (*talk, Member, error) {
	t, err := b.enter(c, id)
	if err != nil {
		return nil, Member{}, err
	}
	if c.backend() {
		m, known := t.members.Get(memberID)
		if memberID != "" && !known {
			return nil, Member{}, ErrNoMember
		}
		return t, m, nil
	}
	own, _ := t.current(c.User.ID)
	switch {
	case own.State != Joined:
		return nil, Member{}, ErrNotJoined
	case memberID != "" && memberID != own.ID:
		return nil, Member{}, ErrNotOwn
	}
	return t, own, nil
}

// keep gives an event its number and its place in the history.
func (b *Book) keep(t *talk, e Event) (Event, error) {
	if t.events.Len() >= eventLimit {
		return Event{}, &FullError{What: "events in a conversation", Limit: eventLimit}
	}
	if err := b.grow(t, eventOverhead+len(e.Type)+len(e.Body)); err != nil {
		return Event{}, err
	}
	e.ID, e.Conversation, e.CID, e.Timestamp = t.events.Last()+1, t.id, t.id, b.now()
	t.events.Add(strconv.FormatInt(e.ID, 10), e)
	return e, nil
}

// mark notes a receipt on the event that it is for.
func (b *Book) mark(t *talk, said Utterance, by Member) error {
	e, ok := t.events.Get(eventID(said.Body))
	if !ok {
		return ErrNoEvent
	}
	state := Receipts{map[string]Stamp{}, map[string]Stamp{}}
	if e.State != nil {
		state = Receipts{maps.Clone(e.State.SeenBy), maps.Clone(e.State.DeliveredTo)}
	}
	list := state.DeliveredTo
	if strings.HasSuffix(said.Type, ":seen") {
		list = state.SeenBy
	}
	list[by.ID] = b.now()
	e.State = &state
	t.events.Set(strconv.FormatInt(e.ID, 10), e)
	return nil
}

// eventID reads the event_id of a receipt, which is a number or its digits.
func eventID(body map[string]any) string {
	switch id := body["event_id"].(type) {
	case string:
		return id
	case json.Number:
		return id.String()
	}
	return ""
}

// Choice is which events are listed.
type Choice struct {
	Types          []string // such as "text" or "member:*"; none is all
	Start, End     int64    // the first and the last id, or 0
	ExcludeDeleted bool
}

func (ch Choice) lets(e Event) bool {
	return e.ID >= ch.Start && (ch.End == 0 || e.ID <= ch.End) && (!ch.ExcludeDeleted || !e.deleted) &&
		(len(ch.Types) == 0 || slices.ContainsFunc(ch.Types, func(kind string) bool {
			family, all := strings.CutSuffix(kind, "*")
			return kind == e.Type || all && strings.HasPrefix(e.Type, family)
		}))
}

// Events returns a page of the history.
func (b *Book) Events(c Caller, id string, ch Choice, q listing.Query) (listing.Page[Event], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.enter(c, id)
	if err != nil {
		return listing.Page[Event]{}, err
	}
	return t.events.Page(q, ch.lets, nil), nil
}

// Event returns one event of the history.
func (b *Book) Event(c Caller, id, eventID string) (Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.enter(c, id)
	if err != nil {
		return Event{}, err
	}
	e, ok := t.events.Get(eventID)
	if !ok {
		return Event{}, ErrNoEvent
	}
	return e, nil
}

// Erase empties an event of the caller's, and tells of it. The event keeps its
// place, so that the numbers have no gap.
func (b *Book) Erase(c Caller, id, eventID, memberID string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, from, err := b.speaker(c, id, memberID)
	if err != nil {
		return err
	}
	e, ok := t.events.Get(eventID)
	switch {
	case !ok || e.deleted:
		return ErrNoEvent
	case !c.backend() && (e.Embedded == nil || e.Embedded.User.ID != c.User.ID || !erasable(e.Type)):
		return ErrNotOwn
	}
	told, err := b.keep(t, Event{
		Type: "event:delete", From: from.ID, Body: encode(map[string]int64{"event_id": e.ID}),
		Embedded: origin(from.Embedded.User, from.ID),
	})
	if err != nil {
		return err
	}
	e.deleted, e.Body = true, erased(e.Type, told.Timestamp)
	t.events.Set(eventID, e)
	b.cfg.Deliver(c.Application, t.listeners(""), told)
	return nil
}

package conversation

import (
	"cmp"
	"sync"
	"time"

	"credwiz/client/sandbox/listing"
)

// How much there may be, so that a loop cannot take all memory. The platform's own
// limits are not documented.
const (
	conversationLimit = 1000 // in all applications
	memberLimit       = 200  // in a conversation, with those who left
	eventLimit        = 5000 // in a conversation
	byteLimit         = 32 << 20
	eventOverhead     = 500 // bytes that an event takes in addition to its body
)

// Config is what a Book needs from outside.
type Config struct {
	NewID func() string
	Now   func() time.Time

	// Deliver gives an event to users of an application, each named once by its
	// id. It is called in the order of the events, and must not call the Book.
	Deliver func(application string, users []string, e Event)
}

// Book holds all conversations.
type Book struct {
	cfg Config

	mu    sync.Mutex
	apps  map[string]*shelf
	count int
	bytes int
}

// shelf is the conversations of an application. Their names are unique in it.
type shelf struct {
	talks listing.List[*talk]
	ids   map[string]string // by name
}

// talk is a conversation.
type talk struct {
	Draft
	id               string
	creator          string // the id of a user, or "" for the backend
	created, updated Stamp
	members          listing.List[Member]
	events           listing.List[Event]
	bytes            int
}

// New returns an empty Book.
func New(cfg Config) *Book { return &Book{cfg: cfg, apps: make(map[string]*shelf)} }

func (b *Book) now() Stamp { return Stamp{b.cfg.Now()} }

// shelf returns the conversations of an application.
func (b *Book) shelf(application string) *shelf {
	if b.apps[application] == nil {
		b.apps[application] = &shelf{ids: make(map[string]string)}
	}
	return b.apps[application]
}

// grow counts more bytes of a conversation, or fewer, if there is room.
func (b *Book) grow(t *talk, bytes int) error {
	if bytes > 0 && b.bytes+bytes > byteLimit {
		return &FullError{What: "MB in all conversations", Limit: byteLimit >> 20}
	}
	b.bytes += bytes
	t.bytes += bytes
	return nil
}

// Create makes a conversation without members. Without a name it gets one.
func (b *Book) Create(c Caller, d Draft) (Conversation, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.shelf(c.Application)
	d.Name = cmp.Or(d.Name, "NAM-"+b.cfg.NewID())
	if s.ids[d.Name] != "" {
		return Conversation{}, ErrNameTaken
	}
	if b.count >= conversationLimit {
		return Conversation{}, &FullError{What: "conversations", Limit: conversationLimit}
	}
	t := &talk{Draft: d, id: "CON-" + b.cfg.NewID(), creator: c.User.ID, created: b.now()}
	if err := b.grow(t, d.size()); err != nil {
		return Conversation{}, err
	}
	b.count++
	s.ids[d.Name] = t.id
	s.talks.Add(t.id, t)
	return t.seenBy(c), nil
}

// find returns a conversation by its id or, for those who take part, its name.
func (b *Book) find(c Caller, id string) (*talk, error) {
	s := b.shelf(c.Application)
	if t, ok := s.talks.Get(id); ok {
		return t, nil
	}
	if t, ok := s.talks.Get(s.ids[id]); ok && t.open(c) {
		return t, nil
	}
	return nil, ErrNoConversation
}

// enter is find for what those who take part may see.
func (b *Book) enter(c Caller, id string) (*talk, error) {
	t, err := b.find(c, id)
	if err == nil && !t.open(c) {
		err = ErrNoConversation // "or you do not have access"
	}
	return t, err
}

// manage is find for what those who have joined may do.
func (b *Book) manage(c Caller, id string) (*talk, error) {
	t, err := b.enter(c, id)
	if err != nil {
		return nil, err
	}
	if own, ok := t.current(c.User.ID); ok && own.State == Joined || c.backend() || c.User.ID == t.creator {
		return t, nil
	}
	return nil, ErrNotJoined
}

// open reports whether a caller takes part: as the backend, as the user who made
// the conversation, or as a member who has not left.
func (t *talk) open(c Caller) bool {
	_, member := t.current(c.User.ID)
	return member || c.backend() || c.User.ID == t.creator
}

// current returns the membership of a user that has not ended.
func (t *talk) current(userID string) (Member, bool) {
	for _, m := range t.members.All() {
		if m.Embedded.User.ID == userID && m.State != Left {
			return m, true
		}
	}
	return Member{}, false
}

// seenBy returns the conversation as a caller sees it.
func (t *talk) seenBy(c Caller) Conversation {
	seen := Conversation{Draft: t.Draft, ID: t.id, Created: t.created, Updated: t.updated, Sequence: t.events.Last()}
	if own, ok := t.current(c.User.ID); ok {
		seen.Own = &own
	}
	if t.open(c) {
		seen.Members = t.members.All()
	}
	return seen
}

// Get returns a conversation. Every user of the application who knows its id may
// see it: the SDKs get a conversation before they join it.
func (b *Book) Get(c Caller, id string) (Conversation, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.find(c, id)
	if err != nil {
		return Conversation{}, err
	}
	return t.seenBy(c), nil
}

// Filter is which conversations are listed, and how.
type Filter struct {
	User      User  // of whom, or the zero value for all of the application
	State     State // how that user stands, or "" for invited and joined
	BySortKey bool
}

// List returns a page of conversations.
func (b *Book) List(application string, f Filter, q listing.Query) listing.Page[Conversation] {
	b.mu.Lock()
	defer b.mu.Unlock()
	var compare func(a, b *talk) int
	if f.BySortKey {
		compare = func(a, b *talk) int { return cmp.Compare(a.sortKey(), b.sortKey()) }
	}
	viewer := Caller{Application: application, User: f.User}
	page := b.shelf(application).talks.Page(q, func(t *talk) bool { return f.lets(viewer, t) }, compare)
	shown := listing.Page[Conversation]{Places: page.Places}
	for _, t := range page.Values {
		one := t.seenBy(viewer)
		if one.Own == nil && f.State == Left {
			one.Own = t.former(viewer.User.ID)
		}
		shown.Values = append(shown.Values, one)
	}
	return shown
}

// lets reports whether the filter lets a conversation through.
func (f Filter) lets(viewer Caller, t *talk) bool {
	own, member := t.current(viewer.User.ID)
	switch {
	case viewer.backend():
		return true
	case f.State == Left:
		return !member && t.former(viewer.User.ID) != nil
	default:
		return member && (f.State == "" || f.State == own.State)
	}
}

// former returns the last membership of a user that has ended, or nil.
func (t *talk) former(userID string) *Member {
	var last *Member
	for _, m := range t.members.All() {
		if m.Embedded.User.ID == userID && m.State == Left {
			last = &m
		}
	}
	return last
}

// Change gives a conversation what change makes of it.
func (b *Book) Change(c Caller, id string, change func(Draft) Draft) (Conversation, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.manage(c, id)
	if err != nil {
		return Conversation{}, err
	}
	s := b.shelf(c.Application)
	d := change(t.Draft)
	d.Name = cmp.Or(d.Name, t.Name)
	if owner := s.ids[d.Name]; owner != "" && owner != t.id {
		return Conversation{}, ErrNameTaken
	}
	if err := b.grow(t, d.size()-t.size()); err != nil {
		return Conversation{}, err
	}
	delete(s.ids, t.Name)
	s.ids[d.Name] = t.id
	t.Draft, t.updated = d, b.now()
	return t.seenBy(c), nil
}

// Delete removes a conversation with all that is in it.
func (b *Book) Delete(c Caller, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.manage(c, id)
	if err != nil {
		return err
	}
	b.remove(b.shelf(c.Application), t)
	return nil
}

func (b *Book) remove(s *shelf, t *talk) {
	b.count--
	b.bytes -= t.bytes
	delete(s.ids, t.Name)
	s.talks.Remove(t.id)
}

// Forget removes the conversations of an application.
func (b *Book) Forget(application string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.shelf(application)
	for _, t := range s.talks.All() {
		b.remove(s, t)
	}
	delete(b.apps, application)
}

// ForgetUser has a user leave all conversations.
func (b *Book) ForgetUser(application, userID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.shelf(application).talks.All() {
		if m, ok := t.current(userID); ok {
			m, err := b.move(Caller{Application: application}, t, m, Left, Reason{})
			if err != nil {
				t.members.Set(m.ID, m) // in a full conversation, no event tells of it
			}
		}
	}
}

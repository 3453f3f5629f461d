package sandbox

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/listing"
	"credwiz/client/sandbox/token"
)

// How many sessions there may be, and how long one without a connection can be
// resumed. The platform has such limits (its SDKs know the error
// session:error:max-open-sessions); the numbers are the sandbox's own.
const (
	openSessionLimit = 50 // of one user
	sessionLimit     = 1000
	resumeTime       = 15 * time.Minute
)

// Session is a session of a Client SDK as the sandbox holds it.
type Session struct {
	ID, UserName string
	Open         bool // it has a connection; without one it waits to be resumed
}

// Sessions returns the sessions that were opened and not logged out, in order of
// opening.
func (s *Sandbox) Sessions() []Session {
	return each(s.sessions.all(s.cfg.Now()), func(one session) Session {
		return Session{ID: one.id, UserName: one.userName, Open: one.holder != nil}
	})
}

// session is never changed: a resumed session is another value.
type session struct {
	id          string
	application string
	userID      string
	userName    string
	holder      *holder   // nil without a connection
	left        time.Time // when the connection ended
	mail        *conversation.Mailbox
}

func (one session) ofUser(application, id string) bool {
	return one.application == application && one.userID == id
}

// holder is the connection of a session.
type holder struct {
	drop context.CancelFunc
	ends *time.Timer // when the token ends
}

// sessions is apart from the store, because no page or cursor shows it.
type sessions struct {
	mu   sync.Mutex
	list listing.List[session]
}

// open returns the session with the wanted id, if it is of the same user, or else
// the fresh one, if there is room.
func (s *sessions) open(wanted string, fresh session, now time.Time) (one session, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	if old, ok := s.list.Get(wanted); ok && old.ofUser(fresh.application, fresh.userID) {
		if old.holder != nil && old.holder != fresh.holder {
			// The client lost this connection, which still looks open here.
			old.holder.drop()
		}
		fresh.id, fresh.mail = old.id, old.mail
		s.list.Set(old.id, fresh)
		return fresh, true
	}
	if !s.room(fresh) {
		return session{}, false
	}
	s.list.Add(fresh.id, fresh)
	return fresh, true
}

// expire forgets what was left too long ago to be resumed.
func (s *sessions) expire(now time.Time) {
	for _, one := range s.list.All() {
		if one.holder == nil && now.Sub(one.left) >= resumeTime {
			s.list.Remove(one.id)
		}
	}
}

// room makes room for a session, if need be by dropping the oldest one that waits
// to be resumed.
func (s *sessions) room(fresh session) bool {
	all := s.list.All()
	open, waiting := 0, ""
	for _, one := range all {
		switch {
		case one.holder == nil && waiting == "":
			waiting = one.id
		case one.holder != nil && one.ofUser(fresh.application, fresh.userID):
			open++
		}
	}
	full := len(all) >= sessionLimit
	if open >= openSessionLimit || full && waiting == "" {
		return false
	}
	if full {
		s.list.Remove(waiting)
	}
	return true
}

// leave keeps the session of an ended connection, unless another one has it.
func (s *sessions) leave(id string, h *holder, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.list.Get(id); ok && one.holder == h {
		one.holder, one.left = nil, now
		s.list.Set(id, one)
	}
}

// forget ends the session of a connection for good.
func (s *sessions) forget(id string, h *holder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.list.Get(id); ok && one.holder == h {
		s.list.Remove(id)
	}
}

// renew gives a session of a user the life of a new token, and reports whether the
// session exists.
func (s *sessions) renew(id string, t token.Token, userID string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	one, ok := s.list.Get(id)
	if !ok || !one.ofUser(t.Application, userID) {
		return false
	}
	if one.holder != nil {
		one.holder.ends.Reset(t.Life)
	}
	return true
}

// deliver puts an event into the mailboxes of users. One that is not kept is for those
// who have a connection.
func (s *sessions) deliver(application string, users []string, e conversation.Event) {
	text, _ := json.Marshal(e) // it was made or decoded here
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.list.All() {
		if one.application == application && slices.Contains(users, one.userID) && (e.ID != 0 || one.holder != nil) {
			one.mail.Put(e.Type, text)
		}
	}
}

func (s *sessions) all(now time.Time) []session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	return s.list.All()
}

package sandbox

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How many sessions there may be, and for how long one without a connection can
// be resumed. The platform has such limits, as its SDKs know the error
// session:error:max-open-sessions; the numbers are the sandbox's own.
const (
	openSessionLimit = 50 // of one user
	sessionLimit     = 1000
	resumeTime       = 15 * time.Minute
)

var errTooManySessions = errors.New("too many open sessions")

// Session is a session of a Client SDK as the sandbox holds it.
type Session struct {
	ID, UserName string
	Open         bool // it has a connection; without one it waits to be resumed
}

// Sessions returns the sessions that were opened and not logged out, in order of
// opening.
func (s *Sandbox) Sessions() []Session {
	var all []Session
	for _, one := range s.sessions.all(s.cfg.Now()) {
		all = append(all, Session{ID: one.id, UserName: one.userName, Open: one.holder != nil})
	}
	return all
}

// session is never changed: a resumed session is another value.
type session struct {
	id          string
	application string
	userID      string
	userName    string
	holder      *holder   // nil without a connection
	left        time.Time // when the connection ended
}

// holder is the connection of a session.
type holder struct {
	drop context.CancelFunc
	ends *time.Timer // when the token ends
}

// sessions is what has been logged in. It is apart from the store, because no
// page or cursor shows it.
type sessions struct {
	mu   sync.Mutex
	list ordered[session]
}

// open gives a connection a session of a user: the one with the id that is
// wanted, if it is that user's, or else the new one.
func (s *sessions) open(wanted string, fresh session, now time.Time) (session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	if old, ok := s.list.get(wanted); ok && old.application == fresh.application && old.userID == fresh.userID {
		if old.holder != nil && old.holder != fresh.holder {
			// The client has lost a connection that looks well from here.
			old.holder.drop()
		}
		fresh.id = old.id
		s.list.set(old.id, fresh)
		return fresh, nil
	}
	if !s.room(fresh) {
		return session{}, errTooManySessions
	}
	s.list.add(fresh.id, fresh)
	return fresh, nil
}

// expire forgets what was left too long ago to be resumed.
func (s *sessions) expire(now time.Time) {
	for _, one := range s.list.values(0, len(s.list.rows)) {
		if one.holder == nil && now.Sub(one.left) >= resumeTime {
			s.list.remove(one.id)
		}
	}
}

// room makes room for a session, if need be in the place of the oldest one that
// waits to be resumed.
func (s *sessions) room(fresh session) bool {
	all := s.list.values(0, len(s.list.rows))
	open, waiting := 0, ""
	for _, one := range all {
		switch {
		case one.holder == nil && waiting == "":
			waiting = one.id
		case one.holder != nil && one.application == fresh.application && one.userID == fresh.userID:
			open++
		}
	}
	if open >= openSessionLimit {
		return false
	}
	if len(all) < sessionLimit {
		return true
	}
	if waiting == "" {
		return false
	}
	s.list.remove(waiting)
	return true
}

// leave keeps the session of a connection that has ended, if it has not gone to
// another one.
func (s *sessions) leave(id string, h *holder, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.list.get(id); ok && one.holder == h {
		one.holder, one.left = nil, now
		s.list.set(id, one)
	}
}

// forget ends the session of a connection for good.
func (s *sessions) forget(id string, h *holder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, ok := s.list.get(id); ok && one.holder == h {
		s.list.remove(id)
	}
}

// renew gives a session of a user the life of a new token, and reports whether there
// is such a session.
func (s *sessions) renew(id string, t token, userID string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	one, ok := s.list.get(id)
	if !ok || one.application != t.application || one.userID != userID {
		return false
	}
	if one.holder != nil {
		one.holder.ends.Reset(t.life)
	}
	return true
}

func (s *sessions) all(now time.Time) []session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	return s.list.values(0, len(s.list.rows))
}

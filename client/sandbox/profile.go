package sandbox

import (
	"errors"
	"net/http"

	"credwiz/client/sandbox/token"
)

// profile is a user as a logged-in client gets it.
type profile struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
}

// getProfile answers GET /v0.3/users/{id}, where the id may be a name as well,
// or "me" for the bearer of the token.
//
// A user's token needs no path in its acl to look at its own user, for the
// smallest acl that is published for voice in JavaScript has none of users
// (Vonage-Community/tutorial-interactive_tutorials, voice-javascript-workshop).
// That is inferred.
func (s *Sandbox) getProfile(w http.ResponseWriter, r *http.Request) {
	called := r.PathValue("id")
	if _, u, ok := s.bearingUser(r); ok && (called == "me" || called == u.ID || called == u.Name) {
		s.answer(w, http.StatusOK, profile{ID: u.ID, Name: u.Name, DisplayName: u.DisplayName})
		return
	}
	s.member(s.getOthersProfile).ServeHTTP(w, r)
}

// getOthersProfile is getProfile for tokens whose acl has the path, and for admin
// tokens, which know this path as that of the users API (SPECv3). It answers all
// that the API has about a user; a client takes what it knows.
func (s *Sandbox) getOthersProfile(r *http.Request, t token.Token) (int, any, *refusal) {
	called := r.PathValue("id")
	u, err := s.store.user(t.Application, called)
	if errors.Is(err, errNoUser) {
		u, err = s.store.userNamed(t.Application, called)
	}
	return http.StatusOK, u.shown(r), storeRefusal(err)
}

// refreshedSession is the answer to a new token for a session.
type refreshedSession struct {
	SessionID string `json:"session_id"`
}

// refreshSession answers PUT /v0.2/sessions/{id}, with which a client shows a
// new token for its session: that of the request itself.
func (s *Sandbox) refreshSession(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if f := s.renew(id, bearer(r)); f != nil {
		if f.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		s.refuse(w, f)
		return
	}
	s.answer(w, http.StatusOK, refreshedSession{id})
}

// takeMetrics answers POST /v2/rtc/metrics, with which a client tells how long it was
// without a connection. Nothing is made of it.
func (s *Sandbox) takeMetrics(w http.ResponseWriter, r *http.Request) {
	if _, f := s.verify(bearer(r)); f != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		s.refuse(w, f)
		return
	}
	s.answer(w, http.StatusOK, struct{}{})
}

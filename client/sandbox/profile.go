package sandbox

import (
	"errors"
	"net/http"
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
	if u, ok := s.bearingUser(r); ok && (called == "me" || called == u.id || called == u.name) {
		s.answer(w, http.StatusOK, profile{ID: u.id, Name: u.name, DisplayName: u.displayName})
		return
	}
	s.member(s.getOthersProfile).ServeHTTP(w, r)
}

// getOthersProfile is getProfile for tokens whose acl has the path, and for admin
// tokens, which know this path as that of the users API (SPECv3). It answers all
// that the API has about a user; a client takes what it knows.
func (s *Sandbox) getOthersProfile(r *http.Request, applicationID string) (int, any, *refusal) {
	called := r.PathValue("id")
	u, err := s.store.user(applicationID, called)
	if errors.Is(err, errNoUser) {
		u, err = s.store.userNamed(applicationID, called)
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
	t, u, f := s.visitor(bearer(r))
	if f != nil {
		if f.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		s.refuse(w, f)
		return
	}
	id := r.PathValue("id")
	if !s.sessions.renew(id, t, u.id, s.cfg.Now()) {
		s.refuse(w, noSuchSession)
		return
	}
	s.answer(w, http.StatusOK, refreshedSession{id})
}

// conversationList is a page of conversations as nexmo-client from 6 on reads it:
// nested like the users of v0.2. The sandbox has no conversations.
type conversationList struct {
	PageSize int `json:"page_size"`
	Embedded struct {
		Data struct {
			Conversations []struct{} `json:"conversations"`
		} `json:"data"`
	} `json:"_embedded"`
	Links selfLink `json:"_links"`
}

// listConversations answers GET /beta2/users/{id}/conversations, which nexmo-client
// 6 and 7 ask for as a part of the login. Like getProfile, it asks a user's token
// for no path in its acl if it is about the bearer.
func (s *Sandbox) listConversations(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if u, ok := s.bearingUser(r); ok && u.id == id {
		s.reply(w, s.refuseOlder)(noConversations(r))
		return
	}
	s.olderMember(func(r *http.Request, applicationID string) (int, any, *refusal) {
		if _, err := s.store.user(applicationID, id); err != nil {
			return 0, nil, storeRefusal(err)
		}
		return noConversations(r)
	}).ServeHTTP(w, r)
}

func noConversations(r *http.Request) (int, any, *refusal) {
	_, size, wrong := pageAsked(r.URL.Query())
	if wrong != nil {
		return 0, nil, invalidUser.naming(labeled(wrong))
	}
	list := conversationList{PageSize: size}
	list.Embedded.Data.Conversations = []struct{}{}
	list.Links.Self = link{"http://" + r.Host + r.URL.RequestURI()}
	return http.StatusOK, list, nil
}

package sandbox

import "net/http"

// conversationList is a page of conversations as nexmo-client from 6 on reads it:
// nested like the users of v0.2. The sandbox has no conversations.
type conversationList struct {
	PageSize int `json:"page_size"`
	Embedded struct {
		Data struct {
			Conversations []struct{} `json:"conversations"`
		} `json:"data"`
	} `json:"_embedded"`
	Links struct {
		Self link `json:"self"`
	} `json:"_links"`
}

// listConversations answers GET /beta2/users/{id}/conversations, which nexmo-client
// 6 and 7 ask for as a part of the login. Like getProfile, it asks a user's token
// for no path in its acl as long as it is about the bearer.
func (s *Sandbox) listConversations(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	t, f := s.verify(bearer(r))
	if f == nil {
		if u, err := s.store.userNamed(t.application, t.subject); err == nil && u.id == id {
			s.noConversations(w, r)
			return
		}
	}
	s.olderMember(func(w http.ResponseWriter, r *http.Request, applicationID string) {
		if _, err := s.store.user(applicationID, id); err != nil {
			s.refuseOlder(w, userFault(err))
			return
		}
		s.noConversations(w, r)
	}).ServeHTTP(w, r)
}

func (s *Sandbox) noConversations(w http.ResponseWriter, r *http.Request) {
	_, size, wrong := pageAsked(r.URL.Query())
	if wrong != nil {
		s.refuseOlder(w, invalidUser(labelled(wrong)))
		return
	}
	list := conversationList{PageSize: size}
	list.Embedded.Data.Conversations = []struct{}{}
	list.Links.Self = link{"http://" + r.Host + r.URL.RequestURI()}
	s.answer(w, http.StatusOK, list)
}

package sandbox

import "net/http"

// conversationList is a page of conversations as nexmo-client 6 and 7 read it
// (utils.js, paginationRequest).
type conversationList struct {
	PageSize int `json:"page_size"`
	Embedded struct {
		Data struct {
			Conversations []struct{} `json:"conversations"`
		} `json:"data"`
	} `json:"_embedded"`
	Links selfLink `json:"_links"`
}

// listConversations answers GET /beta2/users/{id}/conversations, which
// nexmo-client 6 and 7 ask for before they report the login. The sandbox has no
// conversations, so it is the list of a new user.
func (s *Sandbox) listConversations(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, err := s.store.user(applicationID, r.PathValue("id"))
	if err != nil {
		s.refuseOlder(w, userFault(err))
		return
	}
	query, wrong := readUserQuery(r.URL.Query())
	if wrong != nil {
		s.refuseOlder(w, invalidUser(labelled(wrong)))
		return
	}
	list := conversationList{
		PageSize: query.size,
		Links:    selfLink{link{usersURL(r) + "/" + u.id + "/conversations" + query.link(0)}},
	}
	list.Embedded.Data.Conversations = []struct{}{}
	s.answer(w, http.StatusOK, list)
}

package sandbox

import "net/http"

// The users API before v0.3, which NNODE and with it nexmo-cli still call as
// /beta/users. SPEC conversation.yml documents it as v0.1; that beta answers
// alike is inferred. It is the same service as today's, with the same users in
// it, and differs in what it tells of them and in how it refuses.

// olderUser is a user in a list, and on its own.
type olderUser struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Href string `json:"href"`
}

func (u user) older(r *http.Request) olderUser {
	return olderUser{ID: u.id, Name: u.name, Href: usersURL(r) + "/" + u.id}
}

// olderChange is what is told of a user that was created or changed.
type olderChange struct {
	ID   string `json:"id"`
	Href string `json:"href"`
}

// listOlderUsers answers GET /v0.1/users with all users. No paging is documented
// for it.
func (s *Sandbox) listOlderUsers(w http.ResponseWriter, r *http.Request, applicationID string) {
	all := []olderUser{}
	for _, u := range s.store.allUsers(applicationID) {
		all = append(all, u.older(r))
	}
	s.answer(w, http.StatusOK, all)
}

// createOlderUser answers POST /v0.1/users, with a 200 and not a 201.
func (s *Sandbox) createOlderUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, f := s.newUser(r, applicationID)
	if f != nil {
		s.refuseOlder(w, f)
		return
	}
	s.answer(w, http.StatusOK, olderChange{u.id, usersURL(r) + "/" + u.id})
}

// getOlderUser answers GET /v0.1/users/{id}.
func (s *Sandbox) getOlderUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, err := s.store.user(applicationID, r.PathValue("id"))
	if err != nil {
		s.refuseOlder(w, userFault(err))
		return
	}
	s.answer(w, http.StatusOK, u.older(r))
}

// changeOlderUser answers PUT /v0.1/users/{id}. That what the body leaves out
// stays, as it does with today's PATCH, is inferred.
func (s *Sandbox) changeOlderUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, f := s.changedUser(r, applicationID)
	if f != nil {
		s.refuseOlder(w, f)
		return
	}
	s.answer(w, http.StatusOK, olderChange{u.id, usersURL(r) + "/" + u.id})
}

// deleteOlderUser answers DELETE /v0.1/users/{id}, with an empty object (SPEC
// conversation.yml, SuccessEmptyJSON).
func (s *Sandbox) deleteOlderUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	if err := s.store.removeUser(applicationID, r.PathValue("id")); err != nil {
		s.refuseOlder(w, userFault(err))
		return
	}
	s.answer(w, http.StatusOK, struct{}{})
}

// nestedUserList is a page of users in v0.2 (SPEC conversation.v2.yml), the first
// with pages. Its users are one level deeper than today's, and it names its own
// cursor.
type nestedUserList struct {
	PageSize int    `json:"page_size"`
	Cursor   string `json:"cursor,omitempty"`
	Embedded struct {
		Data struct {
			Users []nestedUser `json:"users"`
		} `json:"data"`
	} `json:"_embedded"`
	Links pageLinks `json:"_links"`
}

type nestedUser struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Links selfLink `json:"_links"`
}

// listNestedUsers answers GET /v0.2/users, which is all that v0.2 has of users.
// No refusal is documented for it; that they are those of v0.1 is inferred.
func (s *Sandbox) listNestedUsers(w http.ResponseWriter, r *http.Request, applicationID string) {
	query, page, f := s.usersAsked(r, applicationID)
	if f != nil {
		s.refuseOlder(w, f)
		return
	}
	list := nestedUserList{PageSize: query.size, Links: query.links(r, page)}
	if page.this != 0 {
		list.Cursor = newCursor(page.this)
	}
	list.Embedded.Data.Users = make([]nestedUser, 0, len(page.users))
	for _, u := range page.users {
		list.Embedded.Data.Users = append(list.Embedded.Data.Users,
			nestedUser{u.id, u.name, selfLink{link{usersURL(r) + "/" + u.id}}})
	}
	s.answer(w, http.StatusOK, list)
}

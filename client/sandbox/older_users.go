package sandbox

import "net/http"

// The users API before v0.3, which NNODE and with it nexmo-cli still call as
// /beta/users. SPEC conversation.yml documents it as v0.1; that beta answers
// the same is inferred. It is the same service as today's, with the same users in
// it, and differs in what it answers about them and in how it refuses.

// olderUser is a user in a list, and on its own.
type olderUser struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Href string `json:"href"`
}

func (u user) older(r *http.Request) olderUser {
	return olderUser{ID: u.id, Name: u.name, Href: usersURL(r) + "/" + u.id}
}

// olderChange is the answer to the creation and the change of a user.
type olderChange struct {
	ID   string `json:"id"`
	Href string `json:"href"`
}

// listOlderUsers answers GET /v0.1/users with all users. No paging is documented
// for it.
func (s *Sandbox) listOlderUsers(r *http.Request, applicationID string) (int, any, *refusal) {
	return http.StatusOK, each(s.store.allUsers(applicationID), func(u user) olderUser { return u.older(r) }), nil
}

// createOlderUser answers POST /v0.1/users, with a 200 and not a 201.
func (s *Sandbox) createOlderUser(r *http.Request, applicationID string) (int, any, *refusal) {
	u, f := s.newUser(r, applicationID)
	return http.StatusOK, olderChange{u.id, usersURL(r) + "/" + u.id}, f
}

// getOlderUser answers GET /v0.1/users/{id}.
func (s *Sandbox) getOlderUser(r *http.Request, applicationID string) (int, any, *refusal) {
	u, err := s.store.user(applicationID, r.PathValue("id"))
	return http.StatusOK, u.older(r), storeRefusal(err)
}

// changeOlderUser answers PUT /v0.1/users/{id}. That what the body leaves out
// stays, as it does with today's PATCH, is inferred.
func (s *Sandbox) changeOlderUser(r *http.Request, applicationID string) (int, any, *refusal) {
	u, f := s.changedUser(r, applicationID)
	return http.StatusOK, olderChange{u.id, usersURL(r) + "/" + u.id}, f
}

// deleteOlderUser answers DELETE /v0.1/users/{id}, with an empty object (SPEC
// conversation.yml, SuccessEmptyJSON).
func (s *Sandbox) deleteOlderUser(r *http.Request, applicationID string) (int, any, *refusal) {
	return http.StatusOK, struct{}{}, storeRefusal(s.store.removeUser(applicationID, r.PathValue("id")))
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
func (s *Sandbox) listNestedUsers(r *http.Request, applicationID string) (int, any, *refusal) {
	query, page, f := s.usersAsked(r, applicationID)
	if f != nil {
		return 0, nil, f
	}
	list := nestedUserList{PageSize: query.size, Links: query.links(r, page)}
	if page.this != 0 {
		list.Cursor = newCursor(page.this)
	}
	list.Embedded.Data.Users = each(page.users, func(u user) nestedUser {
		return nestedUser{u.id, u.name, selfLink{link{usersURL(r) + "/" + u.id}}}
	})
	return http.StatusOK, list, nil
}

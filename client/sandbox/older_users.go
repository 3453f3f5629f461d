package sandbox

import (
	"net/http"

	"credwiz/client/sandbox/listing"
	"credwiz/client/sandbox/token"
)

// The users API before v0.3, which NNODE and with it nexmo-cli still call as
// /beta/users. SPEC conversation.yml documents it as v0.1; that beta answers
// the same is inferred. It is the same service as today's, with the same users in
// it, and differs in what it answers about them and in how it refuses.

// olderItem is a user, in a list and on its own. Without a name, it is the answer to
// the creation and the change of a user, or of a conversation.
type olderItem struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Href string `json:"href"`
}

func (u user) older(r *http.Request) olderItem {
	return olderItem{u.ID, u.Name, address(r, "users", u.ID)}
}

// listOlderUsers answers GET /v0.1/users with all users. No paging is documented
// for it.
func (s *Sandbox) listOlderUsers(r *http.Request, t token.Token) (int, any, *refusal) {
	return http.StatusOK, each(s.store.allUsers(t.Application), func(u user) olderItem { return u.older(r) }), nil
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
func (s *Sandbox) listNestedUsers(r *http.Request, t token.Token) (int, any, *refusal) {
	page, size, links, f := s.usersAsked(r, t.Application)
	if f != nil {
		return 0, nil, f
	}
	list := nestedUserList{PageSize: size, Links: links}
	if page.This != 0 {
		list.Cursor = listing.Cursor(page.This)
	}
	list.Embedded.Data.Users = each(page.Values, func(u user) nestedUser {
		return nestedUser{u.ID, u.Name, selfLink{link{address(r, "users", u.ID)}}}
	})
	return http.StatusOK, list, nil
}

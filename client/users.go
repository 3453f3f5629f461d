package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"credwiz/client/redact"
)

const (
	usersPath    = "/v1/users"
	userIDPrefix = "USR-"
)

// User is someone who logs in to an application. A token names the user by Name, not by ID.
type User struct {
	ID          string // USR- and a UUID
	Name        string // unique in the application
	DisplayName string // may be empty
	// Region is the host of the data center that keeps the user, "api-us-3.vonage.com"; the Client SDK must be
	// configured for the same region. It may be empty.
	Region string
}

// NewUser says what to create.
type NewUser struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
}

// UserPage is one page of an application's users.
type UserPage struct {
	Users []User
	Next  string // the cursor of the page that follows; empty at the end
}

// CreateUser creates a user of the application that admin was signed for; see jwt.Sign. A name that is taken is
// refused: see IsDuplicateName.
func (c *Client) CreateUser(ctx context.Context, admin redact.Secret, n NewUser) (User, error) {
	return c.doUser(ctx, request{method: http.MethodPost, path: usersPath, authorize: bearer(admin), body: n}, asked{name: n.Name})
}

// ListUsers returns up to size (1 to 100) users of admin's application, from cursor on: empty for the first page, then
// the Next of the page before.
func (c *Client) ListUsers(ctx context.Context, admin redact.Secret, cursor string, size int) (UserPage, error) {
	query := url.Values{"page_size": {strconv.Itoa(size)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	return c.listUsers(ctx, admin, query)
}

// FindUser returns the user with exactly that name. If there is none, IsNotFound reports true of the error.
func (c *Client) FindUser(ctx context.Context, admin redact.Secret, name string) (User, error) {
	page, err := c.listUsers(ctx, admin, url.Values{"name": {name}})
	if err != nil {
		return User{}, err
	}
	for _, u := range page.Users {
		if u.Name == name {
			return u, nil
		}
	}
	// The API answers an unknown name with 404; an empty list would mean the same.
	return User{}, &Error{Method: http.MethodGet, Path: usersPath, Status: http.StatusNotFound,
		Code: codeNoUser, Detail: "no user has this name"}
}

// GetUser returns one user by its id.
func (c *Client) GetUser(ctx context.Context, admin redact.Secret, id string) (User, error) {
	path := usersPath + "/" + url.PathEscape(id)
	return c.doUser(ctx, request{method: http.MethodGet, path: path, authorize: bearer(admin)}, asked{id: id})
}

// doUser makes an exchange that is answered with a user.
func (c *Client) doUser(ctx context.Context, r request, want asked) (User, error) {
	var answer userBody
	err := c.do(ctx, r, &answer)
	if err == nil {
		err = want.compare(r, asked{id: answer.ID, name: answer.Name})
	}
	return answer.user(), err
}

// UpdateUser changes the names of a user; an empty field of n keeps it. A name that is taken is refused: see
// IsDuplicateName. Tokens name the user by its name: those for an old name no longer log in.
func (c *Client) UpdateUser(ctx context.Context, admin redact.Secret, id string, n NewUser) (User, error) {
	path := usersPath + "/" + url.PathEscape(id)
	return c.doUser(ctx, request{method: http.MethodPatch, path: path, authorize: bearer(admin), body: userChange(n)},
		asked{id: id, name: n.Name})
}

// userChange is NewUser without what stays.
type userChange struct {
	Name        string `json:"name,omitempty"`
	DisplayName string `json:"display_name,omitempty"`
}

// DeleteUser deletes a user by its id.
func (c *Client) DeleteUser(ctx context.Context, admin redact.Secret, id string) error {
	return c.do(ctx, request{
		method:    http.MethodDelete,
		path:      usersPath + "/" + url.PathEscape(id),
		authorize: bearer(admin),
	}, nil)
}

func (c *Client) listUsers(ctx context.Context, admin redact.Secret, query url.Values) (UserPage, error) {
	var answer userList
	err := c.do(ctx, request{method: http.MethodGet, path: usersPath, query: query, authorize: bearer(admin)}, &answer)
	if err != nil {
		return UserPage{}, err
	}
	page := UserPage{Next: answer.next()}
	for _, u := range answer.Embedded.Users {
		page.Users = append(page.Users, u.user())
	}
	return page, nil
}

// userBody is a user as the API writes it.
type userBody struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Links       struct {
		Self link `json:"self"`
	} `json:"_links"`
}

func (b *userBody) check() error {
	switch {
	case !isUserID(b.ID):
		return errors.New("the user has no id of the form USR- and a UUID")
	case linksElsewhere(b.Links.Self, b.ID, isUserID):
		return errors.New("the user has two ids")
	case b.Name == "":
		return errors.New("the user has no name")
	}
	return nil
}

func isUserID(text string) bool {
	id, ok := strings.CutPrefix(text, userIDPrefix)
	return ok && isUUID(id)
}

func (b *userBody) user() User {
	u := User{ID: b.ID, Name: b.Name, DisplayName: b.DisplayName}
	if self, err := url.Parse(b.Links.Self.Href); err == nil {
		u.Region = self.Host
	}
	return u
}

type userList struct {
	Embedded struct {
		Users []userBody `json:"users"`
	} `json:"_embedded"`
	Links *struct {
		Next *link `json:"next"`
	} `json:"_links"`
}

func (l *userList) check() error {
	if l.Links == nil {
		return errors.New("the answer is not a list of users")
	}
	return checkEach(l.Embedded.Users, (*userBody).check)
}

// next returns only the cursor: the link itself points to another host, which must not get the token.
func (l *userList) next() string {
	if l.Links == nil || l.Links.Next == nil {
		return ""
	}
	u, err := url.Parse(l.Links.Next.Href)
	if err != nil {
		return ""
	}
	return u.Query().Get("cursor")
}

package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
)

// userAnswer is a user as the API tells it. The links are absolute, with the
// host of the region that holds the user: here, the sandbox's own.
type userAnswer struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	DisplayName string          `json:"display_name,omitempty"`
	ImageURL    string          `json:"image_url,omitempty"`
	Properties  json.RawMessage `json:"properties,omitempty"`
	Links       selfLink        `json:"_links"`
	Channels    json.RawMessage `json:"channels,omitempty"`
}

// listed returns a user as an item of a list, which has less in it.
func (u user) listed(r *http.Request) userAnswer {
	return userAnswer{
		ID:          u.id,
		Name:        u.name,
		DisplayName: u.displayName,
		Links:       selfLink{link{usersURL(r) + "/" + u.id}},
	}
}

// shown returns a user on its own.
func (u user) shown(r *http.Request) userAnswer {
	answer := u.listed(r)
	answer.ImageURL = u.imageURL
	answer.Properties = u.properties
	answer.Channels = u.channels
	return answer
}

// usersURL returns the address of all users in the version of the API that the
// request is for.
func usersURL(r *http.Request) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return "http://" + r.Host + "/" + version + "/users"
}

// createUser answers POST /v1/users.
func (s *Sandbox) createUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, f := s.newUser(r, applicationID)
	if f != nil {
		s.refuse(w, f)
		return
	}
	s.answer(w, http.StatusCreated, u.shown(r))
}

// newUser adds the user that the body describes. One without a name is given one
// of the form NAM-UUID (recorded in vonage-python-sdk, list_users.json).
func (s *Sandbox) newUser(r *http.Request, applicationID string) (user, *refusal) {
	change, f := s.readUser(r)
	if f != nil {
		return user{}, f
	}
	u := change(user{
		id:         "USR-" + s.cfg.NewID(),
		properties: userProperties(nil),
		channels:   encoded(nil),
	})
	if u.name == "" {
		u.name = "NAM-" + s.cfg.NewID()
	}
	if err := s.store.addUser(applicationID, u); err != nil {
		return user{}, userFault(err)
	}
	return u, nil
}

// getUser answers GET /v1/users/{id}. Only the id finds a user: vonage-java-sdk
// sends nothing else, and that a name would do is vonage-ruby-sdk's word alone.
func (s *Sandbox) getUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, err := s.store.user(applicationID, r.PathValue("id"))
	if err != nil {
		s.refuse(w, userFault(err))
		return
	}
	s.answer(w, http.StatusOK, u.shown(r))
}

// changeUser answers PATCH /v1/users/{id}. What the body leaves out stays.
func (s *Sandbox) changeUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	u, f := s.changedUser(r, applicationID)
	if f != nil {
		s.refuse(w, f)
		return
	}
	s.answer(w, http.StatusOK, u.shown(r))
}

// changedUser changes the user of the path as the body says.
func (s *Sandbox) changedUser(r *http.Request, applicationID string) (user, *refusal) {
	id := r.PathValue("id")
	if _, err := s.store.user(applicationID, id); err != nil {
		return user{}, userFault(err)
	}
	change, f := s.readUser(r)
	if f != nil {
		return user{}, f
	}
	u, err := s.store.changeUser(applicationID, id, change)
	if err != nil {
		return user{}, userFault(err)
	}
	return u, nil
}

// deleteUser answers DELETE /v1/users/{id}.
func (s *Sandbox) deleteUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	if err := s.store.removeUser(applicationID, r.PathValue("id")); err != nil {
		s.refuse(w, userFault(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

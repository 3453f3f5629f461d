package sandbox

import (
	"encoding/json"
	"net/http"
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

func usersURL(r *http.Request) string { return "http://" + r.Host + "/v1/users" }

// createUser answers POST /v1/users. A user without a name is given one of the
// form NAM-UUID (recorded in vonage-python-sdk, list_users.json).
func (s *Sandbox) createUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	change, f := s.readUser(r)
	if f != nil {
		s.refuse(w, f)
		return
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
		s.refuse(w, userFault(err))
		return
	}
	s.answer(w, http.StatusCreated, u.shown(r))
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
	id := r.PathValue("id")
	if _, err := s.store.user(applicationID, id); err != nil {
		s.refuse(w, userFault(err))
		return
	}
	change, f := s.readUser(r)
	if f != nil {
		s.refuse(w, f)
		return
	}
	u, err := s.store.changeUser(applicationID, id, change)
	if err != nil {
		s.refuse(w, userFault(err))
		return
	}
	s.answer(w, http.StatusOK, u.shown(r))
}

// deleteUser answers DELETE /v1/users/{id}.
func (s *Sandbox) deleteUser(w http.ResponseWriter, r *http.Request, applicationID string) {
	if err := s.store.removeUser(applicationID, r.PathValue("id")); err != nil {
		s.refuse(w, userFault(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

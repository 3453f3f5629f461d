package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"credwiz/client/sandbox/payload"
	"credwiz/client/sandbox/token"
)

// userAnswer is a user as the API answers it. The links are absolute, with the
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
		ID:          u.ID,
		Name:        u.Name,
		DisplayName: u.DisplayName,
		Links:       selfLink{link{address(r, "users", u.ID)}},
	}
}

// shown returns a user on its own.
func (u user) shown(r *http.Request) userAnswer {
	answer := u.listed(r)
	answer.ImageURL = u.ImageURL
	answer.Properties = u.properties
	answer.Channels = u.channels
	return answer
}

// address returns the URL of a path in the version of the API that the request is for.
func address(r *http.Request, path ...string) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return "http://" + r.Host + "/" + version + "/" + strings.Join(path, "/")
}

// createUser answers POST /v1/users; before v0.3, with a 200 and not a 201. A user
// without a name gets one of the form NAM-UUID (recorded in vonage-python-sdk,
// list_users.json).
func (s *Sandbox) createUser(r *http.Request, t token.Token) (int, any, *refusal) {
	change, f := s.readUser(r)
	if f != nil {
		return 0, nil, f
	}
	u := change(user{
		User:       User{ID: "USR-" + s.cfg.NewID()},
		properties: userProperties(nil),
		channels:   payload.Encode(nil),
	})
	if u.Name == "" {
		u.Name = "NAM-" + s.cfg.NewID()
	}
	f = storeRefusal(s.store.addUser(t.Application, u))
	if older(r) {
		return http.StatusOK, olderItem{ID: u.ID, Href: address(r, "users", u.ID)}, f
	}
	return http.StatusCreated, u.shown(r), f
}

// getUser answers GET /v1/users/{id}. Only the id finds a user: vonage-java-sdk
// sends nothing else, and only vonage-ruby-sdk says that a name would do.
func (s *Sandbox) getUser(r *http.Request, t token.Token) (int, any, *refusal) {
	u, err := s.store.user(t.Application, r.PathValue("id"))
	if older(r) {
		return http.StatusOK, u.older(r), storeRefusal(err)
	}
	return http.StatusOK, u.shown(r), storeRefusal(err)
}

// changeUser answers PATCH /v1/users/{id}. What the body leaves out stays; that it
// does so with a PUT before v0.3 is inferred.
func (s *Sandbox) changeUser(r *http.Request, t token.Token) (int, any, *refusal) {
	id := r.PathValue("id")
	if _, err := s.store.user(t.Application, id); err != nil {
		return 0, nil, storeRefusal(err)
	}
	change, f := s.readUser(r)
	if f != nil {
		return 0, nil, f
	}
	u, err := s.store.changeUser(t.Application, id, change)
	if older(r) {
		return http.StatusOK, olderItem{ID: u.ID, Href: address(r, "users", u.ID)}, storeRefusal(err)
	}
	return http.StatusOK, u.shown(r), storeRefusal(err)
}

// deleteUser answers DELETE /v1/users/{id}. The user leaves its conversations.
func (s *Sandbox) deleteUser(r *http.Request, t token.Token) (int, any, *refusal) {
	id := r.PathValue("id")
	f := storeRefusal(s.store.removeUser(t.Application, id))
	if f == nil {
		s.book.ForgetUser(t.Application, id)
	}
	return gone(r, f)
}

// storeRefusal is the refusal for what the store could not do with a user.
func storeRefusal(err error) *refusal {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoUser):
		return noSuchUser
	case errors.Is(err, errNameTaken):
		return nameTaken
	case errors.Is(err, errFull):
		return full(tooManyUsers)
	default:
		// The application was deleted after its token had been verified.
		return invalidToken
	}
}

// readUser returns what the body makes of a user.
func (s *Sandbox) readUser(r *http.Request) (func(user) user, *refusal) {
	body, f := readBody(r, s.userBody)
	if f != nil {
		return nil, f
	}
	return func(u user) user {
		for field, to := range map[string]*string{"name": &u.Name, "display_name": &u.DisplayName, "image_url": &u.ImageURL} {
			if _, has := body[field]; has {
				*to = payload.Text(body, field)
			}
		}
		if _, has := body["properties"]; has {
			u.properties = userProperties(payload.Object(body, "properties"))
		}
		if _, has := body["channels"]; has {
			u.channels = payload.Encode(payload.Object(body, "channels"))
		}
		return u
	}, nil
}

// readBody returns the body of a request of the users API, which has a shape.
func readBody(r *http.Request, wanted payload.Shape) (map[string]any, *refusal) {
	if !payload.IsJSON(r) {
		return nil, invalidUserType(r.Header.Get("Content-Type"))
	}
	value, err := payload.Read(r)
	if err != nil {
		return nil, invalidUser.saying(err.Error())
	}
	if wrong := wanted.Check("", value); wrong != nil {
		return nil, invalidUser.naming(labeled(wrong))
	}
	body, _ := value.(map[string]any) // the check lets nothing else pass
	return body, nil
}

// userProperties always has a custom_data (recorded in vonage-python-sdk,
// user_basic.json).
func userProperties(sent map[string]any) json.RawMessage {
	properties := map[string]any{"custom_data": map[string]any{}}
	maps.Copy(properties, sent)
	return payload.Encode(properties)
}

// labeled writes reasons as the users API does: behind the quoted name of
// the field (SPECv3 General400ValidationFailName). The whole body is "value".
func labeled(wrong []payload.Invalid) []payload.Invalid {
	for i, w := range wrong {
		if w.Name == "" {
			w.Name = "value"
		}
		wrong[i] = payload.Wrong(w.Name, fmt.Sprintf("%q %s", w.Name, w.Reason))
	}
	return wrong
}

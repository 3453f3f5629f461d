package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"credwiz/client/redact"
)

// ApplicationChange says what to change of an application; an empty field leaves it as it is.
type ApplicationChange struct {
	Name string
	// PublicKey is the public half of a new key pair, in PEM: tokens signed with the old one are refused from then on.
	PublicKey string
	// Add are capabilities that it gets beside those that it has, with webhooks as for a new application.
	Add                []string
	EventURL, Webhooks string
}

// UpdateApplication changes an application that was listed, got or created before. The API replaces the whole of it, so
// what is not changed is sent as it came; a change that somebody else made meanwhile is lost.
func (c *Client) UpdateApplication(ctx context.Context, creds Credentials, a Application, change ApplicationChange) (Application, error) {
	body := updateApplicationBody{Name: a.Name, Capabilities: map[string]any{}, Privacy: a.settings.privacy}
	for _, name := range change.Add {
		body.Capabilities[name] = newCapability(name, change.EventURL, change.Webhooks)
	}
	for name, kept := range a.settings.capabilities {
		body.Capabilities[name] = kept
	}
	if change.Name != "" {
		body.Name = change.Name
	}
	if change.PublicKey != "" {
		body.Keys = &keysBody{PublicKey: change.PublicKey}
	}
	var answer applicationBody
	path := applicationsPath + "/" + url.PathEscape(a.ID)
	err := c.do(ctx, request{method: http.MethodPut, path: path, authorize: basic(creds), body: body}, &answer)
	if err == nil {
		err = answer.compare(http.MethodPut, path, a.ID, body.Name, change.PublicKey)
	}
	return answer.application(), err
}

// updateApplicationBody leaves the keys out to keep the pair.
type updateApplicationBody struct {
	Name         string          `json:"name"`
	Keys         *keysBody       `json:"keys,omitempty"`
	Capabilities map[string]any  `json:"capabilities,omitempty"` // those that stay are a json.RawMessage
	Privacy      json.RawMessage `json:"privacy,omitempty"`
}

// applicationSettings are what an update must send back as it came.
type applicationSettings struct {
	capabilities map[string]json.RawMessage
	privacy      json.RawMessage
}

// UpdateUser changes the names of a user; an empty field of n leaves it as it is. A name that is taken is refused: see
// IsDuplicateName. Tokens name the user by its name: those for an old name log nobody in.
func (c *Client) UpdateUser(ctx context.Context, admin redact.Secret, id string, n NewUser) (User, error) {
	var answer userBody
	path := usersPath + "/" + url.PathEscape(id)
	err := c.do(ctx, request{method: http.MethodPatch, path: path, authorize: bearer(admin), body: userChange(n)}, &answer)
	if err == nil {
		err = answer.compare(http.MethodPatch, path, id, n.Name)
	}
	return answer.user(), err
}

// userChange is NewUser without what stays.
type userChange struct {
	Name        string `json:"name,omitempty"`
	DisplayName string `json:"display_name,omitempty"`
}

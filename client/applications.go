package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"credwiz/client/jwt"
)

const applicationsPath = "/v2/applications"

// Application is the container that users and tokens belong to.
type Application struct {
	ID           string // a UUID
	Name         string // not unique in the account
	PublicKey    string // PEM, the public half of the key that signs its tokens
	Capabilities []string
	EventURL     string // where the rtc capability's events go; may be empty
	// What an update must send back as it came.
	capabilities map[string]json.RawMessage
	privacy      json.RawMessage
}

// HasRTC reports whether the application has the capability that the Client SDK needs.
func (a Application) HasRTC() bool { return slices.Contains(a.Capabilities, RTC) }

// Webhook is the address that a webhook of a capability has, like "answer_url" of "voice"; empty if there is none.
func (a Application) Webhook(capability, name string) string {
	var body capabilityBody
	if json.Unmarshal(a.capabilities[capability], &body) != nil {
		return ""
	}
	return body.Webhooks[name].Address
}

// NewApplication says what to create.
type NewApplication struct {
	Name string
	// PublicKey is the public half of a key pair made by the caller, in PEM. The API would make a pair if there were
	// none, and send the private key once, over the network.
	PublicKey string
	EventURL  string // receives the rtc events, by POST
	// Also are more capabilities, of those that Capabilities names.
	Also []string
	// Webhooks is the base URL of their webhooks.
	Webhooks string
}

// ApplicationPage is one page of the account's applications.
type ApplicationPage struct {
	Applications []Application
	Total        int  // in the account
	More         bool // whether another page follows
}

// ListApplications returns page number page, counted from 1, of the account's applications, size (1 to 100) to a page.
// It is also the check of the credentials that changes nothing.
func (c *Client) ListApplications(ctx context.Context, creds Credentials, page, size int) (ApplicationPage, error) {
	var answer applicationList
	err := c.do(ctx, request{
		method:    http.MethodGet,
		path:      applicationsPath,
		query:     url.Values{"page": {strconv.Itoa(page)}, "page_size": {strconv.Itoa(size)}},
		authorize: basic(creds),
	}, &answer)
	if err != nil {
		return ApplicationPage{}, err
	}
	result := ApplicationPage{Total: *answer.Total, More: answer.Links.Next != nil}
	for _, a := range answer.Embedded.Applications {
		result.Applications = append(result.Applications, a.application())
	}
	return result, nil
}

// CreateApplication creates an application with the rtc capability, and does not let the platform learn from its data.
// Names are not unique: called twice, it makes two.
func (c *Client) CreateApplication(ctx context.Context, creds Credentials, n NewApplication) (Application, error) {
	body := applicationChange{
		Name: n.Name, Keys: &keysBody{PublicKey: n.PublicKey}, Capabilities: map[string]any{},
		Privacy: json.RawMessage(`{"improve_ai":false}`), // the platform's own default is true
	}
	for _, name := range append([]string{RTC}, n.Also...) {
		body.Capabilities[name] = newCapability(name, n.EventURL, n.Webhooks)
	}
	return c.doApplication(ctx, request{
		method:    http.MethodPost,
		path:      applicationsPath,
		authorize: basic(creds),
		body:      body,
	}, asked{name: n.Name, publicKey: n.PublicKey})
}

// GetApplication returns one application.
func (c *Client) GetApplication(ctx context.Context, creds Credentials, id string) (Application, error) {
	path := applicationsPath + "/" + url.PathEscape(id)
	return c.doApplication(ctx, request{method: http.MethodGet, path: path, authorize: basic(creds)}, asked{id: id})
}

// doApplication makes an exchange that is answered with an application.
func (c *Client) doApplication(ctx context.Context, r request, want asked) (Application, error) {
	var answer applicationBody
	err := c.do(ctx, r, &answer)
	if err == nil {
		err = want.compare(r, asked{answer.ID, answer.Name, answer.Keys.PublicKey})
	}
	return answer.application(), err
}

// DeleteApplication deletes an application for good, with its users.
func (c *Client) DeleteApplication(ctx context.Context, creds Credentials, id string) error {
	return c.do(ctx, request{
		method:    http.MethodDelete,
		path:      applicationsPath + "/" + url.PathEscape(id),
		authorize: basic(creds),
	}, nil)
}

type keysBody struct {
	PublicKey string `json:"public_key"`
}

// applicationChange is an application as the API reads it. An update leaves the keys out to keep the pair.
type applicationChange struct {
	Name         string          `json:"name"`
	Keys         *keysBody       `json:"keys,omitempty"`
	Capabilities map[string]any  `json:"capabilities,omitempty"` // those that stay are a json.RawMessage
	Privacy      json.RawMessage `json:"privacy,omitempty"`
}

// applicationBody is an application as the API writes it.
type applicationBody struct {
	ID           string                     `json:"id"`
	Name         string                     `json:"name"`
	Keys         keysBody                   `json:"keys"`
	Capabilities map[string]json.RawMessage `json:"capabilities"`
	Privacy      json.RawMessage            `json:"privacy"`
	Links        struct {
		Self link `json:"self"`
	} `json:"_links"`
}

func (b *applicationBody) check() error {
	// The id ends up in paths, file names and tokens: nothing else may come through here.
	switch {
	case !isUUID(b.ID):
		return errors.New("the application has no id that is a UUID")
	case linksElsewhere(b.Links.Self, b.ID, isUUID):
		return errors.New("the application has two ids")
	}
	return nil
}

func isUUID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

func sameKey(a, b string) bool {
	one, err := jwt.Fingerprint(a)
	if err != nil {
		return a == b
	}
	other, err := jwt.Fingerprint(b)
	return err == nil && one == other
}

func (b *applicationBody) application() Application {
	a := Application{
		ID: b.ID, Name: b.Name, PublicKey: b.Keys.PublicKey, Capabilities: slices.Sorted(maps.Keys(b.Capabilities)),
		capabilities: b.Capabilities, privacy: b.Privacy,
	}
	a.EventURL = a.Webhook(RTC, "event_url")
	return a
}

type link struct {
	Href string `json:"href"`
}

type applicationList struct {
	// Total is a pointer: a JSON object without it is not this list, whatever it is.
	Total    *int `json:"total_items"`
	Embedded struct {
		Applications []applicationBody `json:"applications"`
	} `json:"_embedded"`
	Links struct {
		Next *link `json:"next"`
	} `json:"_links"`
}

func (l *applicationList) check() error {
	if l.Total == nil {
		return errors.New("the answer is not a list of applications")
	}
	return checkEach(l.Embedded.Applications, (*applicationBody).check)
}

// ApplicationChange says what to change of an application; an empty field keeps it.
type ApplicationChange struct {
	Name string
	// PublicKey is the public half of a new key pair, in PEM: tokens signed with the old one are refused from then on.
	PublicKey string
	// Add are capabilities that it gets besides those that it has, with webhooks as for a new application.
	Add                []string
	EventURL, Webhooks string
}

// UpdateApplication changes an application that was listed, got or created before. The API replaces the whole of it, so
// what is not changed is sent as it came; a concurrent change elsewhere is lost.
func (c *Client) UpdateApplication(ctx context.Context, creds Credentials, a Application, change ApplicationChange) (Application, error) {
	body := applicationChange{Capabilities: map[string]any{}, Privacy: a.privacy}
	for _, name := range change.Add {
		body.Capabilities[name] = newCapability(name, change.EventURL, change.Webhooks)
	}
	for name, kept := range a.capabilities {
		body.Capabilities[name] = kept
	}
	body.Name = cmp.Or(change.Name, a.Name)
	if change.PublicKey != "" {
		body.Keys = &keysBody{PublicKey: change.PublicKey}
	}
	path := applicationsPath + "/" + url.PathEscape(a.ID)
	return c.doApplication(ctx, request{method: http.MethodPut, path: path, authorize: basic(creds), body: body},
		asked{a.ID, body.Name, change.PublicKey})
}

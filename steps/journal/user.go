package journal

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"credwiz/steps/advice"
)

// User is a user in the journal. Without an ID it is pending.
type User struct {
	ID          string     `json:"id,omitempty"`
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name,omitempty"`
	Region      string     `json:"region,omitempty"` // the host of its data center
	Created     bool       `json:"created"`
	Earlier     []string   `json:"earlier_names,omitempty"` // a token for one of them logs in no longer
	TokenID     string     `json:"token_id,omitempty"`
	IssuedAt    *time.Time `json:"token_issued_at,omitempty"`
	ExpiresAt   *time.Time `json:"token_expires_at,omitempty"`
	Refused     string     `json:"token_refused,omitempty"` // how the platform refused the token, or OldKey or OldName
}

// Tokens that never log in again, although none of their logins was refused.
const (
	OldKey  = "old key"
	OldName = "old name"
)

// WhyRefused says, after its subject, why the platform refuses the user's token; empty if no reason is known.
func (n User) WhyRefused() string {
	switch n.Refused {
	case "":
		return ""
	case OldKey:
		return "isn't signed with the application's current key"
	case OldName:
		return "is for a name that this user no longer has"
	}
	return "failed the login test: " + n.Refused
}

// MayBeGone reports whether a login was refused in a way that can mean that the application no longer exists.
func MayBeGone(refused string) bool { return strings.HasSuffix(refused, "invalid-token") }

// WhyRejected names what makes the API reject all tokens of the application.
func (n Application) WhyRejected() string {
	host, err := url.Parse(n.APIHost)
	if err != nil {
		host = &url.URL{}
	}
	return advice.WhyRejected(host)
}

// User returns the record of a user.
func (n Application) User(name string) (User, bool) {
	at := slices.IndexFunc(n.Users, func(u User) bool { return u.Name == name })
	if at < 0 {
		return User{}, false
	}
	return n.Users[at], true
}

// Named returns the user who has a name, or who had it if no user has it now.
func (n Application) Named(name string) (User, bool) {
	user, known := n.User(name)
	if at := slices.IndexFunc(n.Users, func(u User) bool { return slices.Contains(u.Earlier, name) }); !known && at >= 0 {
		return n.Users[at], true
	}
	return user, known
}

// UserKey has the fields that identify a user.
type UserKey struct{ Name, ID string }

// Key returns the fields that identify a user.
func (n User) Key() UserKey { return UserKey{n.Name, n.ID} }

// with merges a record with the user's current data.
func (n User) with(now User) User {
	if n.ID != "" && n.ID != now.ID {
		n = User{} // another one that had this name
	}
	// A pending user may have been created by another program.
	now.Created = n.ID != "" && n.Created || now.Created
	now.Region, now.Earlier = cmp.Or(now.Region, n.Region), n.Earlier
	if now.TokenID == "" {
		now.TokenID, now.IssuedAt, now.ExpiresAt, now.Refused = n.TokenID, n.IssuedAt, n.ExpiresAt, n.Refused
	}
	return now
}

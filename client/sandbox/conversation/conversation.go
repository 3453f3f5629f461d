// Package conversation holds the conversations of a sandbox: who is in them, what
// was said, and who hears it. It knows no HTTP and no socket.
//
// SPECv3 is conversation.v3.yml, as in package sandbox. What no document says is
// how the Client SDKs behave, which client/sandbox/PROTOCOL.md tells, or a choice
// that is named there.
package conversation

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What a Book cannot do.
var (
	ErrNoConversation = errors.New("no such conversation")
	ErrNoMember       = errors.New("no such member")
	ErrNoEvent        = errors.New("no such event")
	ErrNameTaken      = errors.New("the conversation name is taken")
	ErrAlreadyJoined  = errors.New("the user has joined already")
	ErrLeft           = errors.New("the membership has ended")
	ErrNotJoined      = errors.New("the caller has not joined")
	ErrNotOwn         = errors.New("it belongs to another member")
)

// FullError is a limit that is reached.
type FullError struct {
	What  string // such as "events in a conversation"
	Limit int
}

// Error names the limit.
func (e *FullError) Error() string { return fmt.Sprintf("at most %d %s", e.Limit, e.What) }

// InvalidError is a field of an event that cannot be.
type InvalidError struct {
	Field, Reason string
}

// Error names the field.
func (e *InvalidError) Error() string { return e.Field + " " + e.Reason }

// Stamp is a time as the API writes it.
type Stamp struct{ time.Time }

// MarshalJSON writes UTC with milliseconds.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(s.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// User is a user as the others in a conversation see it.
type User struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	ImageURL    string `json:"image_url,omitempty"`
}

// Caller is who asks: a user of an application or, without one, its backend, which
// may do everything.
type Caller struct {
	Application string
	User        User
}

// backend reports whether the caller has a token without a user.
func (c Caller) backend() bool { return c.User.ID == "" }

// State is where a member stands.
type State string

// The states of a member (SPECv3).
const (
	Invited State = "INVITED"
	Joined  State = "JOINED"
	Left    State = "LEFT"
)

// Member is a membership of a user, as the API answers it. A user who comes back
// after leaving is another member.
type Member struct {
	ID           string      `json:"id"`
	Conversation string      `json:"conversation_id"`
	State        State       `json:"state"`
	Timestamp    memberTimes `json:"timestamp"`
	InvitedBy    string      `json:"invited_by,omitempty"` // a user's name
	Channel      channel     `json:"channel"`
	Embedded     struct {
		User User `json:"user"`
	} `json:"_embedded"`
}

type memberTimes struct {
	Invited Stamp `json:"invited,omitzero"`
	Joined  Stamp `json:"joined,omitzero"`
	Left    Stamp `json:"left,omitzero"`
}

// channel is how a member takes part: in the sandbox, always with an app.
type channel struct {
	Type string `json:"type"`
}

// Draft is what a caller decides about a conversation.
type Draft struct {
	Name, DisplayName, ImageURL string
	Properties                  map[string]any
}

// size is how many bytes the draft holds.
func (d Draft) size() int {
	properties, _ := json.Marshal(d.Properties) // it was decoded from JSON
	return len(d.Name) + len(d.DisplayName) + len(d.ImageURL) + len(properties)
}

// sortKey is what lists may be ordered by.
func (d Draft) sortKey() string {
	key, _ := d.Properties["custom_sort_key"].(string)
	return key
}

// Conversation is a conversation as a caller sees it.
type Conversation struct {
	Draft
	ID               string
	Created, Updated Stamp
	Sequence         int64    // the id of the last event
	Own              *Member  // of the caller, or nil
	Members          []Member // all of them, if the caller may see them
}

// Package sandbox is the part of the Vonage API that sets up Client SDK
// credentials, as a small server with its state in memory: the account's
// balance, applications and users; and of what a Client SDK does then, the login
// and conversations. PROTOCOL.md tells what the SDKs send and accept.
//
// It is no mock with canned answers. It knows one API key and secret; verifies each
// bearer token with the application's own public key; keeps what was created; and
// refuses what the API refuses, in the API's words. It is written from the
// published specifications and recorded answers, and shares no code with any
// client, so that a client's misreading of them shows.
//
// Comments name the source of a rule: SPEC is the Nexmo/api-specification
// repository (application.v2.yml, account.yml, common_errors.yml), SPECv3 its
// conversation.v3.yml; NCLI is Nexmo/nexmo-cli 0.4.9-beta-4, and NNODE the package
// nexmo 2.5.4-beta-1 that it calls the API with. Where no source says what the
// API does, the comment says that the rule is inferred.
package sandbox

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"credwiz/client/guard"
	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/payload"
)

// The API key and secret of a sandbox whose Config names none. The secret obeys
// the rule for new secrets, 8 to 25 characters with lower case, upper case and a
// digit (SPEC account.yml), so a client that checks the form lets it pass.
const (
	DefaultAPIKey    = "abcd1234"
	DefaultAPISecret = "PracticeSecret16"
)

// Config says what a sandbox is like; the zero value is a good one. Its
// functions and its reader are called by many requests at once.
type Config struct {
	// APIKey and APISecret are the one pair that the sandbox knows. The
	// defaults are DefaultAPIKey and DefaultAPISecret.
	APIKey, APISecret string

	// Latency is the time to wait before each request. A request whose context
	// ends before that has no effect and no answer.
	Latency time.Duration

	// PingInterval is how often a logged-in client's socket is pinged, and
	// PingTimeout how long the answer may take. The defaults are those of
	// Engine.IO, 25 and 20 seconds.
	PingInterval, PingTimeout time.Duration

	// Faults are the faults to show, each to its requests.
	Faults []Fault

	// Now is the clock: tokens are judged by it, and it sets the Date header.
	// The default is time.Now.
	Now func() time.Time

	// Skew is how far the server's clock is ahead of Now, or behind it.
	Skew time.Duration

	// AllowOrigins, AllowHosts and AllowRemote are those of guard.Config.
	AllowOrigins, AllowHosts []string
	AllowRemote              bool

	// NewID makes UUIDs, never the same one twice. The default is
	// uuid.NewString.
	NewID func() string

	// Observe, if set, is called after the answer of each request.
	Observe func(Request)
}

// Sandbox is the API as an http.Handler. Make one with New.
type Sandbox struct {
	cfg             Config
	keyHash         [sha256.Size]byte
	secretHash      [sha256.Size]byte
	applicationBody payload.Shape
	userBody        payload.Shape
	store           store
	sessions        sessions
	book            *conversation.Book
	faults          []*dueFault
	guard           *guard.Guard
	handler         http.Handler
}

// New returns a sandbox without applications.
func New(cfg Config) *Sandbox {
	cfg.APIKey = cmp.Or(cfg.APIKey, DefaultAPIKey)
	cfg.APISecret = cmp.Or(cfg.APISecret, DefaultAPISecret)
	if cfg.PingInterval <= 0 {
		cfg.PingInterval = defaultPingInterval
	}
	if cfg.PingTimeout <= 0 {
		cfg.PingTimeout = defaultPingTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = uuid.NewString
	}
	now := cfg.Now
	cfg.Now = func() time.Time { return now().Add(cfg.Skew) }
	s := &Sandbox{
		cfg:             cfg,
		keyHash:         sha256.Sum256([]byte(cfg.APIKey)),
		secretHash:      sha256.Sum256([]byte(cfg.APISecret)),
		applicationBody: applicationShape(),
		userBody:        userShape(),
		faults:          each(cfg.Faults, func(f Fault) *dueFault { return &dueFault{Fault: f} }),
		guard: guard.New(guard.Config{
			Name: "The sandbox", Command: "credwiz sandbox",
			AllowOrigins: cfg.AllowOrigins, AllowHosts: cfg.AllowHosts, AllowRemote: cfg.AllowRemote,
			BodyLimit: bodyLimit, Slack: cfg.Latency,
		}),
	}
	s.book = conversation.New(conversation.Config{NewID: cfg.NewID, Now: cfg.Now, Deliver: s.sessions.deliver})
	s.cfg.APISecret = "" // only its hash is kept
	s.handler = s.guarded(s.routed())
	return s
}

// ServeHTTP answers one request.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// Application is an application as the sandbox holds it. There is no private
// key in it, because the sandbox keeps none.
type Application struct {
	ID, Name     string
	PublicKey    string // SPKI, in PEM
	Capabilities json.RawMessage
	ImproveAI    bool
	Users        int // how many it has
}

// Applications returns what the sandbox holds now, in order of creation.
func (s *Sandbox) Applications() []Application {
	return each(s.store.allApplications(), func(a *application) Application {
		return Application{
			ID:           a.id,
			Name:         a.name,
			PublicKey:    a.key.pem,
			Capabilities: bytes.Clone(a.capabilities),
			ImproveAI:    a.improveAI,
			Users:        len(s.store.allUsers(a.id)),
		}
	})
}

// User is a user as the sandbox holds it.
type User struct {
	ID, Name, DisplayName, ImageURL string
}

// Users returns the users of an application, in order of creation: none for an
// application that does not exist.
func (s *Sandbox) Users(applicationID string) []User {
	return each(s.store.allUsers(applicationID), func(u user) User { return u.User })
}

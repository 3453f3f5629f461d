package steps

import (
	"fmt"
	"strings"
	"time"
)

// Receipt is what stays in the scrollback: everything that exists now, one fact a line, the token whole and on a line
// of its own. It is empty if nothing was made or found.
func Receipt(env Env, s Session) string {
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "%-15s %s\n", label, value) }
	if !s.Application.Exists && s.Key.Private == nil {
		return ""
	}
	if s.Place.Practice {
		line("Made in", "the practice sandbox: nothing here is real")
	} else {
		line("Made at", s.Place.API.Host().String())
	}
	line("API key", fact("", s.Credentials.APIKey).Value)
	switch {
	case s.Application.Exists:
		for _, f := range showApplication(env, s) {
			line(f.Label, f.Value)
		}
	default:
		line("Private key", fact("", s.Key.Path).Value)
		if s.Key.Known {
			line("Application", "may exist: another run here looks for it by its key, and goes on")
		}
	}
	switch {
	case s.User.Exists:
		for _, f := range showUser(env, s) {
			line(f.Label, f.Value)
		}
	case s.User.Uncertain:
		line("User", "may exist: another run here looks for it by its name, and goes on")
	}
	if !s.Token.JWT.IsZero() {
		for _, f := range showToken(env, s)[1:] {
			line(f.Label, f.Value)
		}
	}
	if len(s.Files) > 0 {
		line("Files in", fact("", s.Place.Folder.Name()).Value)
	}
	for _, f := range s.Files {
		line("  "+fact("", f.Name).Value, f.Purpose)
	}
	if !s.Token.JWT.IsZero() {
		b.WriteString("\nToken\n" + s.Token.JWT.Reveal() + "\n")
	}
	return b.String()
}

// Result is what a run made, in the form that --json prints.
type Result struct {
	APIKey      string             `json:"api_key"`
	APIHost     string             `json:"api_host"`
	Practice    bool               `json:"sandbox"`
	Application *ApplicationResult `json:"application,omitempty"`
	Users       []UserResult       `json:"users"`
	Files       []string           `json:"files"`
}

// ApplicationResult is an application in a Result.
type ApplicationResult struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	PrivateKeyPath string `json:"private_key_path"`
	Created        bool   `json:"created"` // by this run, or one that it went on with
}

// UserResult is a user in a Result.
type UserResult struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	DisplayName string       `json:"display_name"`
	Created     bool         `json:"created"`
	Token       *TokenResult `json:"token,omitempty"`
}

// TokenResult is a token in a Result. The times are RFC 3339.
type TokenResult struct {
	JWT       string    `json:"jwt"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	LoggedIn  bool      `json:"logged_in"` // whether a login with it was tried and worked
}

// ResultOf returns what exists in a session.
func ResultOf(s Session) Result {
	r := Result{APIKey: s.Credentials.APIKey, Practice: s.Place.Practice, Users: []UserResult{}, Files: []string{}}
	if s.Place.API != nil {
		r.APIHost = s.Place.API.Host().String()
	}
	if s.Application.Exists {
		a := s.Application
		r.Application = &ApplicationResult{ID: a.Value.ID, Name: a.Value.Name, PrivateKeyPath: s.Key.Path, Created: a.Created}
	}
	if s.User.Exists {
		u := UserResult{ID: s.User.Value.ID, Name: s.User.Value.Name, DisplayName: s.User.Value.DisplayName, Created: s.User.Created}
		if !s.Token.JWT.IsZero() {
			u.Token = &TokenResult{JWT: s.Token.JWT.Reveal(), IssuedAt: s.Token.IssuedAt.UTC(), ExpiresAt: s.Token.ExpiresAt.UTC(), LoggedIn: s.Login.SessionID != ""}
		}
		r.Users = append(r.Users, u)
	}
	for _, f := range s.Files {
		r.Files = append(r.Files, f.Path)
	}
	return r
}

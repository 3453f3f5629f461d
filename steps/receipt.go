package steps

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Receipt lists everything that exists, one fact a line, with whole tokens. It is empty if there is nothing.
func Receipt(env Env, s Session) string {
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "%-15s %s\n", label, value) }
	if !s.Application.Exists && s.Key.Private == nil {
		return ""
	}
	if s.Place.Sandbox {
		line("Made in", "the practice sandbox: nothing here is real")
	} else {
		line("Made at", s.Place.API.Host().String())
	}
	line("API key", NewFact("", env.Shown(s.Credentials.APIKey)).Value)
	switch {
	case s.Application.Exists:
		for _, f := range showApplication(env, s) {
			line(f.Label, f.Value)
		}
	default:
		line("Private key", NewFact("", s.Key.Path).Value)
		if s.Application.Uncertain {
			line("Application", "may exist; run credwiz again here to check and continue")
		}
	}
	var members []Member
	switch all := slices.Collect(s.members()); {
	case len(all) <= words.ShortList:
		members = all
	case len(s.Roster) == 0 && len(s.Failed) == 0:
		line("Users", words.Grouped(len(all))+" ready")
		members = all[len(s.Earlier):]
	default:
		for _, f := range s.showRoster() {
			line(f.Label, f.Value)
		}
	}
	for _, member := range members {
		one := s
		one.Member, one.Roster, one.Failed = member, nil, nil
		for _, f := range one.memberFacts(env) {
			line(f.Label, f.Value)
		}
	}
	if s.User.Uncertain {
		line("User", "may exist; run credwiz again here to check and continue")
	}
	if len(s.Files) > 0 {
		line("Files in", NewFact("", s.Place.Folder.Name()).Value)
	}
	for _, f := range s.Files {
		line("  "+NewFact("", f.Name).Value, f.Purpose)
	}
	for _, member := range members {
		if member.Token.JWT.IsZero() {
			continue
		}
		title := "Token"
		if len(members) > 1 {
			title += " of " + redact.Printable(member.User.Name)
		}
		b.WriteString("\n" + title + "\n" + env.Shown(member.Token.JWT.Reveal()) + "\n")
		if env.Mask {
			b.WriteString("The whole token of the current user is in " + workdir.DotenvFile + " as VONAGE_JWT.\n")
		}
	}
	return b.String()
}

func (s Session) members() iter.Seq[Member] { return s.membersOf(s.Earlier) }

func (s Session) membersOf(earlier []Member) iter.Seq[Member] {
	parts := [][]Member{earlier}
	if s.User.Exists {
		parts = append(parts, []Member{s.Member}, s.Roster)
	}
	return func(yield func(Member) bool) {
		for _, part := range parts {
			for _, m := range part {
				if !yield(m) {
					return
				}
			}
		}
	}
}

func (s Session) memberFacts(env Env) []Fact {
	facts := showUser(env, s)
	if !s.Token.JWT.IsZero() {
		facts = append(facts, showToken(env, s)[1:]...)
	}
	return facts
}

// Result is what a run made, as --json prints it.
type Result struct {
	APIKey      string             `json:"api_key"`
	APIHost     string             `json:"api_host"`
	Sandbox     bool               `json:"sandbox"`
	Application *ApplicationResult `json:"application,omitempty"`
	Users       []UserResult       `json:"users"`
	Missed      []FailedResult     `json:"missed"`
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

// FailedResult is a user who could not be created.
type FailedResult struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// TokenResult is a token in a Result. Its times are RFC 3339.
type TokenResult struct {
	JWT       string    `json:"jwt"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	LoggedIn  bool      `json:"logged_in"` // whether a login with it was tried and worked
}

// ResultOf returns what exists in a session.
func ResultOf(env Env, s Session) Result {
	r := Result{APIKey: env.Shown(s.Credentials.APIKey), Sandbox: s.Place.Sandbox, Users: []UserResult{}, Missed: []FailedResult{}, Files: []string{}}
	if s.Place.API != nil {
		r.APIHost = s.Place.API.Host().String()
	}
	if s.Application.Exists {
		a := s.Application
		r.Application = &ApplicationResult{ID: a.ID, Name: a.Name, PrivateKeyPath: s.Key.Path, Created: a.Created}
	}
	for m := range s.members() {
		u := UserResult{ID: m.User.ID, Name: m.User.Name, DisplayName: m.User.DisplayName, Created: m.User.Created}
		if !m.Token.JWT.IsZero() {
			u.Token = &TokenResult{JWT: env.Shown(m.Token.JWT.Reveal()), IssuedAt: m.Token.IssuedAt.UTC(), ExpiresAt: m.Token.ExpiresAt.UTC(), LoggedIn: m.Login.SessionID != ""}
		}
		r.Users = append(r.Users, u)
	}
	for _, m := range s.AllFailed() {
		r.Missed = append(r.Missed, FailedResult{Name: m.Name, Why: m.Why})
	}
	for _, f := range s.Files {
		r.Files = append(r.Files, f.Path)
	}
	return r
}

package steps

import "time"

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
	keyPath := s.Key.Path
	if env.gone(s) {
		keyPath = ""
	}
	if s.Application.Exists {
		a := s.Application
		r.Application = &ApplicationResult{ID: a.ID, Name: a.Name, PrivateKeyPath: keyPath, Created: a.Created}
	}
	for _, m := range s.members() {
		u := UserResult{ID: m.User.ID, Name: m.User.Name, DisplayName: m.User.DisplayName, Created: m.User.Created}
		if !m.Token.JWT.IsZero() {
			u.Token = &TokenResult{JWT: env.Shown(m.Token.JWT.Reveal()), IssuedAt: m.Token.IssuedAt.UTC(), ExpiresAt: m.Token.ExpiresAt.UTC(), LoggedIn: m.Login.SessionID != ""}
		}
		r.Users = append(r.Users, u)
	}
	for _, m := range s.AllFailed() {
		r.Missed = append(r.Missed, FailedResult{Name: m.Name, Why: m.Why})
	}
	for _, f := range s.kept(env) {
		r.Files = append(r.Files, f.Path)
	}
	return r
}

package sandbox

import (
	"net/http"
	"strings"
)

// A refusal is an answer that is an error. Those of the users API have a code,
// those of the other APIs have none; all get an instance of their own when they
// are written. Matching the fragment of type, or the code, is what clients do;
// the words are the API's own wherever they are documented.
type refusal struct {
	status  int
	code    string
	typ     string
	title   string
	detail  string
	invalid []invalid
	own     bool // the sandbox's and not the API's, so that the log has the detail
}

// invalid is one thing that is wrong with a request's body or query.
type invalid struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// problem is the error body of applications (SPEC common_errors.yml).
type problem struct {
	Type     string    `json:"type"`
	Title    string    `json:"title"`
	Detail   string    `json:"detail,omitempty"`
	Invalid  []invalid `json:"invalid_parameters,omitempty"`
	Instance string    `json:"instance"`
}

// userProblem is the error body of users (SPECv3 General400ValidationFailName).
type userProblem struct {
	Title    string    `json:"title"`
	Type     string    `json:"type"`
	Code     string    `json:"code"`
	Detail   string    `json:"detail"`
	Instance string    `json:"instance"`
	Invalid  []invalid `json:"invalid_parameters,omitempty"`
}

// body returns what is sent. Instances are 32 hexadecimal digits in the
// examples of applications, and UUIDs in the recorded answers of users.
func (f *refusal) body(id string) any {
	if f.code != "" {
		return userProblem{Title: f.title, Type: f.typ, Code: f.code, Detail: f.detail, Instance: id, Invalid: f.invalid}
	}
	return problem{Type: f.typ, Title: f.title, Detail: f.detail, Invalid: f.invalid, Instance: strings.ReplaceAll(id, "-", "")}
}

// olderProblem is the error body of users before v0.3 (vonage-ruby-sdk,
// errors_test.rb; NCLI prints it as "code: description").
type olderProblem struct {
	Code        string `json:"code"`
	Description string `json:"description"`
}

// refuseOlder writes a refusal as the users API did before v0.3. One that is not
// of the users API has no code of its own there; the one that it gets here, from
// the fragment of its type, is inferred.
func (s *Sandbox) refuseOlder(w http.ResponseWriter, f *refusal) {
	code := f.code
	if code == "" {
		_, fragment, _ := strings.Cut(f.typ, "#")
		code = "http:error:" + fragment
	}
	f.noted(w)
	s.answer(w, f.status, olderProblem{Code: code, Description: f.detail})
}

// refuse writes a refusal.
func (s *Sandbox) refuse(w http.ResponseWriter, f *refusal) {
	f.noted(w)
	s.answer(w, f.status, f.body(s.cfg.NewID()))
}

// noted has Config.Observe told of a refusal that no document of the API explains.
func (f *refusal) noted(w http.ResponseWriter) {
	if noted, ok := w.(*notedWriter); ok && f.own {
		noted.reason = f.detail
	}
}

package sandbox

import (
	"net/http"
	"strings"
)

// A refusal is an answer that is an error. Those of the users API have a code,
// those of the other APIs have none; each gets a new instance when it is written.
// Clients match the fragment of type, or the code; the words are the API's own
// wherever they are documented. A refusal is never changed: saying and naming
// make another.
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

// saying returns the refusal with another detail.
func (f *refusal) saying(detail string) *refusal {
	other := *f
	other.detail = detail
	return &other
}

// sayingOwn returns the refusal with a detail that no document of the API has.
func (f *refusal) sayingOwn(detail string) *refusal {
	other := f.saying(detail)
	other.own = true
	return other
}

// naming returns the refusal with what is wrong.
func (f *refusal) naming(wrong []invalid) *refusal {
	other := *f
	other.invalid = wrong
	return &other
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

// refuseOlder writes a refusal as the users API did before v0.3. A refusal of
// another API has no code; its code here, from the fragment of its
// type, is inferred.
func (s *Sandbox) refuseOlder(w http.ResponseWriter, f *refusal) {
	code := f.code
	if code == "" {
		_, fragment, _ := strings.Cut(f.typ, "#")
		code = "http:error:" + fragment
	}
	f.note(w)
	s.answer(w, f.status, olderProblem{Code: code, Description: f.detail})
}

// refuse writes a refusal.
func (s *Sandbox) refuse(w http.ResponseWriter, f *refusal) {
	f.note(w)
	s.answer(w, f.status, f.body(s.cfg.NewID()))
}

// refuseFor writes a refusal in the shape that a path has.
func (s *Sandbox) refuseFor(path string) func(http.ResponseWriter, *refusal) {
	if familyOf(path) == olderUserFamily {
		return s.refuseOlder
	}
	return s.refuse
}

// note gives the log the reason of a refusal that no document of the API explains.
func (f *refusal) note(w http.ResponseWriter) {
	if noted, ok := w.(*notedWriter); ok && f.own {
		noted.reason = f.detail
	}
}

// family is an API that a path belongs to. Each has error bodies of its own.
type family int

const (
	genericFamily   family = iota // applications, and every unknown path
	accountFamily                 // the balance
	userFamily                    // users since v0.3 (SPECv3)
	olderUserFamily               // users before that
)

func familyOf(path string) family {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first {
	case "account":
		return accountFamily
	case "v1", "v0.3":
		return userFamily
	case "beta", "beta2", "v0.1", "v0.2":
		return olderUserFamily
	default:
		return genericFamily
	}
}

package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"credwiz/client/redact"
)

// Error is an answer of the API that refuses a request. Match it with errors.As, and decide on Status and Code: the
// wording differs between hosts and versions of the API.
type Error struct {
	Method, Path string
	Status       int    // HTTP status
	Code         string // "system:error:invalid-token", or the fragment of the type URL: "unauthorized"; may be empty
	Title        string
	Detail       string
	Instance     string // the support trace id; may be empty
	Invalid      []InvalidParameter
	RetryAfter   time.Duration // how long the API asks to be left alone; 0 if it does not say
}

// InvalidParameter is one field that the API did not accept.
type InvalidParameter struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Error says what was asked and what was answered. It is safe to print.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
	if explanation := e.Explanation(); explanation != "" {
		text += ": " + explanation
	}
	return text
}

// Explanation is what the API said in words, in one line that is safe to print: the detail, or else the title, and
// the fields it did not accept. It may be empty.
func (e *Error) Explanation() string {
	parts := make([]string, 0, len(e.Invalid)+1)
	if said := cmp.Or(e.Detail, e.Title); said != "" {
		parts = append(parts, strings.TrimSuffix(redact.Printable(said), "."))
	}
	for _, p := range e.Invalid {
		if p.Reason == "" {
			continue
		}
		part := redact.Printable(p.Reason)
		// Users quotes the name in the reason already: "name" must be a string.
		if p.Name != "" && !strings.Contains(p.Reason, p.Name) {
			part = redact.Printable(p.Name) + ": " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// IsDuplicateName reports whether a user was refused because the name is taken in the application. It looks at the code,
// because the status is 409 by the specification and 400 in the wild.
func IsDuplicateName(err error) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && strings.HasSuffix(api.Code, "duplicate-name")
}

// IsNotFound reports whether the API itself said that what was asked for does not exist or is not ours. A 404 alone is
// no proof: a proxy, or a wrong address, answers with one too.
func IsNotFound(err error) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && api.Status == http.StatusNotFound && (api.Code == codeNoApplication || api.Code == codeNoUser)
}

// HasStatus reports whether the API refused with one of the statuses.
func HasStatus(err error, statuses ...int) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(statuses, api.Status)
}

// The codes of what does not exist.
const (
	codeNoApplication = "not-found"
	codeNoUser        = "user:error:not-found"
)

// UnexpectedError is an answer that is not the API's: a page of a captive portal or a proxy, a redirect, an answer cut
// short, an id of the wrong form.
type UnexpectedError struct {
	Method, Path string
	Status       int
	Reason       string
}

func (r request) unexpected(status int, reason string) error {
	return &UnexpectedError{Method: r.method, Path: r.path, Status: status, Reason: reason}
}

// Error says what was asked and what is wrong with the answer. It is safe to print.
func (e *UnexpectedError) Error() string {
	return fmt.Sprintf("%s %s: %d %s: %s", e.Method, e.Path, e.Status, http.StatusText(e.Status), e.Reason)
}

// NetworkError is a request that got no whole answer.
type NetworkError struct {
	Method, Path string
	// Sent: the request may have reached the API, and what it asked for may have happened.
	Sent bool
	// Handshake: the two sides could not agree on a secure connection. Not every such error has a type.
	Handshake bool
	Err       error
}

// Error says what was asked and what went wrong on the way, without the query or the credentials.
func (e *NetworkError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Method, e.Path, redact.Printable(e.Err.Error()))
}

// Unwrap gives the cause: a *net.OpError, a *tls.CertificateVerificationError, context.Canceled, ...
func (e *NetworkError) Unwrap() error { return e.Err }

// DifferentError is a good answer about something other than what was asked for.
type DifferentError struct {
	Method, Path    string
	What            string // "name", "id", "public key"
	Asked, Answered string // both empty for a public key
	ID              string // of what was answered; empty if the id is the difference
}

// Error says what was asked for and what was answered. It is safe to print.
func (e *DifferentError) Error() string {
	if e.Asked == "" {
		return fmt.Sprintf("%s %s: the answer has a different %s", e.Method, e.Path, e.What)
	}
	return fmt.Sprintf("%s %s: the answer has the %s %q instead of %q", e.Method, e.Path, e.What, redact.Printable(e.Answered), redact.Printable(e.Asked))
}

// WasSent reports whether a request that ended in err may have left this machine. A create that did must be looked up
// before it is tried again, whatever the answer: it may not be the API's, or its sender may not know what the API did.
func WasSent(err error) bool {
	if network, ok := errors.AsType[*NetworkError](err); ok {
		return network.Sent
	}
	_, unexpected := errors.AsType[*UnexpectedError](err)
	_, different := errors.AsType[*DifferentError](err)
	_, refused := errors.AsType[*Error](err)
	return unexpected || different || refused
}

// MayHaveHappened reports whether a request that ended in err may have done its work: no answer came, or one that leaves
// it open. It may even be under way still, so that a look-up which finds nothing does not settle it.
func MayHaveHappened(err error) bool {
	if unexpected, ok := errors.AsType[*UnexpectedError](err); ok {
		return unexpected.Status < 300 || unexpected.Status >= 500
	}
	if api, ok := errors.AsType[*Error](err); ok {
		return api.Status >= 500
	}
	return WasSent(err)
}

// parseError reads the error shapes that the API's hosts are known to send. It never fails: without a readable body,
// the status is all there is.
func parseError(method, path string, resp *http.Response, body []byte, now time.Time) *Error {
	e := &Error{Method: method, Path: path, Status: resp.StatusCode, RetryAfter: parseRetryAfter(resp.Header, now)}
	var said struct {
		Type, Title, Code, Detail, Instance string
		Description                         string          // Users before /v1
		ErrorTitle                          string          `json:"error_title"`      // Voice
		ErrorCodeLabel                      string          `json:"error-code-label"` // rest.nexmo.com
		Invalid                             json.RawMessage `json:"invalid_parameters"`
	}
	if json.Unmarshal(body, &said) != nil {
		return e
	}
	_, fragment, _ := strings.Cut(said.Type, "#")
	e.Code = cmp.Or(said.Code, fragment)
	e.Title = cmp.Or(said.Title, said.ErrorTitle, said.ErrorCodeLabel)
	e.Detail = cmp.Or(said.Detail, said.Description)
	e.Instance = said.Instance
	e.Invalid = parseInvalid(said.Invalid)
	return e
}

// parseInvalid reads a list of name and reason, or Voice's object of names with their reasons.
func parseInvalid(raw json.RawMessage) []InvalidParameter {
	var list []InvalidParameter
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var object map[string]string
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	list = make([]InvalidParameter, 0, len(object))
	for name, reason := range object {
		list = append(list, InvalidParameter{Name: name, Reason: reason})
	}
	slices.SortFunc(list, func(a, b InvalidParameter) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Package inspect explains a token and says what is wrong with it: credwiz inspect.
package inspect

import (
	"slices"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/words"
)

// Inspection explains a token. Its texts are safe to print: none has the signature or a key. As JSON it is the output
// of inspect --json.
type Inspection struct {
	State   TokenState `json:"verdict"`
	Verdict string     `json:"summary"` // one sentence
	Source  string     `json:"source"`  // where the token came from
	// Problems come with the most likely reason for a refusal first.
	Problems  []Problem      `json:"problems"`
	Header    *jwt.Part      `json:"header"` // nil if it is no token
	Claims    *jwt.Part      `json:"claims"`
	IssuedAt  *time.Time     `json:"issued_at"` // nil if it does not say, or not legibly
	NotBefore *time.Time     `json:"not_before"`
	ExpiresAt *time.Time     `json:"expires_at"`
	EndsAt    *time.Time     `json:"ends_at"` // as the platform counts: never more than 24 hours after it was issued
	Signature SignatureCheck `json:"signature"`
	Facts     []steps.Fact   `json:"-"` // what it says, for people
}

// TokenState says whether a token logs in.
type TokenState string

// The states of a token.
const (
	Works    TokenState = "works"       // nothing is wrong, and its signature is right
	Unproven TokenState = "unproven"    // nothing is wrong that can be seen, and its signature could not be checked
	Rejected TokenState = "refused"     // the platform refuses it
	NoToken  TokenState = "not-a-token" // it is something else
)

// Problem is one thing that is wrong with a token.
type Problem struct {
	Code    string `json:"code"` // stable, for programs: "expired"
	What    string `json:"what"` // a sentence
	Do      string `json:"do"`   // a sentence
	Command string `json:"command,omitempty"`
	Refused bool   `json:"refused"` // the platform refuses the login for it
}

// SignatureCheck is the result of checking the signature.
type SignatureCheck struct {
	State SignatureState `json:"state"`
	With  string         `json:"with,omitempty"` // whose key: "private.key"; empty if it was not checked
	Why   string         `json:"why,omitempty"`  // why it was not checked; empty if it was
}

// SignatureState is how the check ended.
type SignatureState int

// The states of a signature.
const (
	NotChecked SignatureState = iota
	Verified
	Mismatched
)

// MarshalText returns the state for programs.
func (s SignatureState) MarshalText() ([]byte, error) {
	return []byte([...]string{NotChecked: "not checked", Verified: "verified", Mismatched: "failed"}[s]), nil
}

// Inspect explains a token with the evidence. It does no I/O.
func Inspect(r jwt.Reading, e Evidence) Inspection {
	i := inspector{reading: r, evidence: e, problems: []Problem{}}
	if i.isNoToken() {
		return Inspection{State: NoToken, Verdict: i.problems[0].What, Problems: i.problems,
			Signature: SignatureCheck{Why: "it has none"}}
	}
	i.application, _ = r.Claims.Text("application_id")
	i.user, _ = r.Claims.Text("sub")
	i.judgeForm()
	if p, other := productOf(r); other {
		i.judgeProduct(p)
	} else if r.Claims.Err == nil {
		i.judgeTimes()
		i.judgeSignature()
		i.judgeApplication()
		i.judgeUser()
		i.judgeACL()
		i.judgeRest()
	}
	if i.signature.State == NotChecked && i.signature.Why == "" {
		i.signature.Why = "no key here"
	}
	sorted := []Problem{} // never null in JSON
	for _, refused := range []bool{true, false} {
		sorted = append(sorted, slices.DeleteFunc(slices.Clone(i.problems), func(p Problem) bool { return p.Refused != refused })...)
	}
	i.problems = sorted
	result := Inspection{
		Problems: i.problems, Header: &r.Header, Claims: &r.Claims, Signature: i.signature,
		IssuedAt: dated(i.times.issuedAt), NotBefore: dated(i.times.notBefore), ExpiresAt: dated(i.times.expiresAt), EndsAt: dated(i.times.ends),
		Facts: append(i.headerFacts(), i.claimFacts()...),
	}
	result.State, result.Verdict = i.verdict()
	return result
}

func dated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// inspector is an inspection in progress.
type inspector struct {
	reading           jwt.Reading
	evidence          Evidence
	application, user string // what the token says; empty if it does not
	product           bool   // whether it is a token of another product
	problems          []Problem
	signature         SignatureCheck
	signer            string // the application whose key the signature fits; empty if it fits none that is anybody's
	acl               jwt.ACLReading
	// times are what it says, zero if missing or unreadable; but ends is as the platform counts.
	times struct{ issuedAt, notBefore, expiresAt, ends time.Time }
}

func (i *inspector) now() time.Time { return i.evidence.Now.Add(i.evidence.Skew) }

// moment names a time as the user's clock shows it.
func (i *inspector) moment(t time.Time) string {
	return words.Moment(steps.OnOurClock(t, i.evidence.Skew), i.evidence.Now)
}

// refuse adds a reason for a refusal; warn adds anything else.
func (i *inspector) refuse(code, what, do, command string) {
	i.warn(code, what, do, command)
	i.problems[len(i.problems)-1].Refused = true
}

func (i *inspector) warn(code, what, do, command string) {
	if i.evidence.Session && command != "" && command == i.resign() {
		do, command = do+" press Esc, then n.", "" // on the screen that has the token
	}
	i.problems = append(i.problems, Problem{Code: code, What: redact.Printable(what), Do: redact.Printable(do), Command: redact.Printable(command)})
}

func (i *inspector) verdict() (TokenState, string) {
	now, ends := i.now(), i.times.ends
	until := "until " + i.moment(ends) + " (" + words.InWords(ends.Sub(now)) + ")"
	switch {
	case len(i.problems) > 0 && i.problems[0].Refused:
		return Rejected, "Vonage will refuse this token. " + i.problems[0].What
	case i.signature.State == Verified && i.evidence.Sandbox && !i.evidence.Session:
		return Works, "This token works in the practice sandbox " + until + "."
	case i.signature.State == Verified:
		return Works, "This token works " + until + "."
	}
	return Unproven, "No problems found. This token works " + until + " if its signature, which wasn't checked, is valid."
}

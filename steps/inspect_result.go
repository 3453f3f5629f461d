package steps

import (
	"time"

	"credwiz/client/jwt"
)

// InspectionResult is an Inspection in the form that --json prints. The codes of the problems stay as they are.
type InspectionResult struct {
	Verdict   string          `json:"verdict"` // works, unproven, refused, or not-a-token
	Summary   string          `json:"summary"`
	Source    string          `json:"source"`
	Problems  []ProblemResult `json:"problems"`
	Header    *jwt.Part       `json:"header"` // null if it cannot be read
	Claims    *jwt.Part       `json:"claims"`
	IssuedAt  *time.Time      `json:"issued_at"`
	NotBefore *time.Time      `json:"not_before"`
	ExpiresAt *time.Time      `json:"expires_at"`
	EndsAt    *time.Time      `json:"ends_at"` // as the platform counts
	Signature SignatureResult `json:"signature"`
}

// ProblemResult is a Problem in an InspectionResult.
type ProblemResult struct {
	Code    string `json:"code"`
	What    string `json:"what"`
	Do      string `json:"do"`
	Command string `json:"command,omitempty"`
	Refused bool   `json:"refused"` // whether a login is refused for it
}

// SignatureResult is a SignatureCheck in an InspectionResult.
type SignatureResult struct {
	State string `json:"state"` // verified, failed, or not checked
	With  string `json:"with,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Result returns the inspection for programs; source is where the token came from.
func (i Inspection) Result(source string) InspectionResult {
	r := InspectionResult{
		Summary: i.Verdict, Source: source, Problems: []ProblemResult{},
		IssuedAt: dated(i.Times.IssuedAt), NotBefore: dated(i.Times.NotBefore), ExpiresAt: dated(i.Times.ExpiresAt), EndsAt: dated(i.Times.Ends),
		Signature: SignatureResult{State: i.Signature.State.String(), With: i.Signature.With, Why: i.Signature.Why},
	}
	if i.State != NoToken {
		r.Header, r.Claims = &i.reading.Header, &i.reading.Claims
	}
	for _, p := range i.Problems {
		r.Problems = append(r.Problems, ProblemResult(p))
	}
	switch i.State {
	case Works:
		r.Verdict = "works"
	case Unproven:
		r.Verdict = "unproven"
	case Rejected:
		r.Verdict = "refused"
	case NoToken:
		r.Verdict = "not-a-token"
	}
	return r
}

// String is the state as programs read it.
func (s SignatureState) String() string {
	switch s {
	case Verified:
		return "verified"
	case Mismatched:
		return "failed"
	case NotChecked:
	}
	return "not checked"
}

func dated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Package advice says what to make of an error: what happened, and what to do now.
package advice

import (
	"context"
	"errors"
	"strings"

	"credwiz/client/redact"
	"credwiz/steps/answer"
)

// Advice explains an error to people: what happened, and what to do now. Both texts are safe to print.
type Advice struct {
	What   string
	Do     string
	Asked  string  // Do where the user is asked, and needs no flags; empty if it is the same
	Field  string  // the key of the answer to change, if one is to blame
	Retry  bool    // the same answers may work later
	Offers []Offer // answers that would work
	Kind   Kind
}

// Offer is a way out of an error.
type Offer struct {
	Key    string // the letter that takes it
	Label  string
	Answer string // the answer's key
	Value  string
}

// Kind is the sort of an error; each has its own exit code.
type Kind int

// The kinds of errors.
const (
	Other          Kind = iota
	Usage               // an answer that is missing or cannot be right
	WouldOverwrite      // a file is in the way
	Refused             // the credentials
	Remote              // the network, or the API
	Stopped             // the user
)

// Adviser is an error that brings its advice.
type Adviser interface {
	error
	Advice() Advice
}

// For returns advice about an error. An unknown error is repeated. For joined errors, it says what happened in each,
// and what to do about the first.
func For(err error) Advice {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs := joined.Unwrap()
		advice := For(errs[0])
		for _, other := range errs[1:] {
			advice.What += " " + For(other).What
		}
		return advice
	}
	if adviser, ok := errors.AsType[Adviser](err); ok {
		return adviser.Advice()
	}
	for _, advise := range []func(error) (Advice, bool){adviseAnswers, adviseStopped, adviseLogin, adviseAPI, adviseNetwork} {
		if advice, ok := advise(err); ok {
			return advice
		}
	}
	return Advice{
		What: "Something went wrong:  " + redact.Printable(err.Error()) + ".",
		Do:   "Try again. Nothing you created is lost.",
		Kind: Other, Retry: true,
	}
}

func adviseAnswers(err error) (Advice, bool) {
	if missing, ok := errors.AsType[*answer.MissingAnswersError](err); ok {
		lines := make([]string, 0, len(missing.Fields))
		for _, f := range missing.Fields {
			lines = append(lines, f.Flag)
		}
		why := ""
		if missing.Why != "" {
			why = ", and credwiz can't ask because " + missing.Why
		}
		return Advice{
			What: "Missing answers" + why + ": " + strings.Join(lines, ", ") + ".",
			Do: "Give them as flags, or run credwiz in a terminal without --yes and --no-input, and without redirecting standard input or " +
				"standard error.",
			Kind: Usage,
		}, true
	}
	if invalid, ok := errors.AsType[*answer.InvalidAnswerError](err); ok {
		return Advice{
			What:  redact.Printable(invalid.Field.Flag+": "+invalid.Err.Error()) + ".",
			Do:    "Nothing was changed. Correct it, then run the command again.",
			Field: invalid.Field.Key, Kind: Usage,
		}, true
	}
	return Advice{}, false
}

func adviseStopped(err error) (Advice, bool) {
	if !errors.Is(err, context.Canceled) {
		return Advice{}, false
	}
	return Advice{
		What: "Canceled.",
		Do:   "Nothing was lost. Try again, or change your answers.",
		Kind: Stopped, Retry: true,
	}, true
}

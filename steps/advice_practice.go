package steps

import (
	"errors"
	"net/http"

	"credwiz/client"
	"credwiz/client/redact"
)

// PracticePairError is another pair than the practice sandbox's own that was typed into it: real credentials, perhaps.
type PracticePairError struct {
	APIKey string // the one that the sandbox knows
	Err    error
}

// Error says whose pair it is not.
func (e *PracticePairError) Error() string { return "practice sandbox: " + e.Err.Error() }

// Unwrap gives the sandbox's refusal.
func (e *PracticePairError) Unwrap() error { return e.Err }

func isUnauthorized(err error) bool {
	var api *client.Error
	return errors.As(err, &api) && api.Status == http.StatusUnauthorized
}

// TemporaryError is a folder for temporary files in which the one of a demo cannot be made.
type TemporaryError struct {
	Path string
	Err  error
}

// Error names the folder.
func (e *TemporaryError) Error() string { return e.Path + ": " + cause(e.Err).Error() }

// Unwrap gives the cause.
func (e *TemporaryError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *TemporaryError) Advice() Advice {
	return Advice{
		What: "No temporary folder could be made in " + redact.Printable(e.Error()) + ".",
		Do:   "Set TMPDIR (on Windows TMP) to a folder where you may write, or choose one with --dir.",
		Kind: Other, Retry: true,
	}
}

// Advice says which pair it takes.
func (e *PracticePairError) Advice() Advice {
	return Advice{
		What: "The practice sandbox does not know this key and secret: it takes its own pair and no other, and keeps nothing of yours.",
		Do: "Use the pair that it suggests (the key is " + redact.Printable(e.APIKey) + "), or run credwiz without --demo " +
			"and choose your Vonage account.",
		Field: AnswerAPISecret, Kind: Refused,
	}
}

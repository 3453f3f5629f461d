package steps

import (
	"errors"
	"fmt"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
)

// errNotSandbox is a folder with more in it than a demo leaves.
var errNotSandbox = errors.New("it contains something that no demo left")

// EmptySandboxFolder removes what demos left. If there is anything else, it removes nothing and returns
// ErrNotSandbox.
func EmptySandboxFolder(f *workdir.Dir) error {
	journal, err := journal.Read(f)
	if err != nil {
		return err
	}
	left := map[string]bool{workdir.DotenvFile: true, workdir.JournalFile: true, workdir.TokenFile: true}
	for _, app := range journal.Applications {
		if !app.Sandbox {
			return fmt.Errorf("%s: %w", f.Given(), errNotSandbox)
		}
		left[app.KeyFile] = true
	}
	entries, err := f.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !left[e.Name()] || !e.Type().IsRegular() {
			return fmt.Errorf("%s: %w: %s", f.Given(), errNotSandbox, e.Name())
		}
	}
	for _, e := range entries {
		if err := f.Remove(e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// SandboxPairError is a pair that the sandbox does not accept: real credentials, perhaps.
type SandboxPairError struct {
	APIKey string // the sandbox's own key
	Err    error
}

func (e *SandboxPairError) Error() string { return "practice sandbox: " + e.Err.Error() }

func (e *SandboxPairError) Unwrap() error { return e.Err }

// Advice says which pair the sandbox accepts.
func (e *SandboxPairError) Advice() advice.Advice {
	return advice.Advice{
		What: "The practice sandbox only accepts its own key and secret. It stored nothing you typed.",
		Do: "Use the suggested pair (the key is " + redact.Printable(e.APIKey) + "), or run credwiz without --demo " +
			"and choose your Vonage account.",
		Asked: "Use the suggested key, " + redact.Printable(e.APIKey) + ", and secret. For your Vonage account, quit and run credwiz.",
		Field: answer.APISecret, Kind: advice.Refused,
	}
}

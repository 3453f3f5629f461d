package answer

import (
	"fmt"
	"io"
	"log/slog"
)

// Known is an answer that was given outside the wizard, and by what: "--app-name", "VONAGE_API_KEY". Printing it shows
// the source only, because the value may be a secret.
type Known struct {
	Value, Source string
	// Entry is its name in a source that has many: "app_name" in a profile.
	Entry string
	// Suggested marks an answer that was only found: nobody meant it for credwiz, so it is never used unseen.
	Suggested bool
	// Whole marks one name, whatever is in it: commas divide what is typed, and not what a flag is given.
	Whole bool
}

// Format prints the source.
func (k Known) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "an answer from "+k.Named()) }

// Named is what an error calls the answer.
func (k Known) Named() string {
	if k.Entry == "" {
		return k.Source
	}
	return k.Source + ", " + k.Entry
}

// MarshalText gives the source, so that no encoder writes the value into a file.
func (k Known) MarshalText() ([]byte, error) { return fmt.Append(nil, k), nil }

// LogValue gives the source, for log/slog.
func (k Known) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(k)) }

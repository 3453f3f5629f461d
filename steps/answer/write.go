package answer

import (
	"fmt"
	"slices"
	"strings"

	"credwiz/client/redact"
)

// Kinds of files for the answer Write.
const (
	WriteEnv    = "env"
	WriteNexmo  = "nexmo"
	WriteVonage = "vonage"
)

func parseWrite(text string) ([]string, error) {
	var kinds []string
	for kind := range strings.SplitSeq(text, ",") {
		kind = strings.ToLower(strings.TrimSpace(kind))
		if kind != WriteEnv && kind != WriteNexmo && kind != WriteVonage {
			return nil, fmt.Errorf("%q is no kind of file: they are %s, %s and %s", redact.Printable(kind), WriteEnv, WriteNexmo, WriteVonage)
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

// CheckWrite refuses unknown kinds of files.
func CheckWrite(text string) error {
	_, err := parseWrite(text)
	return err
}

// Written returns the kinds to write; by default .env alone.
func (a Answers) Written() []string {
	kinds, err := parseWrite(a[Write])
	if a[Write] == "" || err != nil {
		return []string{WriteEnv}
	}
	return kinds
}

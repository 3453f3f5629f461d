package steps

import (
	"fmt"
	"slices"
	"strings"

	"credwiz/client/redact"
)

// The kinds of files that AnswerWrite names.
const (
	writeEnv    = "env"
	writeNexmo  = "nexmo"
	writeVonage = "vonage"
)

// parseWrite reads a list of kinds, "nexmo,env".
func parseWrite(text string) ([]string, error) {
	var kinds []string
	for kind := range strings.SplitSeq(text, ",") {
		kind = strings.ToLower(strings.TrimSpace(kind))
		if kind != writeEnv && kind != writeNexmo && kind != writeVonage {
			return nil, fmt.Errorf("%q is no kind of file: they are %s, %s and %s", redact.Printable(kind), writeEnv, writeNexmo, writeVonage)
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

func checkWrite(text string) error {
	_, err := parseWrite(text)
	return err
}

// written are the kinds that an answer names; without one, it is .env alone.
func (a Answers) written() []string {
	kinds, err := parseWrite(a[AnswerWrite])
	if a[AnswerWrite] == "" || err != nil {
		return []string{writeEnv}
	}
	return kinds
}

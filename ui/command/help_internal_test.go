package command

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheHelpOfTheWizardHasCommandsFirstAndFlagsInGroups(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := Run(t.Context(), []string{"--help"}, os.Stdin, &out, &errs); code != 0 || errs.Len() > 0 {
		t.Fatalf("code %d: %s", code, &errs)
	}
	rest := out.String()
	for _, part := range []string{
		"Usage:", "Commands:", "  token ", "Account:", "--api-key KEY ", "Application:", "--app-name NAME ", "User:", "--user NAME ", "Token:", "--expires TIME ",
		"Output:", "--json ", "Questions:", "--yes ", "Practice:", "--demo ", "Presenting:", "--mask ", "Other:", "show this help\n", "Examples:",
	} {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q is not where it belongs in:\n%s", part, &out)
		}
		rest = after
	}
}

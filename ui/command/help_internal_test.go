package command

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

func TestEveryHelpFitsInAUsualTerminal(t *testing.T) {
	t.Parallel()
	root := rootCommand(console{})
	refuseUnknownShells(root)
	all := []*cobra.Command{root}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Commands()...)
	}
	for _, cmd := range all {
		text := helpText(cmd)
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); ansi.StringWidth(line) > helpWidth {
				t.Errorf("%s: %d columns: %q", cmd.CommandPath(), ansi.StringWidth(line), line)
			}
		}
		if !strings.Contains(text, "Show this help") || strings.Contains(text, "\n\n\n") {
			t.Errorf("%s:\n%s", cmd.CommandPath(), text)
		}
	}
}

func TestTheHelpOfTheWizardHasCommandsFirstAndFlagsInGroups(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := Run(t.Context(), []string{"--help"}, os.Stdin, &out, &errs); code != 0 || errs.Len() > 0 {
		t.Fatalf("code %d: %s", code, &errs)
	}
	rest := out.String()
	for _, part := range []string{
		"Usage:", "Commands:", "  token ", "Account:", "--api-key KEY ", "Application:", "--app-name NAME ", "User:", "--user NAME ", "Token:", "--expires TIME ",
		"Output:", "--json ", "Questions:", "--yes ", "Practice:", "--demo ", "Presenting:", "--mask ", "Other:", "--help ", "Examples:",
	} {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q is not where it belongs in:\n%s", part, &out)
		}
		rest = after
	}
}

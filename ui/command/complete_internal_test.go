package command

import (
	"os"
	"slices"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestEveryFlagWithAValueHasARowInTheTableOfCompletions(t *testing.T) {
	rows := completions()
	used := map[string]bool{}
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			_, ok := rows[flag.Name]
			used[flag.Name] = ok
			if !ok && flag.Value.Type() != "bool" {
				t.Errorf("%s --%s takes a value and has no row in completions(): words() if there is nothing to offer",
					cmd.CommandPath(), flag.Name)
			}
		})
		for _, child := range cmd.Commands() {
			look(child)
		}
	}
	look(rootCommand(console{in: os.Stdin}))
	for name := range rows {
		if !used[name] {
			t.Errorf("completions() has a row for --%s, and no command has that flag", name)
		}
	}
}

func TestAFlagOfSeveralValuesIsCompletedAfterEachComma(t *testing.T) {
	cmd := &cobra.Command{Use: "try"}
	cmd.Flags().StringSlice("kinds", nil, "")
	registerCompletions(cmd, map[string]cobra.CompletionFunc{"kinds": words("env\tone", "nexmo\ttwo", "vonage\tthree")})
	row, _ := cmd.GetFlagCompletionFunc("kinds")
	for begun, want := range map[string][]string{
		"":            {"env\tone", "nexmo\ttwo", "vonage\tthree"},
		"env,":        {"env,nexmo\ttwo", "env,vonage\tthree"},
		"vonage,env,": {"vonage,env,nexmo\ttwo"},
	} {
		got, directive := row(cmd, nil, begun)
		if !slices.Equal(got, want) || directive&cobra.ShellCompDirectiveNoSpace == 0 {
			t.Errorf("after %q it offers %q, %v", begun, got, directive)
		}
	}
}

package command

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/ui/style"
)

// helpWidth is that of a usual terminal, also in files and pipes.
const helpWidth = 80

// groupKey is the annotation of a flag with the heading that it stands under.
const groupKey = "credwiz_group"

// inGroup puts the flags without a group under a heading.
func inGroup(flags *pflag.FlagSet, heading string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Annotations[groupKey] == nil {
			_ = flags.SetAnnotation(f.Name, groupKey, []string{heading}) // fails only for a flag that is not there
		}
	})
}

// setHelp replaces Cobra's help, whose flags are in one list as wide as their longest text.
func setHelp(root *cobra.Command) {
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _, _ = io.WriteString(cmd.OutOrStdout(), helpText(cmd)) })
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := io.WriteString(cmd.ErrOrStderr(), usageText(cmd))
		return err
	})
}

func helpText(cmd *cobra.Command) string {
	text := paragraphs(cmp.Or(cmd.Long, cmd.Short)) + "\n\n" + usageText(cmd)
	if cmd.Example != "" {
		text += "\nExamples:\n" + cmd.Example + "\n"
	}
	if cmd.HasAvailableSubCommands() {
		text += "\nRun " + cmd.CommandPath() + " COMMAND --help for the flags of a command.\n"
	}
	return text
}

func usageText(cmd *cobra.Command) string {
	var b strings.Builder
	b.WriteString("Usage:\n  " + cmd.UseLine() + "\n")
	if cmd.HasAvailableSubCommands() {
		b.WriteString("  " + cmd.CommandPath() + " COMMAND\n\nCommands:\n")
		for _, child := range cmd.Commands() {
			if child.IsAvailableCommand() {
				b.WriteString("  " + style.Pad(child.Name(), child.NamePadding()) + "  " + child.Short + "\n")
			}
		}
	}
	cmd.InitDefaultHelpFlag()
	rest := "Flags"
	if cmd.HasAvailableSubCommands() {
		rest = "Other"
	}
	var groups []string
	lines := map[string][][2]string{}
	widest := 0
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		group := rest
		if named := f.Annotations[groupKey]; named != nil {
			group = named[0]
		}
		if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
		name, text := FlagHelp(f)
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		widest = max(widest, len(name))
		lines[group] = append(lines[group], [2]string{name, text})
	})
	for _, group := range groups {
		b.WriteString("\n" + group + ":\n")
		for _, line := range lines[group] {
			b.WriteString("  " + style.Pad(line[0], widest) + "  " + line[1] + "\n")
		}
	}
	return b.String()
}

// FlagHelp returns a flag with the name of its value, and what it does, with the default.
func FlagHelp(f *pflag.Flag) (name, text string) {
	value, text := pflag.UnquoteUsage(f)
	name = "--" + f.Name
	if value != "" {
		name += " " + value
	}
	if f.Name == "help" {
		text = "show this help"
	}
	switch f.DefValue {
	case "", "false", "[]", "0", "0s":
		return name, text
	case ".":
		return name, text + " (default this folder)"
	}
	return name, text + " (default " + f.DefValue + ")"
}

// paragraphs wraps what is not indented.
func paragraphs(text string) string {
	all := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, paragraph := range all {
		if !strings.HasPrefix(paragraph, " ") && !strings.Contains(paragraph, "\n\t") {
			all[i] = strings.Join(style.Wrap(strings.ReplaceAll(paragraph, "\n", " "), helpWidth), "\n")
		}
	}
	return strings.Join(all, "\n\n")
}

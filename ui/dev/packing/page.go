package main

import (
	_ "embed"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/ui/command"
)

// reference is what the main page has beyond the help: files, environment, exit codes.
//
//go:embed reference.md
var reference string

func page(cmd *cobra.Command, version, date string) string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line(`% "`, strings.ToUpper(dashed(cmd)), `" "1" "`, date, `" "credwiz `, version, `" "credwiz"`)
	line("# NAME\n", dashed(cmd), ` \- `, escaped(cmd.Short))
	line("\n# SYNOPSIS\n**", cmd.CommandPath(), "**", escaped(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())))
	line("\n# DESCRIPTION\n", prose(cmd.Long))
	line("\n# OPTIONS")
	cmd.InitDefaultHelpFlag()
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		name, usage := command.FlagHelp(flag)
		if flag.Shorthand != "" {
			b.WriteString("**-" + flag.Shorthand + "**, ")
		}
		name, value, _ := strings.Cut(name, " ")
		b.WriteString("**" + name + "**")
		if value != "" {
			b.WriteString(" *" + escaped(value) + "*")
		}
		line("\n: ", escaped(usage), "\n")
	})
	line("# EXAMPLES\n", prose(cmd.Example))
	var others []string
	if !cmd.HasParent() {
		line("\n", reference)
		for _, child := range cmd.Commands() {
			others = append(others, "**"+dashed(child)+"**(1)")
		}
	} else {
		others = []string{"**" + dashed(cmd.Parent()) + "**(1)"}
	}
	line("\n# SEE ALSO\n", strings.Join(others, ", "))
	return b.String()
}

// prose keeps indented lines verbatim.
func prose(text string) string {
	var b strings.Builder
	verbatim := false
	for line := range strings.Lines(text + "\n") {
		if indented := strings.HasPrefix(line, "  "); indented != verbatim && strings.TrimSpace(line) != "" {
			b.WriteString("```\n")
			verbatim = indented
		}
		if !verbatim {
			line = escaped(line)
		}
		b.WriteString(line)
	}
	if verbatim {
		b.WriteString("```\n")
	}
	return b.String()
}

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "|", `\|`).Replace(text)
}

package command

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/steps/snippet"
	"credwiz/ui/style"
)

func (c console) codeCommand() *cobra.Command {
	var dir string
	var list bool
	cmd := &cobra.Command{
		Use:   "code LANGUAGE",
		Short: "Print login code for an app, or a token endpoint for a backend",
		Long: `Print source code to start from. For an app, in JavaScript, Kotlin, Swift, or
React Native: a login with the Client SDK. For your own backend, in Node,
Python, Go, PHP, Java, or Ruby: an endpoint that signs a token for each login.

The login has the user and the API of this folder in it, and a placeholder for
the token. The endpoint reads the application's ID and the path of its private
key from the environment, as they are in .env. There is no secret in the code,
and standard output has nothing else. At a terminal, credwiz code alone lists
the languages.

Exit status: 0, or 2 for an unknown language.`,
		Example: `  credwiz code --list
  credwiz code swift >Login.swift
  credwiz code node >token_endpoint.mjs`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%s takes one language, and there are %d words", cmd.CommandPath(), len(args))
			}
			return nil
		},
		ValidArgsFunction: completeLanguage,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case list && len(args) > 0:
				return fmt.Errorf("--list lists all languages: leave out %q", args[0])
			case list, len(args) == 0 && isTerminal(c.out):
				table := languageTable()
				if width := c.look(c.out).Columns; width > 0 {
					table = style.BreakMarked(table, width)
				}
				_, err := io.WriteString(c.out, table)
				return err
			case len(args) == 0:
				return errors.New("name a language: " + languages())
			}
			at := slices.IndexFunc(snippet.Samples(), func(s snippet.Snippet) bool { return strings.EqualFold(s.Name(), args[0]) })
			if at < 0 {
				return fmt.Errorf("there is no code in %q: choose %s", args[0], languages())
			}
			folder, err := existingFolder(dir)
			if err != nil {
				return err
			}
			defer func() { _ = folder.Close() }()
			all, err := snippet.SamplesFor(folder)
			if err != nil {
				return c.fail(err)
			}
			if all[at].MadeUp {
				c.say("Note: " + folder.Name() + " has no user yet, so alice and your application are placeholders. credwiz fills them in: " +
					folder.Target("").Command())
			}
			_, err = io.WriteString(c.out, all[at].Code)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", ".", "the folder that credwiz was run in: `DIR`")
	f.BoolVar(&list, "list", false, "list the languages, each with its file and what it needs")
	return cmd
}

// languages lists the names in a sentence.
func languages() string {
	var names []string
	for _, s := range snippet.Samples() {
		names = append(names, s.Name())
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + ", or " + names[last]
}

// languageTable has what each language needs on a line of its own: on one line, not all would fit in 80 columns.
func languageTable() string {
	var b strings.Builder
	for _, s := range snippet.Samples() {
		fmt.Fprintf(&b, "%-13s %s\n%14s%s\n", s.Name(), s.FileName, "", s.Title)
	}
	return b.String()
}

func completeLanguage(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	if len(args) == 0 {
		for _, s := range snippet.Samples() {
			offers = append(offers, cobra.CompletionWithDesc(s.Name(), s.Title))
		}
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

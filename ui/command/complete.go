package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
)

// completions maps each flag that takes a value to what the shell offers for it. A test requires a row for every such
// flag.
// Names and ids come from the folder's journal, never from the API: completing must be fast, need no secret and leave
// no trace.
func completions() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		// What was made or used in the folder.
		answer.User:  fromJournal(users),
		answer.AppID: fromJournal(each(func(a journal.Application) offer { return offer{a.ID, a.Name} })),
		// --app-name creates, but a noted name continues an unfinished run.
		answer.AppName: fromJournal(each(func(a journal.Application) offer { return offer{a.Name, a.ID} })),
		answer.APIKey:  fromJournal(each(func(a journal.Application) offer { return offer{a.APIKey, "account of " + a.Name} })),
		answer.KeyFile: orFiles(fromJournal(each(func(a journal.Application) offer { return offer{a.KeyFile, "of " + a.Name} }))),

		// Words.
		answer.ACL:        orFiles(words("client-sdk\tfull Client SDK", "tutorial\tnine paths from the old tutorial")),
		answer.Expires:    words("15m\t15 minutes", "1h\t1 hour", "6h\t6 hours", "24h\t24 hours, the maximum"),
		answer.Write:      words("env\t.env", "nexmo\t.nexmorc and .nexmo-app, with the API secret", "vonage\t.vonagerc, with the API secret"),
		answer.Capability: words(client.Capabilities()...),
		answer.OpenKey:    words("repair\tmake it private", "use\tuse it as is"),
		"api-host":        words(client.DefaultHost),
		"addr":            usualAddress,

		// Files.
		"dir":        folders,
		"out":        folders,
		"users-from": filesNamed("csv"),
		"profile":    filesNamed("toml", "json"),
		"public-key": filesNamed("pem", "pub", "key"),
		"debug":      orFiles(words()),
		"sdk":        filesNamed("js"),

		// What only the person knows.
		answer.DisplayName: words(),
		answer.EventURL:    words(),
		answer.Webhooks:    words(),
		"allow-origin":     words(),
		"allow-host":       words("host.docker.internal"),
		"fault":            words(),
		"latency":          words(),
		"skew":             words(),
		"pause":            words(),
	}
}

func registerCompletions(cmd *cobra.Command, rows map[string]cobra.CompletionFunc) {
	cmd.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		row, ok := rows[flag.Name]
		if !ok {
			return
		}
		if flag.Value.Type() == "stringSlice" {
			row = afterComma(row)
		}
		_ = cmd.RegisterFlagCompletionFunc(flag.Name, row) // fails only for a flag that is not there
	})
	for _, child := range cmd.Commands() {
		registerCompletions(child, rows)
	}
}

// refuseUnknownShells makes credwiz completion fail for an unknown shell; Cobra's own shows help and exits with 0.
// The command is created here, because Cobra would create it too late to inherit root's output.
func refuseUnknownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion, _, _ := root.Find([]string{"completion"})
	completion.Short = "Print completions for your shell"
	completion.Args, completion.DisableFlagsInUseLine = cobra.ArbitraryArgs, true
	completion.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return fmt.Errorf("no completions for %q: choose bash, zsh, fish, or powershell", args[0])
	}
}

// words offers fixed choices; a description follows a tab.
func words(choices ...cobra.Completion) cobra.CompletionFunc {
	return cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder)
}

func usualAddress(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{cmd.Flags().Lookup("addr").DefValue + "\tthe usual one", "127.0.0.1:0\tany that is free"},
		cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// orFiles offers files where row has no match.
func orFiles(row cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		offers, directive := row(cmd, args, begun)
		fits := func(offer cobra.Completion) bool { return strings.HasPrefix(offer, begun) }
		if !slices.ContainsFunc(offers, fits) {
			offers = nil
		}
		return offers, directive &^ cobra.ShellCompDirectiveNoFileComp
	}
}

// afterComma completes the last of several comma-separated values, without those already given.
func afterComma(row cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		at := strings.LastIndex(begun, ",") + 1
		given := strings.Split(begun[:at], ",")
		offers, directive := row(cmd, args, begun[at:])
		var left []cobra.Completion
		for _, offer := range offers {
			if word, _, _ := strings.Cut(offer, "\t"); !slices.Contains(given, word) {
				left = append(left, begun[:at]+offer)
			}
		}
		return left, directive | cobra.ShellCompDirectiveNoSpace
	}
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func filesNamed(extensions ...cobra.Completion) cobra.CompletionFunc {
	return cobra.FixedCompletions(extensions, cobra.ShellCompDirectiveFilterFileExt)
}

type offer struct{ value, about string }

// fromJournal offers what pick finds in the applications of the folder.
func fromJournal(pick func(*cobra.Command, []journal.Application) []offer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var lines []cobra.Completion
		seen := map[string]bool{"": true}
		for _, o := range pick(cmd, journalApplications(cmd)) {
			// Don't offer names that the shell would change on the way.
			if seen[o.value] || redact.Printable(o.value) != o.value || strings.TrimSpace(o.value) != o.value {
				continue
			}
			seen[o.value] = true
			lines = append(lines, cobra.CompletionWithDesc(o.value, redact.Printable(o.about)))
		}
		return lines, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// journalApplications returns the applications that cmd would find in --dir: of the sandbox only with --demo, and
// only of the same API.
func journalApplications(cmd *cobra.Command) []journal.Application {
	if cmd.Flags().Lookup("dir") == nil {
		return nil
	}
	value := func(flag string) string {
		if f := cmd.Flags().Lookup(flag); f != nil {
			return f.Value.String()
		}
		return ""
	}
	dir, demo := value("dir"), value("demo")
	if dir == "" && demo == "true" {
		return nil // it gets a new folder
	}
	host, err := client.ParseHost(value("api-host"))
	return slices.DeleteFunc(journal.ApplicationsIn(cmp.Or(dir, ".")), func(app journal.Application) bool {
		if app.Sandbox || demo == "true" {
			return demo != "" && app.Sandbox != (demo == "true")
		}
		return err == nil && app.APIHost != host.String()
	})
}

func users(cmd *cobra.Command, apps []journal.Application) []offer {
	var offers []offer
	id := cmd.Flags().Lookup(answer.AppID)
	for _, app := range apps {
		if id != nil && id.Changed && app.ID != id.Value.String() {
			continue
		}
		for _, user := range app.Users {
			if user.ID == "" {
				continue
			}
			about := "of " + app.Name
			if user.DisplayName != "" {
				about = user.DisplayName + ", " + about
			}
			offers = append(offers, offer{user.Name, about})
		}
	}
	return offers
}

func each(of func(journal.Application) offer) func(*cobra.Command, []journal.Application) []offer {
	return func(_ *cobra.Command, apps []journal.Application) (offers []offer) {
		for _, app := range apps {
			offers = append(offers, of(app))
		}
		return offers
	}
}

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

// completions says what the shell offers after each flag that takes a value, by the flag's name, whichever command has
// it. A new flag needs a row here, which a test asks for. A flag that takes several values between commas needs no more.
//
// Names and ids come from the journal of the folder. Nothing is asked of the API: completing must be at once, must not
// need the account's secret, and must not leave a trace.
func completions() map[string]cobra.CompletionFunc {
	return map[string]cobra.CompletionFunc{
		// What was made or used in the folder.
		answer.User:    noted(users),
		answer.AppID:   noted(applicationIDs),
		answer.AppName: noted(applicationNames),
		answer.APIKey:  noted(accounts),
		answer.KeyFile: orFiles(noted(keyFiles)),

		// Words.
		answer.ACL:        orFiles(words("client-sdk\tall that the Client SDK uses", "tutorial\tthe nine paths of the tutorial")),
		answer.Expires:    words("15m\t15 minutes", "1h\t1 hour", "6h\t6 hours", "24h\t24 hours, the limit"),
		answer.Write:      words("env\t.env", "nexmo\t.nexmorc and .nexmo-app, with the API secret", "vonage\t.vonagerc, with the API secret"),
		answer.Capability: words(client.Capabilities()...),
		answer.OpenKey:    words("repair\tmake it private", "use\tuse it as it is"),
		"api-host":        words(client.DefaultHost),
		"addr":            words("127.0.0.1:4010\tthe usual one", "127.0.0.1:0\tany that is free"),

		// Files.
		"dir":        folders,
		"out":        folders,
		"users-from": filesNamed("csv"),
		"profile":    filesNamed("toml", "json"),
		"public-key": filesNamed("pem", "pub", "key"),
		"debug":      orFiles(words()),

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

// complete gives each flag of cmd and of the commands below it what completions has for it, and nothing to those that
// take no value.
func complete(cmd *cobra.Command, rows map[string]cobra.CompletionFunc) {
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
		complete(child, rows)
	}
}

// nameShells has credwiz completion refuse a shell that it knows nothing of. Cobra's own command shows its help then, and
// ends as if all were well. It is made here, and not by Cobra a little later, because it keeps the output that root has.
func nameShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Args, cmd.DisableFlagsInUseLine = cobra.ArbitraryArgs, true
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return fmt.Errorf("there are no completions for %q: choose bash, zsh, fish or powershell", args[0])
		}
	}
}

// words offers the same each time. A description comes after a tab.
func words(choices ...cobra.Completion) cobra.CompletionFunc {
	return cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder)
}

// orFiles is row, and files where it has nothing that fits.
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

// afterComma offers what row has for the last of several values, but for those that are given already.
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

// offer is a name or an id, and what tells it from others.
type offer struct{ value, about string }

// noted offers what pick finds in the applications of the folder.
func noted(pick func(*cobra.Command, []journal.Application) []offer) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var lines []cobra.Completion
		seen := map[string]bool{"": true}
		for _, o := range pick(cmd, notedHere(cmd)) {
			// What would not arrive in the command as it is in the journal is better not offered.
			if seen[o.value] || redact.Printable(o.value) != o.value || strings.TrimSpace(o.value) != o.value {
				continue
			}
			seen[o.value] = true
			lines = append(lines, cobra.CompletionWithDesc(o.value, redact.Printable(o.about)))
		}
		return lines, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// notedHere are the applications that the command would find in the folder of --dir: those of the sandbox only for
// --demo, and those of another API not at all, if the command knows such flags. Without --dir it looks in no folder.
func notedHere(cmd *cobra.Command) []journal.Application {
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

// users are those that exist, as far as was noted: of the application that --app-id names, if it names one.
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

func applicationIDs(_ *cobra.Command, apps []journal.Application) []offer {
	var offers []offer
	for _, app := range apps {
		offers = append(offers, offer{app.ID, app.Name})
	}
	return offers
}

// applicationNames are useful though --app-name creates: the same name goes on with what was begun.
func applicationNames(_ *cobra.Command, apps []journal.Application) []offer {
	var offers []offer
	for _, app := range apps {
		offers = append(offers, offer{app.Name, app.ID})
	}
	return offers
}

func accounts(_ *cobra.Command, apps []journal.Application) []offer {
	var offers []offer
	for _, app := range apps {
		offers = append(offers, offer{app.APIKey, "the account of " + app.Name})
	}
	return offers
}

func keyFiles(_ *cobra.Command, apps []journal.Application) []offer {
	var offers []offer
	for _, app := range apps {
		offers = append(offers, offer{app.KeyFile, "of " + app.Name})
	}
	return offers
}

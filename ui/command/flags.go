package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/source"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// knownAnswers collects what needs no question: from flags, standard input, the environment, the profile, and files,
// in this order.
func (c console) knownAnswers(cmd *cobra.Command, o wizardOptions, profile source.Profile, host string) (source.Suggestions, error) {
	account := noSuggestions()
	var found source.Suggestions
	if !o.demo {
		found = c.suggestions(o, host)
		account = source.Suggestions{Known: profile.Known, Secrets: found.Secrets}
	}
	// Also for a demo, so that no child process inherits them; but the sandbox must not get real credentials.
	accountFromEnvironment(account)
	for _, secret := range account.Secrets {
		c.redactor.Hide(redact.NewSecret(secret.Value))
	}
	c.redactor.Hide(redact.NewSecret(account.Known[answer.APISecret].Value))
	known, err := c.flagAnswers(cmd, o, profile)
	if err != nil {
		return source.Suggestions{}, err
	}
	if found.Known == nil {
		found.Known = map[string]answer.Known{}
	}
	maps.Copy(found.Known, known)
	return found, nil
}

func (o wizardOptions) readProfile(ctx context.Context) (source.Profile, error) {
	if o.profile == "" {
		return source.Profile{Known: map[string]answer.Known{}}, nil
	}
	return source.ReadProfile(ctx, o.profile)
}

// host is the API's, from the flag, the profile or the folder's journal, in this order.
func (o wizardOptions) host(cmd *cobra.Command, profile source.Profile) (*url.URL, task.HostOrigin, error) {
	text, from := o.apiHost, task.HostOrigin{}
	switch {
	case cmd.Flags().Changed("api-host"):
	case profile.APIHost != "":
		text, from.File = profile.APIHost, o.profile
	case !o.demo:
		text, from = recordedHost(cmp.Or(o.dir, "."))
	}
	host, err := client.ParseHost(text)
	if err != nil {
		return nil, from, fmt.Errorf("%s: %w", cmp.Or(from.File, "--api-host"), err)
	}
	return host, from, nil
}

// recordedHost is where the folder's latest application is that credwiz hasn't deleted and that isn't a demo's.
func recordedHost(dir string) (string, task.HostOrigin) {
	for _, app := range journal.ApplicationsIn(dir) {
		switch {
		case app.Sandbox:
		case cmp.Or(app.APIHost, client.DefaultHost) == client.DefaultHost:
			return client.DefaultHost, task.HostOrigin{}
		default:
			return app.APIHost, task.HostOrigin{File: filepath.Join(dir, workdir.JournalFile), APIKey: app.APIKey}
		}
	}
	return client.DefaultHost, task.HostOrigin{}
}

// suggestions are what other tools' files say, if a person confirms it.
func (c console) suggestions(o wizardOptions, host string) source.Suggestions {
	if !o.yes && !c.asksQuestions(o) {
		return noSuggestions()
	}
	home, _ := os.UserHomeDir() // without a home there are no files in it
	sources := source.Sources{Folder: cmp.Or(o.dir, "."), Home: home, APIHost: host}
	if u, err := client.ParseHost(host); err == nil && client.IsVonage(u) {
		sources.Sandbox.APIKey = sandbox.DefaultAPIKey
	}
	return sources.Suggest()
}

func (c console) flagAnswers(cmd *cobra.Command, o wizardOptions, profile source.Profile) (map[string]answer.Known, error) {
	if cmd.Flags().Changed("dir") && o.dir == "" {
		return nil, errors.New("--dir: it is empty; use . for this folder")
	}
	if cmd.Flags().Changed(answer.AppName) && cmd.Flags().Changed(answer.AppID) {
		return nil, errors.New("--app-name creates an application and --app-id uses an existing one: choose one")
	}
	known := maps.Clone(profile.Known)
	for name, other := range map[string]string{answer.AppName: answer.AppID, answer.AppID: answer.AppName} {
		if cmd.Flags().Changed(name) {
			delete(known, other)
		}
	}
	for _, name := range []string{
		answer.APIKey, answer.AppName, answer.AppID, answer.EventURL, answer.Webhooks, answer.KeyFile, answer.OpenKey,
		answer.DisplayName, answer.Expires, answer.ACL,
	} {
		if flag := cmd.Flags().Lookup(name); flag.Changed {
			known[name] = answer.Known{Value: flag.Value.String(), Source: "--" + name}
		}
	}
	names, err := cmd.Flags().GetStringArray(answer.User)
	for _, name := range append(names, known[answer.AppName].Value, known[answer.DisplayName].Value) {
		if err := answer.CheckSeen(name); err != nil {
			return nil, fmt.Errorf("“%s”: %w", redact.Printable(name), err)
		}
	}
	if err == nil && len(names) == 1 {
		known[answer.User] = answer.Known{Value: names[0], Source: "--" + answer.User, Whole: true}
	}
	for _, name := range []string{answer.Write, answer.Capability} {
		if kinds, err := cmd.Flags().GetStringSlice(name); err == nil && cmd.Flags().Changed(name) {
			known[name] = answer.Known{Value: strings.Join(kinds, ","), Source: "--" + name}
		}
	}
	addSwitches(cmd, known)
	if cmd.Flags().Changed("api-host") || cmd.Flags().Changed(answer.APIKey) {
		known[answer.Account] = answer.Known{Value: answer.AccountVonage, Source: "--api-host"}
	}
	// A profile holds the ACL itself: it must not name a file on another person's machine.
	if acl := known[answer.ACL]; acl.Source == "--"+answer.ACL {
		value, err := readACL(cmd.Context(), acl.Value)
		if err != nil {
			return nil, err
		}
		known[answer.ACL] = answer.Known{Value: value, Source: acl.Source}
	}
	if o.secretStdin {
		secret, err := c.readSecret(cmd.Context())
		if err != nil {
			return nil, err
		}
		c.redactor.Hide(redact.NewSecret(secret))
		known[answer.APISecret] = answer.Known{Value: secret, Source: "--api-secret-stdin"}
	}
	return known, nil
}

// addSwitches adds the answers of flags that take no value.
func addSwitches(cmd *cobra.Command, known map[string]answer.Known) {
	for _, f := range []struct{ flag, key, value string }{
		{answer.Key, answer.Key, answer.Yes},
		{answer.Add, answer.Add, answer.Yes},
		{answer.NewApp, answer.NewApp, answer.Yes},
		{answer.ExistingUser, answer.ExistingUser, answer.Yes},
		{answer.TrustHost, answer.TrustHost, answer.Yes},
		{answer.AcceptSkew, answer.AcceptSkew, answer.Yes},
		{"fresh", answer.Resume, answer.No},
		{"renew-key", answer.Key, answer.RenewKey},
		{"save-key", answer.Key, answer.SaveKey},
	} {
		if on, err := cmd.Flags().GetBool(f.flag); err == nil && on {
			known[f.key] = answer.Known{Value: f.value, Source: "--" + f.flag}
		}
	}
}

// readSecret reads a line of standard input, without echo at a terminal.
func (c console) readSecret(ctx context.Context) (string, error) {
	if isTerminal(c.in) {
		return c.askSecret(ctx, "API secret")
	}
	line, err := workdir.ReadLine(ctx, c.in, workdir.MaxSecret)
	if err != nil {
		return "", fmt.Errorf("--api-secret-stdin: %w", err)
	}
	secret := answer.CleanToken(line)
	if secret == "" {
		return "", errors.New("--api-secret-stdin: no secret on standard input")
	}
	return secret, nil
}

// askSecret returns an exit code as its error: it has reported what happened.
func (c console) askSecret(ctx context.Context, label string) (string, error) {
	secret, err := c.ask(ctx, answer.Field{
		Key: answer.APISecret, Flag: "--api-secret-stdin", Secret: true, Clean: answer.CleanToken,
		Label: label, Hint: "hidden as you type",
	})
	switch {
	case ctx.Err() != nil:
		return "", c.leave(context.Cause(ctx), leaving{done: true})
	case err != nil:
		return "", c.fail(err)
	}
	return secret, nil
}

// accountFromEnvironment takes the account's variables, Vonage's before Nexmo's. A secret belongs to the key of its
// own family; one without a key is for whichever is used. The variables are unset, so that no child process inherits
// them; /proc still shows them, which is why there is harden.
func accountFromEnvironment(into source.Suggestions) {
	var keys, alone []answer.Known
	for _, family := range []string{"VONAGE", "NEXMO"} {
		key, secret := takeVariable(family+"_API_KEY"), takeVariable(family+"_API_SECRET")
		belongs := answer.CleanToken(key.Value)
		if key.Value != "" {
			keys = append(keys, key)
		}
		switch earlier, taken := into.Secrets[belongs]; {
		case secret.Value == "":
		case key.Value == "":
			alone = append(alone, secret)
		case !taken || earlier.Suggested:
			into.Secrets[belongs] = secret
		}
	}
	if len(keys) > 0 {
		into.Known[answer.APIKey] = keys[0]
	}
	if len(alone) == 0 {
		return
	}
	if paired := into.Secrets[answer.CleanToken(into.Known[answer.APIKey].Value)]; len(keys) == 0 || paired.Value == "" || paired.Suggested {
		into.Known[answer.APISecret] = alone[0]
	}
}

func noSuggestions() source.Suggestions {
	return source.Suggestions{Known: map[string]answer.Known{}, Secrets: map[string]answer.Known{}}
}

func takeVariable(name string) answer.Known {
	value := os.Getenv(name)
	_ = os.Unsetenv(name)
	return answer.Known{Value: value, Source: name}
}

// readACL returns the content of an ACL file; a name or JSON is returned unchanged.
func readACL(ctx context.Context, value string) (string, error) {
	if answer.CleanLine(value) == "" || value == "client-sdk" || value == "tutorial" || strings.HasPrefix(strings.TrimSpace(value), "{") {
		return value, nil
	}
	text, err := workdir.ReadFile(ctx, value, workdir.MaxText)
	if err != nil {
		return "", fmt.Errorf("--acl: use client-sdk, tutorial, JSON, or a readable file: %s: %w", redact.Printable(value), err)
	}
	return text, nil
}

package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps/answer"
	"credwiz/steps/source"
	"credwiz/steps/workdir"
	"credwiz/ui/plain"
)

// known collects what is known before anybody is asked: from flags, standard input, the environment, the profile, and
// files of the folder and the home, the first of them before the others.
func (c console) known(cmd *cobra.Command, o options, profile source.Profile, host string) (source.Suggestions, error) {
	account := source.Suggestions{Known: map[string]answer.Known{}, Secrets: map[string]answer.Known{}}
	var found source.Suggestions
	if !o.demo {
		found = c.suggestions(o, host)
		account = source.Suggestions{Known: profile.Known, Secrets: found.Secrets}
	}
	// Taken for a demo too, so that no child process has them; but real credentials are not for the sandbox.
	accountFromEnvironment(account.Known, account.Secrets)
	for _, secret := range account.Secrets {
		c.redactor.Hide(redact.NewSecret(secret.Value))
	}
	c.redactor.Hide(redact.NewSecret(account.Known[answer.APISecret].Value))
	known, err := c.given(cmd, o, profile)
	if err != nil {
		return source.Suggestions{}, err
	}
	if found.Known == nil {
		found.Known = map[string]answer.Known{}
	}
	maps.Copy(found.Known, known)
	return found, nil
}

// readProfile reads the leader's profile, if there is one.
func (o options) readProfile(ctx context.Context) (source.Profile, error) {
	if o.profile == "" {
		return source.Profile{Known: map[string]answer.Known{}}, nil
	}
	return source.ReadProfile(ctx, o.profile)
}

// suggestions are what files say that were made for something else, if somebody is there to see them.
func (c console) suggestions(o options, host string) source.Suggestions {
	none := source.Suggestions{Known: map[string]answer.Known{}, Secrets: map[string]answer.Known{}}
	if !c.asks(o) {
		return none
	}
	home, _ := os.UserHomeDir() // without a home there are no files in it
	return source.Sources{
		Folder: cmp.Or(o.dir, "."), Home: home, APIHost: host,
		Sandbox: client.Credentials{APIKey: sandbox.DefaultAPIKey},
	}.Suggest()
}

// given collects the answers that somebody meant for this run.
func (c console) given(cmd *cobra.Command, o options, profile source.Profile) (map[string]answer.Known, error) {
	if cmd.Flags().Changed("dir") && o.dir == "" {
		return nil, errors.New("--dir: it is empty; a dot is this folder")
	}
	if cmd.Flags().Changed(answer.AppName) && cmd.Flags().Changed(answer.AppID) {
		return nil, errors.New("--app-name creates an application, --app-id uses one that exists: give one of them")
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
	for name, yes := range map[string]bool{
		answer.Key: o.reuseKey, answer.Add: o.addMissing, answer.NewApp: o.newApp, answer.ExistingUser: o.reuseUser,
		answer.TrustHost: o.trustHost, answer.AcceptSkew: o.acceptSkew,
	} {
		if yes {
			known[name] = answer.Known{Value: answer.Yes, Source: "--" + name}
		}
	}
	if o.fresh {
		known[answer.Resume] = answer.Known{Value: answer.No, Source: "--fresh"}
	}
	if o.renewKey {
		known[answer.Key] = answer.Known{Value: answer.RenewKey, Source: "--renew-key"}
	}
	if o.saveKey {
		known[answer.Key] = answer.Known{Value: answer.SaveKey, Source: "--save-key"}
	}
	if cmd.Flags().Changed("api-host") || profile.APIHost != "" || cmd.Flags().Changed(answer.APIKey) {
		known[answer.Account] = answer.Known{Value: answer.AccountVonage, Source: "--api-host"}
	}
	// A profile holds the ACL itself: it must not choose what is read on somebody else's machine.
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

// readSecret reads the first line of standard input. At a terminal it asks, and shows nothing of what is typed.
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
		return "", errors.New("--api-secret-stdin: there is no secret on standard input")
	}
	return secret, nil
}

// askSecret asks for a secret at a terminal. The error is an exit code: what happened is told.
func (c console) askSecret(ctx context.Context, label string) (string, error) {
	ask := c.asker()
	secret, err := plain.Ask(ctx, ask, c.err, answer.Field{
		Key: answer.APISecret, Flag: "--api-secret-stdin", Secret: true, Clean: answer.CleanToken,
		Label: label, Hint: "it stays hidden",
	}, c.lines())
	switch {
	case ctx.Err() != nil:
		return "", c.fail(context.Cause(ctx), false, true)
	case err != nil:
		return "", c.fail(err, false, false)
	}
	return secret, nil
}

// accountFromEnvironment takes the account's variables, Vonage's before Nexmo's. A secret belongs to the key of its own
// family; one that came without a key is for whichever is used. The variables are unset then, so that no child process
// has them. What the process was started with stays in its memory all the same, where /proc shows it; harden closes that
// to all but root.
func accountFromEnvironment(known, secrets map[string]answer.Known) {
	var keys, alone []answer.Known
	for _, family := range []string{"VONAGE", "NEXMO"} {
		key, secret := takeVariable(family+"_API_KEY"), takeVariable(family+"_API_SECRET")
		belongs := answer.CleanToken(key.Value)
		if key.Value != "" {
			keys = append(keys, key)
		}
		switch earlier, taken := secrets[belongs]; {
		case secret.Value == "":
		case key.Value == "":
			alone = append(alone, secret)
		case !taken || earlier.Suggested:
			secrets[belongs] = secret
		}
	}
	if len(keys) > 0 {
		known[answer.APIKey] = keys[0]
	}
	if len(alone) > 0 && (len(keys) == 0 || secrets[answer.CleanToken(keys[0].Value)].Value == "" ||
		secrets[answer.CleanToken(keys[0].Value)].Suggested) {
		known[answer.APISecret] = alone[0]
	}
}

func takeVariable(name string) answer.Known {
	value := os.Getenv(name)
	_ = os.Unsetenv(name)
	return answer.Known{Value: value, Source: name}
}

// readACL reads an ACL's file; a name or JSON is itself.
func readACL(ctx context.Context, value string) (string, error) {
	if answer.CleanLine(value) == "" || value == "client-sdk" || value == "tutorial" || strings.HasPrefix(strings.TrimSpace(value), "{") {
		return value, nil
	}
	text, err := workdir.ReadFile(ctx, value, workdir.MaxText)
	if err != nil {
		return "", fmt.Errorf("--acl: neither client-sdk, tutorial, JSON nor a file that can be read: %s: %w", redact.Printable(value), err)
	}
	return text, nil
}

package command

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"credwiz/client"
	"credwiz/steps"

	"github.com/spf13/cobra"
)

// known collects the answers from flags, from the environment, and the secret from standard input.
func (c console) known(cmd *cobra.Command, o options) (map[string]steps.Known, error) {
	if cmd.Flags().Changed("dir") && o.dir == "" {
		return nil, errors.New("--dir: it is empty; a dot is this folder")
	}
	if cmd.Flags().Changed(steps.AnswerAppName) && cmd.Flags().Changed(steps.AnswerAppID) {
		return nil, errors.New("--app-name creates an application, --app-id uses one that exists: give one of them")
	}
	known := map[string]steps.Known{}
	fromEnvironment(known, steps.AnswerAPIKey, "VONAGE_API_KEY", "NEXMO_API_KEY")
	fromEnvironment(known, steps.AnswerAPISecret, "VONAGE_API_SECRET", "NEXMO_API_SECRET")
	c.redactor.Hide(client.NewSecret(known[steps.AnswerAPISecret].Value))
	if o.demo {
		// Real credentials are not for the sandbox.
		clear(known)
	}
	for _, name := range []string{
		steps.AnswerAPIKey, steps.AnswerAppName, steps.AnswerAppID, steps.AnswerEventURL, steps.AnswerKeyFile, steps.AnswerOpenKey,
		steps.AnswerUser, steps.AnswerDisplayName, steps.AnswerExpires, steps.AnswerACL,
	} {
		if flag := cmd.Flags().Lookup(name); flag.Changed {
			known[name] = steps.Known{Value: flag.Value.String(), Source: "--" + name}
		}
	}
	for name, yes := range map[string]bool{
		steps.AnswerKey: o.reuseKey, steps.AnswerNewApp: o.newApp, steps.AnswerExistingUser: o.reuseUser,
		steps.AnswerTrustHost: o.trustHost, steps.AnswerAcceptSkew: o.acceptSkew,
	} {
		if yes {
			known[name] = steps.Known{Value: steps.Yes, Source: "--" + name}
		}
	}
	if cmd.Flags().Changed("api-host") || cmd.Flags().Changed(steps.AnswerAPIKey) {
		known[steps.AnswerAccount] = steps.Known{Value: steps.AccountVonage, Source: "--api-host"}
	}
	if acl, ok := known[steps.AnswerACL]; ok {
		value, err := readACL(acl.Value)
		if err != nil {
			return nil, err
		}
		known[steps.AnswerACL] = steps.Known{Value: value, Source: acl.Source}
	}
	if o.secretStdin {
		secret, err := readSecret(c.in)
		if err != nil {
			return nil, err
		}
		c.redactor.Hide(client.NewSecret(secret))
		known[steps.AnswerAPISecret] = steps.Known{Value: secret, Source: "--api-secret-stdin"}
	}
	return known, nil
}

// readSecret reads the first line of standard input.
func readSecret(in io.Reader) (string, error) {
	const longest = 4 << 10
	line, err := bufio.NewReader(io.LimitReader(in, longest)).ReadString('\n')
	secret := steps.CleanToken(line)
	if err != nil && !errors.Is(err, io.EOF) || secret == "" {
		return "", errors.New("--api-secret-stdin: there is no secret on standard input")
	}
	return secret, nil
}

// fromEnvironment takes the first of the variables that is set. They are unset then, so that no child process has them.
// What the process was started with stays in its memory all the same, where /proc shows it; harden closes that to all but
// root.
func fromEnvironment(known map[string]steps.Known, key string, names ...string) {
	for _, name := range names {
		value := os.Getenv(name)
		_ = os.Unsetenv(name)
		if _, ok := known[key]; value != "" && !ok {
			known[key] = steps.Known{Value: value, Source: name}
		}
	}
}

// readACL reads an ACL's file; a name or JSON is itself.
func readACL(value string) (string, error) {
	if value == "client-sdk" || value == "tutorial" || strings.HasPrefix(strings.TrimSpace(value), "{") {
		return value, nil
	}
	text, err := os.ReadFile(filepath.Clean(value))
	if err != nil {
		return "", fmt.Errorf("--acl: neither client-sdk, tutorial, JSON nor a file that can be read: %w", err)
	}
	return string(text), nil
}

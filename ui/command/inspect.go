package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/inspect"
	"credwiz/steps/output"
	"credwiz/steps/source"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

type inspectOptions struct {
	dir, keyFile, publicKey          string
	apiKey, apiHost                  string
	online, secretStdin, json, trust bool
	hostFrom                         task.HostOrigin
}

func (c console) inspectCommand() *cobra.Command {
	var o inspectOptions
	cmd := &cobra.Command{
		Use:   "inspect [TOKEN|-]",
		Short: "Explain a token and what's wrong with it",
		Long: `Explain a token (a JWT): whether the Client SDK can log in with it, what's wrong
with it and how to fix that, and what it contains. Nothing is changed.

Without TOKEN, credwiz reads standard input if it's piped, or VONAGE_JWT in the
folder's .env. Use - to read standard input: other processes can see arguments,
and your shell saves them in its history.

The signature is checked with the private keys in the folder, or with
--public-key. With --online, credwiz also asks the API for the application's
public key, the user, and the time.

Exit status: 0 if no problem was found, 1 if Vonage will refuse the token, 2 for
a usage error, 4 or 5 if the API couldn't be asked.`,
		Example: `  credwiz inspect
  pbpaste | credwiz inspect -
  credwiz inspect --online --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%s takes one token, not %d arguments", cmd.CommandPath(), len(args))
			}
			return nil
		},
		ValidArgs: []cobra.Completion{"-\tread standard input"},
		RunE: func(cmd *cobra.Command, args []string) error {
			harden()
			return c.inspect(cmd, args, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "look for keys and the token in `DIR`")
	f.StringVar(&o.keyFile, answer.KeyFile, "", "check with the private key in `FILE`")
	f.StringVar(&o.publicKey, "public-key", "", "check with the public key in `FILE` (PEM)")
	f.BoolVar(&o.online, "online", false, "also check the application and user")
	f.StringVar(&o.apiKey, answer.APIKey, "", "with --online: your API `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "with --online: read the secret from stdin")
	f.StringVar(&o.apiHost, "api-host", client.DefaultHost, "with --online: API `URL`")
	f.BoolVar(&o.trust, answer.TrustHost, false, "send your key and secret to a non-Vonage host")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	for _, other := range []string{"online", answer.KeyFile} {
		mutuallyExclusive(cmd, "public-key", other, "both name the key to check with: choose one")
	}
	return cmd
}

func (c console) inspect(cmd *cobra.Command, args []string, o inspectOptions) error {
	for _, name := range []string{answer.APIKey, "api-secret-stdin", "api-host", answer.TrustHost} {
		if cmd.Flags().Changed(name) && !o.online {
			return fmt.Errorf("--%s needs --online", name)
		}
	}
	account := noSuggestions()
	accountFromEnvironment(account)
	folder, err := existingFolder(o.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	found, err := c.findToken(cmd.Context(), args, o, folder)
	if err != nil {
		return err
	}
	evidence, err := inspect.Gather(folder, o.keyFile)
	if err != nil {
		return c.fail(err)
	}
	if o.publicKey != "" {
		if evidence.Keys, err = readPublicKey(cmd.Context(), o.publicKey); err != nil {
			return err
		}
	}
	evidence.Now, evidence.OfDotenv, evidence.Online = c.now(), found.fromDotenv, o.online
	reading := jwt.Read(found.token)
	var problem error
	if o.online {
		noted, from := evidence.Host(reading)
		if noted != "" && !cmd.Flags().Changed("api-host") {
			o.apiHost, o.hostFrom = noted, from
			o.hostFrom.Only = true // another one is for the token of another account
		}
		creds, err := c.credentials(cmd.Context(), o, account, from.APIKey)
		if err != nil {
			return err
		}
		evidence, problem, err = c.askAPI(cmd.Context(), evidence, reading, creds, folder, o)
		switch {
		case err != nil:
			return err
		case problem != nil && advice.For(problem).Kind == advice.Usage, cmd.Context().Err() != nil:
			return c.fail(problem) // nothing was asked, so there is no verdict
		}
	}
	inspection := inspect.Inspect(reading, evidence)
	inspection.Source = found.source
	if err := c.print(o.json, inspection, explanation(inspection, c.look(c.out))); err != nil {
		return err
	}
	switch {
	case problem != nil:
		return c.fail(problem)
	case inspection.State == inspect.Rejected || inspection.State == inspect.NoToken:
		return exit(exitFailed)
	}
	return nil
}

func existingFolder(dir string) (*workdir.Dir, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("--dir: folder %q not found", dir)
	}
	folder, err := workdir.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("--dir: %w", err)
	}
	return folder, nil
}

type foundToken struct {
	token      redact.Secret
	source     string // in words
	fromDotenv bool   // it is the one in the folder's .env
}

func (c console) findToken(ctx context.Context, args []string, o inspectOptions, folder *workdir.Dir) (foundToken, error) {
	switch {
	case len(args) == 1 && args[0] != "-":
		return foundToken{token: redact.NewSecret(args[0]), source: "the command line"}, nil
	case len(args) == 0 && (isTerminal(c.in) || o.secretStdin):
		return dotenvToken(folder)
	case o.secretStdin:
		return foundToken{}, errors.New("standard input can't be both the token and the secret: set VONAGE_API_SECRET")
	}
	if isTerminal(c.in) {
		c.say("Paste the token, then press enter and ctrl+d.")
	}
	text, err := workdir.ReadStream(ctx, c.in, workdir.MaxText)
	if err != nil {
		return foundToken{}, fmt.Errorf("standard input: %w", err)
	}
	token := redact.NewSecret(text)
	if len(args) == 0 && jwt.Read(token).Shape == jwt.EmptyText {
		return dotenvToken(folder) // a script without input
	}
	return foundToken{token: token, source: "standard input"}, nil
}

func dotenvToken(folder *workdir.Dir) (foundToken, error) {
	token, path := output.DotenvToken(folder), folder.Path(".env")
	if token.IsZero() {
		var foreign *workdir.OwnerError
		if _, err := folder.Read(".env"); errors.As(err, &foreign) {
			return foundToken{}, err
		}
		return foundToken{}, fmt.Errorf("no VONAGE_JWT in %s: pipe the token to credwiz inspect -", path)
	}
	return foundToken{token: token, source: "VONAGE_JWT in " + redact.Printable(path), fromDotenv: true}, nil
}

func readPublicKey(ctx context.Context, path string) ([]inspect.KnownKey, error) {
	text, err := workdir.ReadFile(ctx, path, workdir.MaxText)
	var key inspect.KnownKey
	var binary *dotfile.TextError
	switch {
	case err == nil:
		key, err = inspect.PublicKey(path, []byte(text))
	case errors.As(err, &binary):
		err = errors.New("not PEM; convert DER with openssl pkey -pubin -inform DER -in FILE")
	}
	if err != nil {
		return nil, fmt.Errorf("--public-key: %s: %w", redact.Printable(path), err)
	}
	return []inspect.KnownKey{key}, nil
}

// credentials come from flags and the environment, or the key is the recorded one. No file may supply a secret unseen.
func (c console) credentials(ctx context.Context, o inspectOptions, given source.Suggestions, recorded string) (client.Credentials, error) {
	key := cmp.Or(o.apiKey, answer.CleanToken(given.Known[answer.APIKey].Value), recorded)
	secret := cmp.Or(given.Secrets[key].Value, given.Known[answer.APISecret].Value)
	flag := steps.Env{Secrets: given.Secrets}.SecretFlag(key)
	var err error
	switch {
	case key == "":
		err = errors.New("--online needs your API key (VONAGE_API_KEY or --api-key) and secret (" + flag + ")")
	case o.secretStdin:
		secret, err = c.readSecret(ctx)
	case secret == "" && c.interactive():
		secret, err = c.askSecret(ctx, "API secret of account "+redact.Printable(key))
	case secret == "":
		err = errors.New("--online needs your API secret: use " + flag)
	}
	if err != nil {
		return client.Credentials{}, err
	}
	creds := client.Credentials{APIKey: key, APISecret: redact.NewSecret(answer.CleanToken(secret))}
	creds.HideIn(c.redactor)
	return creds, nil
}

// askAPI returns a problem with the API with the evidence, so that the rest is still explained; err is a usage error.
func (c console) askAPI(ctx context.Context, e inspect.Evidence, r jwt.Reading, creds client.Credentials, folder *workdir.Dir,
	o inspectOptions) (evidence inspect.Evidence, problem, err error) {
	host, err := client.ParseHost(o.apiHost)
	if err != nil {
		return e, nil, fmt.Errorf("--api-host, or the host saved here: %w", err)
	}
	e.APIHost = host.String()
	env := c.env()
	env.HostFrom = o.hostFrom
	place := workdir.Place{API: c.client(host), Folder: folder}
	problem = c.withHostConsent(ctx, o.trust, func(a answer.Answers) (err error) {
		evidence, err = e.Ask(ctx, env, place, creds, a, r)
		return err
	})
	return evidence, problem, nil
}

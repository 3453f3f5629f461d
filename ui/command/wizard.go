package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/plain"
	"credwiz/ui/screen"
)

type wizardOptions struct {
	demo, noInput, plain, json  bool
	yes, step, printToken       bool
	secretStdin                 bool
	reuseKey, reuseUser, newApp bool
	addMissing                  bool
	renewKey, saveKey, fresh    bool
	noLogin                     bool
	trustHost, acceptSkew       bool
	apiHost, dir, profile       string
	mask, fixed                 bool
	pause                       time.Duration
	sandboxFlags
	debug          string // the file of the log
	usersFrom, out string
	csv, version   bool
}

func (c console) wizardCommand() *cobra.Command {
	var o wizardOptions
	root := &cobra.Command{
		Use:   "credwiz",
		Short: "From nothing to a working Vonage Client SDK login",
		Long: `credwiz takes you from nothing to a working Vonage Client SDK login, in one guided run:
it checks your API key, creates an application with its key pair, creates a user, and
signs a token (a JWT) for that user.

  credwiz --demo     try it in the built-in sandbox: no account, no network
  credwiz            do it for real

A secret is never a flag's value, because the whole machine can see those. The API secret
comes from the prompt, from VONAGE_API_SECRET, or with --api-secret-stdin from standard input.`,
		Example: `  credwiz --demo --no-input --app-name "My App" --user alice --expires 1h --json
  credwiz --api-key abcd1234 --app-name "My App" --user alice`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.version {
				_, err := io.WriteString(c.out, "credwiz "+version()+"\n")
				return err
			}
			harden()
			log, err := c.openLog(o.debug)
			if err != nil {
				return err
			}
			defer log.close()
			return c.guarded(log.Logger, func() error { return c.wizard(cmd, o, log.Logger) })
		},
	}
	o.addFlags(root)
	mutuallyExclusive(root, "yes", "step", "contradict each other")
	return root
}

func (o *wizardOptions) addFlags(root *cobra.Command) {
	f := root.Flags()
	f.SortFlags = false
	f.BoolVar(&o.demo, "demo", false, "use the built-in practice sandbox: no account, no network")
	f.StringVar(&o.dir, "dir", "", "keep the files in `DIR` (default: this folder; with --demo a new temporary one)")
	f.String(answer.APIKey, "", "the account's API `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "read the API secret from standard input; nothing else is asked then, unless that is a terminal")
	f.String(answer.AppName, "", "create an application with this `NAME`")
	f.String(answer.AppID, "", "use the application with this `ID`, whose private key is the key file")
	f.String(answer.EventURL, "", "send the application's rtc events to `URL`")
	f.StringSlice(answer.Capability, nil, "make the application capable of `KINDS` beside rtc: voice, messages, video, verify")
	f.String(answer.Webhooks, "", "the base `URL` of the webhooks of --capability (default https://example.com/webhooks, a placeholder)")
	f.BoolVar(&o.addMissing, answer.Add, false, "give an application that exists rtc and what --capability names, if it lacks them")
	f.String(answer.KeyFile, "", "keep the private key in `FILE` (default private.key)")
	f.BoolVar(&o.reuseKey, answer.Key, false, "use the private key that is there already")
	f.String(answer.OpenKey, "", "if others can read the private key: make it private, or use it as it is (`repair|use`)")
	f.BoolVar(&o.newApp, answer.NewApp, false, "if the key here no longer fits its application, create a new application with it")
	f.BoolVar(&o.saveKey, "save-key", false, "save the key of --app-id as a file, if it is in .env or a file of Vonage's tools")
	f.BoolVar(&o.renewKey, "renew-key", false, "give the application of --app-id a new key; tokens of its old one stop working")
	f.BoolVar(&o.fresh, "fresh", false, "ignore an earlier, unfinished run: create a new application with a new key")
	f.StringArray(answer.User, nil, "create a user with this `NAME` (repeatable)")
	f.StringVar(&o.usersFrom, "users-from", "", "create the users in `FILE`, which is CSV with the columns name and display_name; - is standard input, with --no-input")
	f.StringVar(&o.out, "out", "", "with several users: write a .env for each into `DIR` (default: users, in the folder; none with --json or --csv)")
	f.BoolVar(&o.csv, "csv", false, "with several users: print names, ids, tokens and errors as CSV")
	f.String(answer.DisplayName, "", "the `NAME` that other people see")
	f.BoolVar(&o.reuseUser, answer.ExistingUser, false, "use the user if it exists already")
	f.String(answer.Expires, "", "how long the token lives: a `TIME` like 15m, 90m, 24h (default 24h)")
	f.String(answer.ACL, "", "what the token may reach: an `ACL`, which is client-sdk, tutorial, a file or JSON (default client-sdk)")
	f.StringSlice(answer.Write, nil, "write `KINDS` of files: env (.env), nexmo (.nexmorc, .nexmo-app), vonage (.vonagerc); the latter two have the API secret in them (default env)")
	f.StringVar(&o.profile, "profile", "", "nexts in `FILE`, TOML or JSON; flags and environment variables override it; no secret may be in it")
	f.BoolVar(&o.yes, "yes", false, "accept every suggestion without asking")
	f.BoolVar(&o.noInput, "no-input", false, "ask nothing: every answer is a flag, or the run fails before it does anything")
	f.BoolVar(&o.plain, "plain", false, "ask line by line, for screen readers and simple terminals (also ACCESSIBLE=1)")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.BoolVar(&o.printToken, "print-token", false, "print the whole token on a terminal too")
	f.BoolVar(&o.step, "step", false, "wait for Enter after each step")
	f.BoolVar(&o.mask, "mask", false, "for presenters: show no key and no token, larger spacing, a pause after each call")
	f.DurationVar(&o.pause, "pause", presenterPause, "with --mask: the `TIME` that each result stands before the next call")
	f.BoolVar(&o.fixed, "fixed", false, "with --demo: the same clock, ids and keys every time, for recordings")
	f.StringVar(&o.apiHost, "api-host", client.DefaultHost, "the API's base `URL`")
	f.BoolVar(&o.trustHost, answer.TrustHost, false, "send the API key and secret to a host that is not Vonage's: that of --api-host or --profile")
	f.BoolVar(&o.acceptSkew, answer.AcceptSkew, false, "continue with Vonage's time though this computer's is far from it")
	f.BoolVar(&o.noLogin, "no-login", false, "do not prove the token by logging in with it once")
	f.StringVar(&o.debug, "debug", "", "write what the wizard does to `FILE`, as JSON lines without secrets, queries or bodies")
	o.add(root, 300*time.Millisecond)
	// Cobra's own flag needs the text at every start, and its template links all of text/template.
	f.BoolVarP(&o.version, "version", "v", false, "print the version, with its commit and date")
}

const presenterPause = 700 * time.Millisecond

// wizard runs the steps, and prints what exists even if they fail.
func (c console) wizard(cmd *cobra.Command, o wizardOptions, log *slog.Logger) error {
	env, targets, err := c.wizardEnv(cmd, o, log)
	if err != nil {
		return err
	}
	defer func() {
		if kept := targets.close(); kept != "" {
			c.say("Not deleted: " + kept + ". It has files that credwiz did not create.")
		}
	}()
	if err := steps.CheckKnown(env); err != nil {
		return c.leave(err, o.demo, false)
	}
	session, err := c.frontEnd(cmd.Context(), env, o)
	c.printResult(cmd.Root(), env, session, o, err == nil)
	if err != nil {
		err = c.leave(err, o.demo || session.Place.Sandbox, len(session.Files) > 0 && !session.Token.JWT.IsZero())
		if o.renewKey && session.Application.Exists && session.Key.Made {
			c.say("The application has its new key already: leave --renew-key out next time.")
		}
		return err
	}
	return c.reportFailedUsers(session)
}

// wizardEnv builds what the steps need of the flags. Close the targets after use.
func (c console) wizardEnv(cmd *cobra.Command, o wizardOptions, log *slog.Logger) (steps.Env, *targets, error) {
	fail := func(err error) (steps.Env, *targets, error) { return steps.Env{}, nil, err }
	profile, err := o.readProfile(cmd.Context())
	if err != nil {
		return fail(err)
	}
	var hostFrom task.HostOrigin
	if profile.APIHost != "" && !cmd.Flags().Changed("api-host") {
		o.apiHost, hostFrom.File = profile.APIHost, o.profile
	}
	host, err := client.ParseHost(o.apiHost)
	if err != nil {
		return fail(fmt.Errorf("--api-host: %w", err)) // the profile's was checked on reading
	}
	users, err := c.roster(cmd, o)
	if err != nil {
		return fail(err)
	}
	if err := c.checkFlagRules(cmd, o, profile, len(users)); err != nil {
		return fail(err)
	}
	found, err := c.knownAnswers(cmd, o, profile, host.String())
	if err != nil {
		return fail(err)
	}
	config, err := o.sandboxConfig()
	if err != nil {
		return fail(err)
	}
	system := c.system(o.fixed)
	c.now = system.now
	targets := &targets{dir: o.dir, config: config, system: system, connect: c.client, observer: logCalls(log)}
	targets.account = targets.client(host)
	asks := c.asksQuestions(o)
	env := steps.Env{
		Demo: o.demo, Yes: o.yes, Step: asks && (o.step || o.mask), Temporary: o.dir == "",
		Mask: o.mask, NoToken: isTerminal(c.out) && !o.printToken, NoLogin: o.noLogin, Printed: o.json || o.csv, Unasked: c.whyUnasked(o),
		Host: host.Host, HostFrom: hostFrom, Account: targets.account, Open: targets.open,
		SandboxPair: client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)},
		Known:       found.Known, Secrets: found.Secrets, Notes: found.Notes, Roster: users, Out: o.out,
		Now: system.now, NewID: system.newID, Random: system.random, Keys: c.keySource(system),
		Log: log, Redactor: c.redactor,
	}
	if !o.demo && (asks || o.yes) {
		env.Earlier = steps.FindEarlier(cmp.Or(o.dir, "."), host.String())
	}
	if o.mask {
		env.Pause = o.pause
	}
	return env, targets, nil
}

func (c console) keySource(s system) *steps.KeySource {
	return steps.NewKeySource(func() (*jwt.Key, error) {
		key, err := s.keys()
		if err == nil {
			key.HideIn(c.redactor)
		}
		return key, err
	})
}

// reportFailedUsers returns exit code 6 if some users of several were not created.
func (c console) reportFailedUsers(session steps.Session) error {
	failed := session.AllFailed()
	if len(failed) == 0 {
		return nil
	}
	next := "Run credwiz again in the same folder: it goes on with the others."
	if !slices.ContainsFunc(failed, func(m steps.FailedUser) bool { return !m.Taken }) {
		next = "The names of the others are taken: --reuse-user takes those who exist."
	}
	c.say(session.ReadyUsers() + ". " + next)
	return exit(exitPartial)
}

func (c console) frontEnd(ctx context.Context, env steps.Env, o wizardOptions) (steps.Session, error) {
	switch {
	case !c.asksQuestions(o):
		// Lines only: a prompt would be held back until its line ends.
		lines := c.redactor.Writer(c.err)
		defer func() { _ = lines.Close() }()
		return plain.Run(ctx, plain.Input{}, lines, env, c.look(c.err))
	case o.plain || wantsLines() || !c.interactive():
		return plain.Run(ctx, c.input(), c.err, env, c.look(c.err))
	}
	for _, note := range env.Notes {
		c.say(note) // seen before the screens, and again below them
	}
	// While the key pair is made, one goroutine is always busy, and Bubble Tea's waits in system calls each hold a
	// thread slot for up to 10 ms (sysmon, runtime/proc.go). With fewer than three, a key pressed meanwhile is drawn
	// after 40 to 70 ms.
	const turns = 3
	runtime.GOMAXPROCS(max(turns, runtime.GOMAXPROCS(0)))
	env.Brief = true
	out, _ := file(c.err)
	look := terminalLook()
	look.Still = c.pictures != nil
	return screen.Run(ctx, screen.Terminal{In: c.in, Out: out, Jobs: c.jobs}, env, look, c.clipboard())
}

func (c console) interactive() bool { return isTerminal(c.in) && isTerminal(c.err) }

// asksQuestions reports whether there is anyone, or any line of --plain, to answer. Standard input cannot hold both
// the secret and answers.
func (c console) asksQuestions(o wizardOptions) bool {
	return !o.noInput && !o.yes && (!o.secretStdin || isTerminal(c.in)) && (c.interactive() || o.plain)
}

func (c console) whyUnasked(o wizardOptions) string {
	switch {
	case o.yes:
		return "of --yes, which has no suggestion for these"
	case o.noInput:
		return "of --no-input"
	case o.secretStdin:
		return "standard input has the API secret"
	case !isTerminal(c.in):
		return "standard input is not a terminal"
	case !isTerminal(c.err):
		return "standard error is not a terminal"
	}
	return ""
}

package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
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

// options are the flags of the wizard.
type options struct {
	demo, noInput, plain, json  bool
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
	var o options
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
	f.BoolVar(&o.newApp, answer.NewApp, false, "if the key here no longer fits its application, make a new application with it")
	f.BoolVar(&o.saveKey, "save-key", false, "save the key of --app-id as a file, if it is in .env or a file of Vonage's tools")
	f.BoolVar(&o.renewKey, "renew-key", false, "give the application of --app-id a new key; tokens of its old one stop working")
	f.BoolVar(&o.fresh, "fresh", false, "ignore an earlier, unfinished run: make a new application with a new key")
	f.StringArray(answer.User, nil, "create a user with this `NAME` (repeatable)")
	f.StringVar(&o.usersFrom, "users-from", "", "create the users in `FILE`, which is CSV with the columns name and display_name; - is standard input, with --no-input")
	f.StringVar(&o.out, "out", "", "with several users: write a .env for each into `DIR` (default: users, in the folder; none with --json or --csv)")
	f.BoolVar(&o.csv, "csv", false, "with several users: print names, ids, tokens and errors as CSV")
	f.String(answer.DisplayName, "", "the `NAME` that other people see")
	f.BoolVar(&o.reuseUser, answer.ExistingUser, false, "use the user if it exists already")
	f.String(answer.Expires, "", "how long the token lives: a `TIME` like 15m, 90m, 24h (default 24h)")
	f.String(answer.ACL, "", "what the token may reach: an `ACL`, which is client-sdk, tutorial, a file or JSON (default client-sdk)")
	f.StringSlice(answer.Write, nil, "write `KINDS` of files: env (.env), nexmo (.nexmorc, .nexmo-app), vonage (.vonagerc); the latter two have the API secret in them (default env)")
	f.StringVar(&o.profile, "profile", "", "take the answers in `FILE`, TOML or JSON; flags and environment variables override it; no secret may be in it")
	f.BoolVar(&o.noInput, "no-input", false, "ask nothing: every answer is a flag, or the run fails before it does anything")
	f.BoolVar(&o.plain, "plain", false, "ask line by line, for screen readers and simple terminals (also ACCESSIBLE=1)")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.BoolVar(&o.mask, "mask", false, "for presenters: show no key and no token, larger spacing, a pause after each call")
	f.DurationVar(&o.pause, "pause", presenterPause, "with --mask: the `TIME` that each result stands before the next call")
	f.BoolVar(&o.fixed, "fixed", false, "with --demo: the same clock, ids and keys every time, for recordings")
	f.StringVar(&o.apiHost, "api-host", client.DefaultHost, "the API's base `URL`")
	f.BoolVar(&o.trustHost, answer.TrustHost, false, "send the API key and secret to a host that is not Vonage's: that of --api-host or --profile")
	f.BoolVar(&o.acceptSkew, answer.AcceptSkew, false, "go on by the API's clock though this computer's is far from it")
	f.BoolVar(&o.noLogin, "no-login", false, "do not prove the token by logging in with it once")
	f.StringVar(&o.debug, "debug", "", "write what the wizard does to `FILE`, as JSON lines without secrets, queries or bodies")
	o.add(root, 300*time.Millisecond)
	// Not Cobra's own: that one wants the text at every start, and a template would link all of text/template.
	f.BoolVarP(&o.version, "version", "v", false, "print the version, with its commit and date")
	return root
}

// presenterPause lets an audience read a line.
const presenterPause = 700 * time.Millisecond

// wizard runs the steps with the front end that suits the terminal, and tells what exists, whatever happens.
func (c console) wizard(cmd *cobra.Command, o options, log *slog.Logger) error {
	profile, err := o.readProfile(cmd.Context())
	if err != nil {
		return err
	}
	var hostFrom task.HostOrigin
	if profile.APIHost != "" && !cmd.Flags().Changed("api-host") {
		o.apiHost, hostFrom.File = profile.APIHost, o.profile
	}
	host, err := client.ParseHost(o.apiHost)
	if err != nil {
		return fmt.Errorf("--api-host: %w", err) // reading the profile has refused its own
	}
	users, err := c.roster(cmd, o)
	if err != nil {
		return err
	}
	if err := c.checkTogether(cmd, o, profile, len(users)); err != nil {
		return err
	}
	found, err := c.known(cmd, o, profile, host.String())
	if err != nil {
		return err
	}
	practice, err := o.config()
	if err != nil {
		return err
	}
	world := c.world(o.fixed)
	c.now = world.now
	places := &places{dir: o.dir, practice: practice, world: world, connect: c.client, observer: logCalls(log)}
	places.account = places.client(host)
	defer places.close()
	env := steps.Env{
		Demo:        o.demo,
		Host:        host.Host,
		HostFrom:    hostFrom,
		Account:     places.account,
		Open:        places.open,
		SandboxPair: client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)},
		Known:       found.Known,
		Secrets:     found.Secrets,
		Notes:       found.Notes,
		Now:         world.now,
		NewID:       world.newID,
		Random:      world.random,
		Mask:        o.mask,
		Roster:      users,
		Out:         o.out,
		Printed:     o.json || o.csv,
		Unasked:     c.unasked(o),
		NoLogin:     o.noLogin,
		Log:         log,
		Redactor:    c.redactor,
		Keys: steps.NewKeySource(func() (*jwt.Key, error) {
			key, err := world.keys()
			if err == nil {
				key.HideIn(c.redactor)
			}
			return key, err
		}),
	}
	if !o.demo && c.asks(o) {
		env.Earlier = steps.FindEarlier(cmp.Or(o.dir, "."), host.String())
	}
	if o.mask {
		env.Pause = o.pause
	}
	if err := steps.CheckKnown(env); err != nil {
		return c.fail(err, o.demo, false)
	}
	session, err := c.frontEnd(cmd.Context(), env, o)
	c.tell(env, session, o)
	if err != nil {
		err = c.fail(err, o.demo || session.Place.Sandbox, len(session.Files) > 0 && !session.Token.JWT.IsZero())
		if o.renewKey && session.Application.Exists && session.Key.Made {
			c.say("The application has its new key already: leave --renew-key out next time.")
		}
		return err
	}
	if missed := session.AllFailed(); len(missed) > 0 {
		next := "Run credwiz again in the same folder: it goes on with the others."
		if !slices.ContainsFunc(missed, func(m steps.FailedUser) bool { return !m.Taken }) {
			next = "The names of the others are taken: --reuse-user takes those who exist."
		}
		c.say(session.ReadyUsers() + ". " + next)
		return exit(exitPartial)
	}
	return nil
}

// frontEnd chooses between screens for a person, lines for a person, and nobody.
func (c console) frontEnd(ctx context.Context, env steps.Env, o options) (steps.Session, error) {
	plain1 := o.plain || os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb"
	switch {
	case !c.asks(o):
		// Lines only: a prompt would be held back until its line ends.
		lines := c.redactor.Writer(c.err)
		defer func() { _ = lines.Close() }()
		return plain.Run(ctx, plain.Asker{}, lines, env, c.lines())
	case plain1 || !c.person():
		return plain.Run(ctx, c.asker(), c.err, env, c.lines())
	}
	for _, note := range env.Notes {
		c.say(note) // seen before the screens, and again below them
	}
	// While the key pair is made, one goroutine runs all the time, and Bubble Tea's wait in system calls, in which each
	// keeps its turn for up to 10 ms (sysmon, runtime/proc.go). With fewer than three turns, a key that is pressed
	// meanwhile is drawn after 70 ms on one processor, and after 40 on two.
	const turns = 3
	runtime.GOMAXPROCS(max(turns, runtime.GOMAXPROCS(0)))
	env.Brief = true
	screen1, _ := file(c.err) // it is one where a person sits
	style := look()
	style.Still = c.stage != nil
	return screen.Run(ctx, screen.Terminal{In: c.in, Out: screen1, Jobs: c.jobs}, env, style, c.clipboards())
}

// person reports whether somebody sits at a terminal.
func (c console) person() bool { return isTerminal(c.in) && isTerminal(c.err) }

// asks reports whether questions are asked: of a person, or of the lines that --plain reads. With the secret on standard
// input there is nothing left to answer them from, unless that is a terminal.
func (c console) asks(o options) bool {
	return !o.noInput && (!o.secretStdin || isTerminal(c.in)) && (c.person() || o.plain)
}

// unasked is why no questions are asked, if they are not.
func (c console) unasked(o options) string {
	switch {
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

// tell prints what exists: the receipt, or JSON. Nothing else ever goes to standard output.
func (c console) tell(env steps.Env, s steps.Session, o options) {
	// What goes to a file or another program is not on the screen.
	env.Mask = env.Mask && isTerminal(c.out)
	receipt := steps.Receipt(env, s)
	if receipt == "" {
		return
	}
	switch {
	case o.json:
		_ = c.writeJSON(steps.ResultOf(env, s))
		return
	case o.csv:
		_ = writeCSV(c.out, steps.ResultOf(env, s))
		return
	}
	if isTerminal(c.out) {
		receipt = look().Words(receipt)
	}
	_, _ = io.WriteString(c.out, receipt)
}

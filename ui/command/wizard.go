package command

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/resign"
	"credwiz/ui/plain"
	"credwiz/ui/screen"
)

type wizardOptions struct {
	demo, noInput, plain, json bool
	yes, step, printToken      bool
	secretStdin, noLogin       bool
	apiHost, dir, profile      string
	mask, fixed                bool
	pause                      time.Duration
	sandboxFlags
	debug          string // the file of the log
	usersFrom, out string
	csv, version   bool
	home           *resign.Home // what is set up in the folder; not a flag
}

func (c console) wizardCommand() *cobra.Command {
	var o wizardOptions
	root := &cobra.Command{
		Use:   "credwiz",
		Short: "Set up a working Vonage Client SDK login",
		Long: `credwiz sets up a working Vonage Client SDK login in one guided run. It checks
your API key, creates an application with a key pair, creates a user, and signs
a token (a JWT) for that user.

  credwiz --demo     try it in the built-in sandbox: no account, no network
  credwiz            use your Vonage account

The API secret is never a flag, because other processes can read those. Enter it
when prompted, set VONAGE_API_SECRET, or pipe it in with --api-secret-stdin.`,
		Example: `  credwiz --demo --yes
  credwiz --demo --no-input --app-name "My App" --user alice --json
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
	mutuallyExclusive(root, "yes", "step", "can't be used together")
	return root
}

func (o *wizardOptions) addFlags(root *cobra.Command) {
	f := root.Flags()
	o.addAnswers(f)
	f.StringVar(&o.dir, "dir", "", "keep files in `DIR` (default: this folder)")
	f.StringSlice(answer.Write, nil, "write `KINDS`: env, nexmo, vonage (default env)")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.BoolVar(&o.csv, "csv", false, "several users: print the result as CSV")
	f.BoolVar(&o.printToken, "print-token", false, "print the whole token on a terminal too")
	f.StringVar(&o.debug, "debug", "", "log to `FILE` as JSON lines, without secrets")
	inGroup(f, "Output")
	f.BoolVar(&o.yes, "yes", false, "accept every suggestion without asking")
	f.BoolVar(&o.noInput, "no-input", false, "never ask; fail if an answer is missing")
	f.BoolVar(&o.plain, "plain", false, "ask line by line, e.g. for screen readers")
	f.StringVar(&o.profile, "profile", "", "read answers from a TOML or JSON `FILE`")
	inGroup(f, "Questions")
	f.BoolVar(&o.demo, "demo", false, "use the built-in practice sandbox")
	f.BoolVar(&o.fixed, "fixed", false, "with --demo: same clock, IDs, and keys each run")
	o.add(root, 300*time.Millisecond)
	inGroup(f, "Practice")
	f.BoolVar(&o.step, "step", false, "wait for Enter after each step")
	f.BoolVar(&o.mask, "mask", false, "for presenters: --step, and hide secrets")
	f.DurationVar(&o.pause, "pause", steps.PresenterPause, "with --mask: pause `TIME` after each call")
	inGroup(f, "Presenting")
	// Cobra's own flag needs the text at every start, and its template links all of text/template.
	f.BoolVarP(&o.version, "version", "v", false, "print the version")
}

// addAnswers adds the flags that answer questions, by step.
func (o *wizardOptions) addAnswers(f *pflag.FlagSet) {
	f.String(answer.APIKey, "", "your account's API `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "read the API secret from standard input")
	f.StringVar(&o.apiHost, "api-host", client.DefaultHost, "base `URL` of the API")
	f.Bool(answer.TrustHost, false, "send your key and secret to a non-Vonage host")
	f.Bool(answer.AcceptSkew, false, "continue with Vonage's time if yours is wrong")
	inGroup(f, "Account")
	f.String(answer.AppName, "", "create an application called `NAME`")
	f.String(answer.AppID, "", "use the application with this `ID`")
	f.String(answer.EventURL, "", "send rtc events to `URL`")
	f.StringSlice(answer.Capability, nil, "add `KINDS`: voice, messages, video, verify")
	f.String(answer.Webhooks, "", "base `URL` of the webhooks of --capability")
	f.Bool(answer.Add, false, "add missing capabilities to the application")
	f.String(answer.KeyFile, "", "private key `FILE` (default private.key)")
	f.Bool(answer.Key, false, "use the existing private key")
	f.Bool("save-key", false, "save a key found in .env or a CLI config")
	f.Bool("renew-key", false, "replace the key: its old tokens stop working")
	f.String(answer.OpenKey, "", "`repair|use` a key that others can read")
	f.Bool(answer.NewApp, false, "create a new app if the key no longer matches")
	f.Bool("fresh", false, "start over: new application, new key")
	inGroup(f, "Application")
	f.StringArray(answer.User, nil, "create a user called `NAME` (repeatable)")
	f.String(answer.DisplayName, "", "`NAME` that other people see")
	f.Bool(answer.ExistingUser, false, "use the user if it already exists")
	f.StringVar(&o.usersFrom, "users-from", "", "create the users in a CSV `FILE`")
	f.StringVar(&o.out, "out", "", "several users: write their .env files to `DIR`")
	inGroup(f, "User")
	f.String(answer.Expires, "", "token lifetime: `TIME`, e.g. 90m (default 24h)")
	f.String(answer.ACL, "", "access: `ACL` name, file or JSON")
	f.BoolVar(&o.noLogin, "no-login", false, "skip the login test")
	inGroup(f, "Token")
}

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
		return c.leave(err, leaving{sandbox: o.demo})
	}
	if !o.demo && !choosesBeforehand(cmd) {
		home := resign.FindHome(cmp.Or(o.dir, "."), env.Account.Host().String())
		if home != nil && home.KeyLost {
			env.FolderWarning, home = home.LostKey(), nil
		}
		o.home = home
	}
	session, err := c.frontEnd(cmd.Context(), env, o)
	done := len(session.Files) > 0 && !session.Token.JWT.IsZero()
	c.printResult(cmd.Root(), env, session, o, err == nil || done)
	if err != nil {
		behind := leaving{
			sandbox: o.demo || session.Place.Sandbox,
			gone:    env.Temporary,
			done:    done,
		}
		switch begun := session.Key.Private != nil || session.Application.Exists; {
		case !begun && env.Earlier != nil:
			behind.again = env.Earlier.Command(o.dir, env.Repeated()...)
		case o.json || o.csv || !isTerminal(c.out): // else the receipt is seen, and says it
			behind.again = steps.Continuation(env, session)
		}
		err = c.leave(err, behind)
		if renew, _ := cmd.Flags().GetBool("renew-key"); renew && session.Application.Exists && session.Key.Made {
			c.say("The key is already replaced. Leave out --renew-key next time.")
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
	host, hostFrom, err := o.host(cmd, profile)
	if err != nil {
		return fail(err)
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
	if hostFrom.File != "" {
		found.Known[answer.Account] = answer.Known{Value: answer.AccountVonage, Source: hostFrom.File}
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
		Known:       found.Known, Secrets: found.Secrets, Notes: found.Notes, Roster: users, UsersFrom: o.usersFrom, Out: o.out,
		Now: system.now, NewID: system.newID, Random: system.random, Keys: c.keySource(system),
		Log: log, Redactor: c.redactor,
	}
	if !o.demo && (asks || o.yes) {
		env.Earlier = steps.FindEarlier(cmp.Or(o.dir, "."), host.String())
	}
	if !o.demo {
		env.Folder, env.FolderWarning = folderNamed(o.dir)
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
	next := "Run credwiz again in the same folder to continue with the others."
	if !slices.ContainsFunc(failed, func(m steps.FailedUser) bool { return !m.Taken }) {
		next = "The other names are taken. Use --reuse-user to use the existing users."
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
	// thread slot for up to 10 ms (sysmon, runtime/proc.go). With fewer than three, a key pressed during that time is drawn
	// after 40 to 70 ms.
	const turns = 3
	runtime.GOMAXPROCS(max(turns, runtime.GOMAXPROCS(0)))
	env.Brief = true
	out, _ := file(c.err)
	look := terminalLook()
	look.Still = c.pictures != nil
	return screen.Run(ctx, screen.Terminal{In: c.in, Out: out, Jobs: c.jobs}, env, look, screen.Tools{Clipboard: c.clipboard(), Browse: browser(), Serve: serveFromWizard(env), Home: o.home})
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

// choosesBeforehand reports whether a flag says what to do, so that a folder that is set up is not asked about.
func choosesBeforehand(cmd *cobra.Command) bool {
	return slices.ContainsFunc([]string{
		answer.APIKey, "api-secret-stdin", answer.AppName, answer.AppID, answer.KeyFile, answer.Key, answer.NewApp, "save-key", "renew-key", "fresh",
		answer.User, "users-from", answer.ExistingUser, "profile",
	}, cmd.Flags().Changed)
}

// folderNamed names the folder that files go into, and warns of the home folder.
func folderNamed(dir string) (name, warning string) {
	name, err := filepath.Abs(cmp.Or(dir, "."))
	home, _ := os.UserHomeDir()
	switch rest, in := strings.CutPrefix(name, home+string(filepath.Separator)); {
	case err != nil:
		return dir, ""
	case home != "" && name == home:
		return "~", "This is your home folder. To keep these files with your project, quit and start credwiz in its folder."
	case home != "" && in:
		return filepath.Join("~", rest), ""
	}
	return name, ""
}

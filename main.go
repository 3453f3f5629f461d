// Command credwiz takes a developer from nothing to a working Vonage Client SDK login: an API key that works, an
// application with its key pair, a user, and a token for that user.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/ui"
)

// The exit codes. A signal's are 128 and its number.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitOverwrite = 3 // a file is in the way
	exitRefused   = 4 // the credentials
	exitRemote    = 5 // the network, or the API
	exitSignal    = 128
)

func main() {
	ctx, stop := withSignals(context.Background())
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// signalError is the signal that ended the program.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string { return e.signal.String() }

// withSignals returns a context that the first signal ends, with a signalError as its cause. A second one ends the
// program: whatever still runs was asked before.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for sig := range signals {
			number, _ := sig.(syscall.Signal)
			if ctx.Err() != nil {
				os.Exit(exitSignal + int(number))
			}
			cancel(signalError{number})
		}
	}()
	return ctx, func() { signal.Stop(signals); close(signals) }
}

// options are the flags of the wizard.
type options struct {
	demo, noInput, plain, json bool
	secretStdin                bool
	reuseKey, reuseUser        bool
	apiHost, dir               string
	latency                    time.Duration
}

// console is where the program runs: its streams, and whether a person is there.
type console struct {
	in       *os.File
	out, err io.Writer
}

// run is the whole program but for the process around it. It returns the exit code.
func run(ctx context.Context, args []string, in *os.File, out, errs io.Writer) int {
	c := console{in: in, out: out, err: errs}
	code := exitDone
	root := command(func(cmd *cobra.Command, o options) error {
		var err error
		code, err = c.wizard(ctx, cmd, o)
		return err
	})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	if err := root.Execute(); err != nil {
		_, _ = fmt.Fprintf(errs, "credwiz: %s\nRun credwiz --help to see what there is.\n", client.Printable(err.Error()))
		return exitUsage
	}
	return code
}

func command(wizard func(*cobra.Command, options) error) *cobra.Command {
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
		Args:          cobra.NoArgs,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return wizard(cmd, o) },
	}
	root.SetVersionTemplate("credwiz {{.Version}}\n")
	f := root.Flags()
	f.SortFlags = false
	f.BoolVar(&o.demo, "demo", false, "use the built-in practice sandbox: no account, no network")
	f.StringVar(&o.dir, "dir", "", "keep the files in `DIR` (default: this folder; with --demo a new temporary one)")
	f.String(steps.AnswerAPIKey, "", "the account's API `KEY`")
	f.BoolVar(&o.secretStdin, "api-secret-stdin", false, "read the API secret from standard input")
	f.String(steps.AnswerAppName, "", "create an application with this `NAME`")
	f.String(steps.AnswerAppID, "", "use the application with this `ID`, whose private key is the key file")
	f.String(steps.AnswerEventURL, "", "send the application's rtc events to `URL`")
	f.String(steps.AnswerKeyFile, "", "keep the private key in `FILE` (default private.key)")
	f.BoolVar(&o.reuseKey, steps.AnswerKey, false, "use the private key that is there already")
	f.String(steps.AnswerUser, "", "create a user with this `NAME`")
	f.String(steps.AnswerDisplayName, "", "the `NAME` that other people see")
	f.BoolVar(&o.reuseUser, steps.AnswerExistingUser, false, "use the user if it exists already")
	f.String(steps.AnswerExpires, "", "how long the token lives, like 15m, 90m, 24h (default 24h)")
	f.String(steps.AnswerACL, "", "what the token may reach: client-sdk, tutorial, a file or JSON (default client-sdk)")
	f.BoolVar(&o.noInput, "no-input", false, "ask nothing: every answer is a flag, or the run fails before it does anything")
	f.BoolVar(&o.plain, "plain", false, "ask line by line, for screen readers and simple terminals (also ACCESSIBLE=1)")
	f.BoolVar(&o.json, "json", false, "print the result as JSON")
	f.StringVar(&o.apiHost, "api-host", client.DefaultHost, "the API's base `URL`")
	f.DurationVar(&o.latency, "latency", 300*time.Millisecond, "how long the sandbox takes for each answer")
	return root
}

// version is the module's version, if it was installed as one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "development (" + runtime.Version() + ")"
	}
	return info.Main.Version + " (" + runtime.Version() + ")"
}

// wizard runs the steps with the front end that suits the terminal, and tells what exists, whatever happens.
func (c console) wizard(ctx context.Context, cmd *cobra.Command, o options) (int, error) {
	host, err := client.ParseHost(o.apiHost)
	if err != nil {
		return 0, err
	}
	known, err := c.known(cmd, o)
	if err != nil {
		return 0, err
	}
	places := &places{demo: o.demo, dir: o.dir, latency: o.latency, account: client.New(client.Options{Host: host, UserAgent: userAgent()})}
	defer places.close()
	env := steps.Env{
		Demo:     o.demo,
		Host:     host.Host,
		Open:     places.open,
		Practice: client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: client.NewSecret(sandbox.DefaultAPISecret)},
		Known:    known,
		Now:      time.Now,
		NewID:    uuid.NewString,
		Keys:     steps.NewKeySource(client.GenerateKey),
	}
	if err := steps.CheckKnown(env); err != nil {
		return c.fail(err, o.demo), nil
	}
	session, err := c.frontEnd(ctx, env, o)
	c.tell(env, session, o)
	if err != nil {
		return c.fail(err, o.demo || session.Place.Practice), nil
	}
	return exitDone, nil
}

// frontEnd chooses between screens for a person, lines for a person, and nobody.
func (c console) frontEnd(ctx context.Context, env steps.Env, o options) (steps.Session, error) {
	plain := o.plain || os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb"
	// With the secret on standard input there is nothing left to answer questions from.
	person := isTerminal(c.in) && isTerminal(c.err) && !o.secretStdin
	switch {
	case o.noInput, !person && !o.plain, o.secretStdin:
		return ui.Plain(ctx, ui.Asker{}, c.err, env)
	case plain || !person:
		ask := ui.Asker{Lines: bufio.NewReader(c.in)}
		if isTerminal(c.in) {
			// Reading a secret turns the echo off; a signal must not leave it so.
			if state, err := term.GetState(c.in.Fd()); err == nil {
				defer func() { _ = term.Restore(c.in.Fd(), state) }()
			}
			ask.Secret = func() (string, error) {
				secret, err := term.ReadPassword(c.in.Fd())
				return string(secret), err
			}
		}
		return ui.Plain(ctx, ask, c.err, env)
	}
	return ui.Screens(ctx, c.in, c.err, env, ui.Look{ASCII: !utf8Locale(), NoColor: os.Getenv("NO_COLOR") != ""})
}

// tell prints what exists: the receipt, or JSON. Nothing else ever goes to standard output.
func (c console) tell(env steps.Env, s steps.Session, o options) {
	receipt := steps.Receipt(env, s)
	if receipt == "" {
		return
	}
	if o.json {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		_ = e.Encode(steps.ResultOf(s))
		return
	}
	_, _ = io.WriteString(c.out, receipt)
}

// fail says what happened and what to do, and returns the exit code.
func (c console) fail(err error, practice bool) int {
	var sig signalError
	var pending *ui.PendingError
	left := errors.Is(err, ui.ErrInterrupted) || errors.As(err, &sig)
	switch {
	case left && practice:
		c.say("credwiz was left before the end. Nothing is real in the practice sandbox, so nothing is left half done.")
	case errors.As(err, &pending):
		c.say("credwiz was left while " + pending.Call + " had no answer: what it creates may exist.")
		c.say("The private key is saved. Run credwiz in the same folder again, and it looks for it first.")
	case left:
		c.say("credwiz was left before the end. Run it in the same folder again to go on.")
	default:
		advice := steps.Advise(err)
		c.say(advice.What)
		c.say(advice.Do)
		return exitCode(advice.Kind)
	}
	if errors.As(err, &sig) {
		return exitSignal + int(sig.signal)
	}
	return exitSignal + int(syscall.SIGINT)
}

// say writes a sentence, broken between words if it is for a terminal.
func (c console) say(text string) {
	if f, ok := c.err.(*os.File); ok && isTerminal(c.err) {
		if width, _, err := term.GetSize(f.Fd()); err == nil && width > 0 {
			text = ansi.Wordwrap(text, width, "")
		}
	}
	_, _ = io.WriteString(c.err, text+"\n")
}

func exitCode(kind steps.Kind) int {
	switch kind {
	case steps.Usage:
		return exitUsage
	case steps.WouldOverwrite:
		return exitOverwrite
	case steps.Refused:
		return exitRefused
	case steps.Remote:
		return exitRemote
	case steps.Stopped:
		return exitSignal + int(syscall.SIGINT)
	case steps.Other:
	}
	return exitFailed
}

// known collects the answers from flags, from the environment, and the secret from standard input.
func (c console) known(cmd *cobra.Command, o options) (map[string]steps.Known, error) {
	known := map[string]steps.Known{}
	if !o.demo {
		// Real credentials are not for the sandbox.
		fromEnvironment(known, steps.AnswerAPIKey, "VONAGE_API_KEY", "NEXMO_API_KEY")
		fromEnvironment(known, steps.AnswerAPISecret, "VONAGE_API_SECRET", "NEXMO_API_SECRET")
	}
	for _, name := range []string{
		steps.AnswerAPIKey, steps.AnswerAppName, steps.AnswerAppID, steps.AnswerEventURL, steps.AnswerKeyFile,
		steps.AnswerUser, steps.AnswerDisplayName, steps.AnswerExpires, steps.AnswerACL,
	} {
		if flag := cmd.Flags().Lookup(name); flag.Changed {
			known[name] = steps.Known{Value: flag.Value.String(), Source: "--" + name}
		}
	}
	if o.reuseKey {
		known[steps.AnswerKey] = steps.Known{Value: steps.Yes, Source: "--" + steps.AnswerKey}
	}
	if o.reuseUser {
		known[steps.AnswerExistingUser] = steps.Known{Value: steps.Yes, Source: "--" + steps.AnswerExistingUser}
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
		const longest = 4 << 10
		line, err := bufio.NewReader(io.LimitReader(c.in, longest)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) || steps.CleanToken(line) == "" {
			return nil, errors.New("--api-secret-stdin: there is no secret on standard input")
		}
		known[steps.AnswerAPISecret] = steps.Known{Value: line, Source: "--api-secret-stdin"}
	}
	return known, nil
}

// fromEnvironment takes the first of the variables that is set. It is unset then, so that no child process has it.
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

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// utf8Locale reports whether the terminal shows more than ASCII. A locale that is not set says nothing, and nearly
// every terminal does.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(os.Getenv(name)); locale != "" {
			return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
		}
	}
	return true
}

// userAgent is of the form that Vonage's libraries have.
func userAgent() string {
	number, _, _ := strings.Cut(version(), " ")
	return "credwiz/" + number + " " + strings.Replace(runtime.Version(), "go", "go/", 1)
}

// places opens the account's place and the sandbox's, when they are asked for: the first screen waits for neither.
type places struct {
	demo    bool
	dir     string
	latency time.Duration
	account *client.Client

	server  *sandbox.Server
	opened  map[bool]steps.Place
	folders []*steps.Folder
}

func (p *places) open(practice bool) (steps.Place, error) {
	if place, ok := p.opened[practice]; ok {
		return place, nil
	}
	place := steps.Place{API: p.account, Practice: practice}
	dir := p.dir
	if practice {
		var err error
		if place.API, err = p.sandbox(); err != nil {
			return steps.Place{}, err
		}
		if dir == "" {
			if dir, err = os.MkdirTemp("", "credwiz-demo-"); err != nil {
				return steps.Place{}, err
			}
		}
	}
	if dir == "" {
		dir = "."
	}
	folder, err := steps.OpenFolder(dir)
	if err != nil {
		return steps.Place{}, err
	}
	place.Folder = folder
	p.folders = append(p.folders, folder)
	if p.opened == nil {
		p.opened = map[bool]steps.Place{}
	}
	p.opened[practice] = place
	return place, nil
}

// sandbox starts the server, once.
func (p *places) sandbox() (*client.Client, error) {
	if p.server == nil {
		server, err := sandbox.Start(sandbox.Config{Latency: p.latency})
		if err != nil {
			return nil, err
		}
		p.server = server
	}
	host, err := client.ParseHost(p.server.URL())
	if err != nil {
		return nil, err
	}
	return client.New(client.Options{Host: host, UserAgent: userAgent()}), nil
}

func (p *places) close() {
	for _, f := range p.folders {
		_ = f.Close()
	}
	if p.server != nil {
		_ = p.server.Close()
	}
}

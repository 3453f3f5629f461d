package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/serve"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

type serveOptions struct {
	dir, appID, addr, sdk                    string
	createUsers, allowRemote, jsonLog, trust bool
	allowOrigins, allowHosts                 []string
}

func (c console) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve tokens to your app while you develop it",
		Long: `Serve tokens to your app while you develop it. Your app asks for one each time
it logs in, as it will ask your own backend later: POST /token with
{"user":"alice"}. Tokens are signed with the private key in the folder and expire
after 15 minutes. GET /users lists the users.

The page logs in with the Client SDK for JavaScript. Open it in two tabs, and two
users can talk.

serve prints its address, then a line for each request, until Ctrl-C.

Exit status: 130 after Ctrl-C (128 plus the signal), 1 if it can't start, 2 for a
usage error.`,
		Example: `  credwiz serve
  credwiz serve --create-users --expires 1h
  credwiz serve --allow-remote`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.serve(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "use the folder `DIR`")
	f.StringVar(&o.appID, answer.AppID, "", "serve the application with this `ID`")
	f.StringVar(&o.addr, "addr", serve.DefaultAddr, "listen on `HOST:PORT`")
	f.String(answer.Expires, "15m", "token lifetime: `TIME`, e.g. 90m")
	f.String(answer.ACL, "", "access: `ACL` name, file or JSON")
	f.BoolVar(&o.createUsers, "create-users", false, "create users who don't exist yet")
	f.StringVar(&o.sdk, "sdk", "", "Client SDK for the page: `FILE-OR-URL`")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "let other machines in, with a code")
	f.StringArrayVar(&o.allowOrigins, "allow-origin", nil, "allow pages from `URL` (repeatable)")
	f.StringArrayVar(&o.allowHosts, "allow-host", nil, "answer to the host `NAME` too (repeatable)")
	f.BoolVar(&o.trust, answer.TrustHost, false, "send tokens to a non-Vonage host")
	f.String(answer.KeyFile, "", "sign with the private key in `FILE`")
	f.String(answer.OpenKey, "", "`repair|use` a key that others can read")
	f.BoolVar(&o.jsonLog, "json-log", false, "log each request as JSON")
	return cmd
}

func (c console) serve(cmd *cobra.Command, o serveOptions) error {
	options := serve.Options{
		Env: c.env(), CreateUsers: o.createUsers, AllowOrigins: o.allowOrigins, AllowHosts: o.allowHosts, AllowRemote: o.allowRemote,
		Observe: c.requestLogger(o.jsonLog), Report: c.warnings(),
	}
	answers, err := signingAnswers(cmd)
	if err != nil {
		return err
	}
	if err := options.Take(answers); err != nil {
		return c.fail(err)
	}
	folder, err := existingFolder(o.dir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	if options.SDK, err = serve.FindSDK(o.sdk, o.dir); err != nil {
		return c.fail(err)
	}
	app, err := serve.Application(folder, o.appID)
	if err != nil {
		return c.fail(err)
	}
	c.noteOtherApplication(folder, o.appID, app)
	place := workdir.Place{Folder: folder, Sandbox: app.Sandbox}
	runner := steps.NewRunner(options.Env, place, c.warnings())
	if options.Session, err = serve.Session(place, app, answers, runner); err != nil {
		return c.fail(err)
	}
	if app.Sandbox {
		restored, err := c.restoreSandbox(app, options.Session.Key)
		if err != nil {
			return c.fail(err)
		}
		defer func() { _ = restored.Close() }()
		app.APIHost = restored.URL()
	}
	if options.Session.Place.API, err = c.apiOf(cmd.Context(), o, app, folder); err != nil {
		return err
	}
	options.Session.Key.Private.HideIn(c.redactor)
	if o.allowRemote && !cmd.Flags().Changed("addr") {
		_, port, _ := net.SplitHostPort(serve.DefaultAddr)
		o.addr = ":" + port
	}
	return c.serveUntilEnd(cmd.Context(), o, options)
}

// noteOtherApplication says how to serve the application in .env, if that is another one than is served by default.
func (c console) noteOtherApplication(folder *workdir.Dir, asked string, served journal.Application) {
	id := output.DotenvValue(folder, output.DotenvAppID)
	if asked != "" || id == "" || id == served.ID {
		return
	}
	other, err := serve.Application(folder, id)
	if err != nil {
		return
	}
	c.say("Note: .env is for “" + redact.Printable(other.Name) + "”. This serves “" + redact.Printable(served.Name) +
		"”, the newest application here. To serve the other one:\n  " + folder.Target("").Command("serve", "--app-id", id))
}

// restoreSandbox starts a sandbox with an application of a demo, whose own sandbox has ended.
func (c console) restoreSandbox(app journal.Application, key workdir.Key) (*sandbox.Server, error) {
	server, err := sandbox.Start(sandbox.Config{APIKey: app.APIKey})
	if err != nil {
		return nil, err
	}
	var users []sandbox.User
	for _, u := range app.Users {
		if u.ID != "" {
			users = append(users, sandbox.User{ID: u.ID, Name: u.Name, DisplayName: u.DisplayName})
		}
	}
	err = server.Restore(sandbox.Application{ID: app.ID, Name: app.Name, PublicKey: key.Private.PublicPEM()}, users)
	if err != nil {
		_ = server.Close()
		return nil, err
	}
	c.say("This application is from a demo, so serve runs a practice sandbox for it. Messages are gone when it stops.")
	return server, nil
}

// apiOf returns the application's API, and whether it may be asked for users. That needs a yes if a file names a host
// that is not Vonage's; without one, a sandbox on this computer serves the page alone.
func (c console) apiOf(ctx context.Context, o serveOptions, app journal.Application, folder *workdir.Dir) (*client.Client, error) {
	host, err := client.ParseHost(cmp.Or(app.APIHost, client.DefaultHost))
	if err != nil {
		return nil, fmt.Errorf("the host recorded in %s: %w", folder.Path(workdir.JournalFile), err)
	}
	origin := task.HostOrigin{File: folder.Path(workdir.JournalFile), TokensOnly: true}
	check := func(a answer.Answers) error { return origin.Check(host, app.APIKey, a) }
	if err := c.withHostConsent(ctx, o.trust, check); err != nil {
		return nil, c.leave(err, leaving{done: ctx.Err() != nil})
	}
	return c.client(host), nil
}

func (c console) serveUntilEnd(ctx context.Context, o serveOptions, options serve.Options) error {
	server, err := serve.Start(ctx, o.addr, options)
	if err != nil {
		return c.listenFailed("server", err)
	}
	app := options.Session.Application
	_, _ = fmt.Fprintf(c.out, "Application  %s (%s)\nUsers        %s\nPage         %s\nTokens       POST %s/token\n",
		redact.Printable(app.Name), app.ID, cmp.Or(server.UserNames(), "none yet"), server.Address(), server.URL())
	if c.outputError() != nil {
		return server.Close() // without its address it is of no use
	}
	if o.allowRemote {
		c.showRemote(server, o.addr)
	}
	how := `For a token, send {"user":"NAME"} as JSON to POST /token`
	if o.allowRemote {
		how += ", with the header Authorization: Bearer CODE"
	}
	c.say(how + ".")
	c.say("On the page, users log in and talk, one in each tab. It uses the Client SDK from\n  " + options.SDK.String())
	c.say("Press Ctrl-C to stop.")
	return serveUntilSignal(ctx, server)
}

// showRemote says how another machine gets in.
func (c console) showRemote(server *serve.Server, addr string) {
	address := server.Address()
	if host, _, _ := net.SplitHostPort(addr); host == "" || net.ParseIP(host).IsUnspecified() {
		address = server.AddressAt(ownURL(server.URL()))
	}
	c.say("Warning: other machines can reach this server, and get tokens with the code in this address. It is new each time. " +
		"Nothing is encrypted on the way, so use a network that you trust.")
	_, _ = fmt.Fprintf(c.err, "\n  %s\n\n", address)
	if f, ok := file(c.err); ok && isTerminal(c.err) {
		size := tty.WindowSize(f, windowOfEnvironment())
		lines, _ := style.QRCode(style.NewTheme(c.err, c.look(c.err)), address, size.Columns, size.Rows)
		_, _ = io.WriteString(c.err, strings.Join(append(lines, ""), "\n")) // without room, the address is enough
	}
}

// ownURL is the URL of a server on all addresses, as other machines reach it: with the first private address, if there
// is one.
func ownURL(loopback string) string {
	u, err := url.Parse(loopback)
	addresses, listErr := net.InterfaceAddrs()
	if err != nil || listErr != nil {
		return loopback
	}
	for _, a := range addresses {
		if network, ok := a.(*net.IPNet); ok && network.IP.To4() != nil && network.IP.IsPrivate() {
			u.Host = net.JoinHostPort(network.IP.String(), u.Port())
			return u.String()
		}
	}
	return loopback
}

// serveFromWizard serves an application as long as the wizard runs, once, on the usual address, or on any other if that
// is taken.
func serveFromWizard(env steps.Env) func(context.Context, steps.Session) (string, error) {
	var mu sync.Mutex
	served := map[string]string{} // the addresses by the application's ID
	return func(ctx context.Context, s steps.Session) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if address := served[s.Application.ID]; address != "" {
			return address, nil
		}
		err := s.MayCall(env, steps.Given(env))
		if err != nil {
			return "", err
		}
		options := serve.Options{Env: env, Session: s}
		if options.SDK, err = serve.FindSDK("", s.Place.Folder.Given()); err != nil {
			return "", err
		}
		server, err := serve.Start(ctx, serve.DefaultAddr, options)
		if err != nil {
			server, err = serve.Start(ctx, "127.0.0.1:0", options)
		}
		if err != nil {
			return "", err
		}
		served[s.Application.ID] = server.Address()
		return server.Address(), nil
	}
}

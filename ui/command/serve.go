package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
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
		Short: "Serve tokens to the app that you develop, and a page that logs in with them",
		Long: `serve is the backend that an app in development lacks. Your app asks it for a token each time that it
logs in, as it will ask your own backend later: POST /token with {"user":"alice"}. Tokens are signed
here, with the private key in the folder, and live for 15 minutes. GET /users lists the users.

Its page logs in with the Client SDK for JavaScript. Open it in two tabs, and two users talk.

It prints its address, then a line for each request, until Ctrl-C. It ends with the code of the signal,
130 for Ctrl-C; 1 if it cannot be started, 2 for wrong usage.`,
		Example: `  credwiz serve
  credwiz serve --create-users --expires 1h
  credwiz serve --allow-remote`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.guarded(slog.New(slog.DiscardHandler), func() error { return c.serve(cmd, o) })
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.dir, "dir", ".", "the folder that credwiz was run in: `DIR`")
	f.StringVar(&o.appID, answer.AppID, "", "serve the application with this `ID` (default the current one)")
	f.StringVar(&o.addr, "addr", serve.DefaultAddr, "listen on `HOST:PORT`; port 0 takes a free one")
	f.String(answer.Expires, "15m", "how long a token lives: a `TIME` like 15m, 90m, 24h")
	f.String(answer.ACL, "", "what a token may reach: an `ACL`, which is client-sdk, tutorial, a file or JSON (default client-sdk)")
	f.BoolVar(&o.createUsers, "create-users", false, "create a user who does not exist yet when a token is asked for")
	f.StringVar(&o.sdk, "sdk", "", "use the Client SDK in `FILE-OR-URL` on the page (default that of the folder's node_modules,\nor else version 2.3.1 from a CDN)")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "allow other machines, such as your phone, which then need a code")
	f.StringArrayVar(&o.allowOrigins, "allow-origin", nil,
		"let a page from `URL` use it in a browser; pages of this computer may anyway\n(repeatable)")
	f.StringArrayVar(&o.allowHosts, "allow-host", nil,
		"answer to `NAME` as well, such as host.docker.internal; addresses and localhost\nit knows anyway (repeatable)")
	f.BoolVar(&o.trust, answer.TrustHost, false, "send tokens to the host that is noted here, though it is not Vonage's")
	f.String(answer.KeyFile, "", "sign with the private key in `FILE` of that folder (default the one that credwiz noted)")
	f.String(answer.OpenKey, "", "if others can read that key: make it private, or use it as it is (`repair|use`)")
	f.BoolVar(&o.jsonLog, "json-log", false, "log each request as JSON")
	return cmd
}

func (c console) serve(cmd *cobra.Command, o serveOptions) error {
	options := serve.Options{
		Env: c.env(), CreateUsers: o.createUsers, AllowOrigins: o.allowOrigins, AllowHosts: o.allowHosts, AllowRemote: o.allowRemote,
		Observe: c.requestLogger(o.jsonLog), Report: c.warnings(),
	}
	answers := answer.Answers{}
	for _, name := range []string{answer.Expires, answer.ACL, answer.KeyFile, answer.OpenKey} {
		answers = answers.With(name, answer.CleanLine(cmd.Flags().Lookup(name).Value.String()))
	}
	acl, err := readACL(cmd.Context(), cmd.Flags().Lookup(answer.ACL).Value.String())
	if err != nil {
		return err
	}
	if err := options.Take(answers.With(answer.ACL, acl)); err != nil {
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
	if options.Session.Place.API, options.Online, err = c.apiOf(cmd.Context(), o, app, folder); err != nil {
		return err
	}
	options.Session.Key.Private.HideIn(c.redactor)
	if o.allowRemote && !cmd.Flags().Changed("addr") {
		_, port, _ := net.SplitHostPort(serve.DefaultAddr)
		o.addr = ":" + port
	}
	return c.serveUntilEnd(cmd.Context(), o, options)
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
	c.say("This application was made in the practice sandbox, so it is served with one. What is said in it is gone at the end.")
	return server, nil
}

// apiOf returns the application's API, and whether it may be asked for users. That needs a yes if a file names a host
// that is not Vonage's; without one, a sandbox on this computer serves the page alone.
func (c console) apiOf(ctx context.Context, o serveOptions, app journal.Application, folder *workdir.Dir) (*client.Client, bool, error) {
	host, err := client.ParseHost(cmp.Or(app.APIHost, client.DefaultHost))
	if err != nil {
		return nil, false, fmt.Errorf("the host that is noted in %s: %w", folder.Path(workdir.JournalFile), err)
	}
	api := c.client(host)
	if app.Sandbox {
		return api, true, nil
	}
	origin := task.HostOrigin{File: folder.Path(workdir.JournalFile), Gets: "tokens of your application"}
	check := func(a answer.Answers) error { return origin.Check(host, app.APIKey, a) }
	free := check(nil) == nil
	if client.IsLoopback(host) && !free && !o.createUsers && !o.trust {
		return api, false, nil
	}
	if err := c.withHostConsent(ctx, o.trust, check); err != nil {
		return nil, false, c.leave(err, false, ctx.Err() != nil)
	}
	return api, true, nil
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
	how := "For a token, send {\"user\":\"NAME\"} as JSON to POST /token."
	if o.allowRemote {
		how = "For a token, send {\"user\":\"NAME\"} as JSON to POST /token, with the header Authorization: Bearer CODE."
	}
	c.say(how + " The page takes the Client SDK from " + options.SDK.String() + ".")
	c.say("Press ctrl+c to end it.")
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
		options := serve.Options{Env: env, Session: s, Online: true}
		var err error
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

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"credwiz/client/guard"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// sandboxFlags are common to credwiz sandbox and --demo.
type sandboxFlags struct {
	latency, skew time.Duration
	faults        []string
}

func (f *sandboxFlags) add(cmd *cobra.Command, latency time.Duration) {
	flags := cmd.Flags()
	flags.DurationVar(&f.latency, "latency", latency, "the `TIME` that the sandbox takes for each answer")
	flags.DurationVar(&f.skew, "skew", 0, "the `TIME` by which the sandbox's clock is ahead")
	flags.StringArrayVar(&f.faults, "fault", nil,
		"make the sandbox misbehave, `\"METHOD PATH:KIND[:COUNT]\"`; KIND is 429, 429+2s, 500,\n503, html, cut, drop-before, drop-after or hang (repeatable)")
}

func (f sandboxFlags) sandboxConfig() (sandbox.Config, error) {
	if f.latency < 0 {
		return sandbox.Config{}, errors.New("--latency: an answer cannot come before its question")
	}
	config := sandbox.Config{Latency: f.latency, Skew: f.skew}
	for _, text := range f.faults {
		fault, err := sandbox.ParseFault(text)
		if err != nil {
			return sandbox.Config{}, err
		}
		config.Faults = append(config.Faults, fault)
	}
	return config, nil
}

type sandboxOptions struct {
	sandboxFlags
	addr, apiKey                      string
	secretStdin, jsonLog, allowRemote bool
	allowOrigins, allowHosts          []string
}

func (c console) sandboxCommand() *cobra.Command {
	var s sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the practice sandbox: the API, in memory, for other clients",
		Long: `sandbox serves the part of the Vonage API that a Client SDK needs for login and chat, with its state in
memory: applications, users, the balance, the login itself, and conversations. It prints its address and its
one pair of key and secret, then a line for each request, until Ctrl-C.`,
		Example: `  credwiz sandbox
  credwiz sandbox --fault "POST /v1/users:429+2s:3" --latency 150ms`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.serveSandbox(cmd, s)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.addr, "addr", "127.0.0.1:4010", "listen on `HOST:PORT`; port 0 takes a free one")
	f.BoolVar(&s.allowRemote, "allow-remote", false, "allow other machines to reach --addr")
	f.StringVar(&s.apiKey, "api-key", sandbox.DefaultAPIKey, "the API `KEY` that it knows")
	f.BoolVar(&s.secretStdin, "api-secret-stdin", false, "read the API secret that it knows from standard input")
	f.StringArrayVar(&s.allowOrigins, "allow-origin", nil,
		"let a page from `URL` use it in a browser; pages of this computer may anyway\n(repeatable)")
	f.StringArrayVar(&s.allowHosts, "allow-host", nil,
		"answer to `NAME` as well, such as host.docker.internal; addresses and localhost\nit knows anyway (repeatable)")
	f.BoolVar(&s.jsonLog, "json-log", false, "log each request as JSON")
	s.add(cmd, 0)
	return cmd
}

func (c console) serveSandbox(cmd *cobra.Command, s sandboxOptions) error {
	config, err := s.sandboxConfig()
	if err != nil {
		return err
	}
	secret := sandbox.DefaultAPISecret
	if s.secretStdin {
		if secret, err = c.readSecret(cmd.Context()); err != nil {
			return err
		}
	}
	config.APIKey, config.APISecret = s.apiKey, secret
	config.AllowOrigins, config.AllowHosts, config.AllowRemote = s.allowOrigins, s.allowHosts, s.allowRemote
	config.Observe = c.requestLogger(s.jsonLog)
	server, err := sandbox.Listen(s.addr, config)
	if err != nil {
		return c.listenFailed("sandbox", err)
	}
	shown := secret
	if s.secretStdin {
		shown = "the one from standard input"
	}
	_, _ = fmt.Fprintf(c.out, "Sandbox     %s\nAPI key     %s\nAPI secret  %s\n", server.URL(), redact.Printable(s.apiKey), shown)
	if c.outputError() != nil {
		return server.Close() // without its address it is of no use
	}
	c.say("Use it from another terminal, with that pair: credwiz --api-host " + server.URL())
	if s.allowRemote {
		c.say("Other machines can reach this sandbox. Use it with made-up data only.")
	}
	c.say("Press ctrl+c to end it; what was made in it is gone then.")
	return serveUntilSignal(cmd.Context(), server)
}

// serveUntilSignal closes a server when the program is told to end, and returns the signal's exit code.
func serveUntilSignal(ctx context.Context, server io.Closer) error {
	<-ctx.Done()
	_ = server.Close() // what it cannot close ends with the program
	number := syscall.SIGINT
	if sig := (SignalError{}); errors.As(context.Cause(ctx), &sig) {
		number = sig.Signal
	}
	return exit(exitSignal + int(number))
}

// listenFailed explains why a server was not started. An address that is taken is no wrong usage.
func (c console) listenFailed(what string, err error) error {
	var allow *guard.AllowError
	var addr *guard.AddrError
	switch {
	case errors.Is(err, guard.ErrNotLoopback):
		c.say("The " + what + " was not started: " + redact.Printable(err.Error()) + ".")
		c.say("If other machines are meant to reach it, say so with --allow-remote.")
		return exit(exitUsage)
	case errors.As(err, &allow):
		return fmt.Errorf("--allow-%s: %w", allow.Kind, allow)
	case errors.As(err, &addr):
		return fmt.Errorf("--addr: %w", addr)
	default:
		c.say("The " + what + " was not started: " + redact.Printable(err.Error()) + ".")
		c.say("Choose another address with --addr; port 0 takes a free one.")
		return exit(exitFailed)
	}
}

// requestLogger writes a line for each request. A guard.Request has no secret.
func (c console) requestLogger(asJSON bool) func(guard.Request) {
	if !asJSON {
		return func(r guard.Request) {
			status := strconv.Itoa(r.Status)
			if r.Status == 0 {
				status = "no answer"
			}
			line := fmt.Sprintf("%s  %-6s %s  %s  %s", r.At.Format("15:04:05.000"), r.Method, redact.Printable(r.Path),
				status, r.Took.Round(time.Microsecond))
			if r.User != "" {
				line += "  for " + redact.Printable(r.User)
			}
			if r.Reason != "" {
				line += "  " + redact.Printable(r.Reason)
			}
			_, _ = io.WriteString(c.err, line+"\n")
		}
	}
	log := newLog(c.err)
	return func(r guard.Request) {
		facts := []any{"method", r.Method, "path", r.Path, "status", r.Status, "took_ms", float64(r.Took.Microseconds()) / 1000}
		if r.User != "" {
			facts = append(facts, "user", r.User)
		}
		if r.Reason != "" {
			facts = append(facts, "reason", r.Reason)
		}
		log.Info("request", facts...)
	}
}

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"credwiz/client/errno"
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
	flags.DurationVar(&f.latency, "latency", latency, "`TIME` the sandbox takes to answer")
	flags.DurationVar(&f.skew, "skew", 0, "`TIME` the sandbox's clock is ahead")
	flags.StringArrayVar(&f.faults, "fault", nil,
		"fail a call, `SPEC`: \"METHOD PATH:KIND[:COUNT]\"")
}

func (f sandboxFlags) sandboxConfig() (sandbox.Config, error) {
	if f.latency < 0 {
		return sandbox.Config{}, errors.New("--latency: must not be negative")
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
		Short: "Run the practice sandbox as a server",
		Long: `Run the practice sandbox as a server: the part of the Vonage API that a Client
SDK login needs, in memory. It prints its address, API key, and secret, then a
line for each request, until you press Ctrl-C.

Exit status: 130 after Ctrl-C (128 plus the signal), 1 if it can't start, 2 for a
usage error.`,
		Example: `  credwiz sandbox
  credwiz sandbox --fault "POST /v1/users:429+2s:3" --latency 150ms`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			harden()
			return c.serveSandbox(cmd, s)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.addr, "addr", "127.0.0.1:4010", "listen on `HOST:PORT`")
	f.BoolVar(&s.allowRemote, "allow-remote", false, "let other machines connect")
	f.StringVar(&s.apiKey, "api-key", sandbox.DefaultAPIKey, "API `KEY` to accept")
	f.BoolVar(&s.secretStdin, "api-secret-stdin", false, "read its API secret from standard input")
	f.StringArrayVar(&s.allowOrigins, "allow-origin", nil,
		"allow web pages from `URL` (repeatable)")
	f.StringArrayVar(&s.allowHosts, "allow-host", nil,
		"also accept the host `NAME` (repeatable)")
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
		shown = "(from standard input)"
	}
	_, _ = fmt.Fprintf(c.out, "Sandbox     %s\nAPI key     %s\nAPI secret  %s\n", server.URL(), redact.Printable(s.apiKey), shown)
	if c.outputError() != nil {
		return server.Close() // without its address it is of no use
	}
	c.say("Use it from another terminal, with this key and secret:\n  credwiz --api-host " + server.URL())
	if s.allowRemote {
		c.say("Other machines can reach this sandbox. Use test data only.")
	}
	c.say("Press Ctrl-C to stop. Everything in it is then gone.")
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
	var socket *net.OpError
	switch {
	case errors.Is(err, guard.ErrNotLoopback):
		c.say("The " + what + " didn't start: " + redact.Printable(strings.TrimPrefix(err.Error(), what+": ")) + ".")
		c.say("To let other machines reach it, use --allow-remote.")
		return exit(exitUsage)
	case errors.As(err, &allow):
		return fmt.Errorf("--allow-%s: %w", allow.Kind, allow)
	case errors.As(err, &addr):
		return fmt.Errorf("--addr: %w: use HOST:PORT, as in 127.0.0.1:4010", addr)
	case errors.Is(err, errno.AddressInUse) && errors.As(err, &socket) && socket.Addr != nil:
		c.say("The " + what + " didn't start: another program, perhaps another credwiz, already uses " + socket.Addr.String() + ".")
		c.say("Stop it, or choose another address, or take any free port with --addr 127.0.0.1:0.")
		return exit(exitFailed)
	default:
		c.say("The " + what + " didn't start: " + redact.Printable(strings.TrimPrefix(err.Error(), what+": ")) + ".")
		c.say("Choose another address, or take any free port with --addr 127.0.0.1:0.")
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

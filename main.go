// Command credwiz takes a developer from nothing to a working Vonage Client SDK login: an API key that works, an
// application with its key pair, a user, and a token for that user.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"credwiz/ui/command"
	"credwiz/ui/tty"
)

func main() {
	os.Exit(command.Run(withSignals(context.Background()), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// withSignals returns a context that the first signal cancels with a command.SignalError. A second one ends the program
// at once, unless it is a SIGHUP: a terminal that is closed sends several, which is no sign of impatience.
func withSignals(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		for sig := range signals {
			number, _ := sig.(syscall.Signal)
			switch {
			case ctx.Err() == nil:
				cancel(command.SignalError{Signal: number})
			case number != syscall.SIGHUP:
				tty.Rescue(os.Stdin, os.Stderr)
				os.Exit(128 + int(number))
			}
		}
	}()
	return ctx
}

package command

import (
	"cmp"
	"errors"
	"io"
	"log/slog"
	"strings"
	"syscall"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

// The exit codes; a signal's is 128 plus its number.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitOverwrite = 3 // a file is in the way
	exitRefused   = 4 // the credentials
	exitRemote    = 5 // the network, or the API
	exitPartial   = 6 // some users of several could not be made
	exitSignal    = 128
)

// SignalError is the signal that ended the program.
type SignalError struct{ Signal syscall.Signal }

// Error names the signal.
func (e SignalError) Error() string { return e.Signal.String() }

// fail reports an error, and returns its exit code as an error.
func (c console) fail(err error) error { return c.leave(err, leaving{}) }

// leaving is what a user who leaves early leaves behind.
type leaving struct {
	sandbox bool   // nothing that lasts in the API
	gone    bool   // and no files
	again   string // the command that continues, unless a receipt has it; else empty
	done    bool   // all of it: the run has reported its end
}

// leave is fail where the user may have left.
func (c console) leave(err error, behind leaving) error {
	var sig SignalError
	var pending *tty.PendingError
	var fault *tty.FaultError
	gone := errors.Is(err, tty.ErrTerminalGone)
	left := gone || errors.Is(err, tty.ErrInterrupted) || errors.As(err, &sig)
	switch {
	case errors.As(err, &fault):
		c.say("credwiz hit a bug and had to stop: " + redact.Printable(fault.Error()) + ".")
		c.say("Nothing was lost. Run it again in the same folder to continue, and report this bug with the line above.")
		if errors.As(err, &pending) {
			what, creating := inDoubt(pending)
			c.say("It stopped while " + creating + ". The next run checks first whether the " + what + " exists.")
		}
		return exit(exitFailed)
	case left && behind.done:
	case left && behind.sandbox && !behind.gone:
		c.say("You left before the end. Nothing in the practice sandbox is real.")
	case left && behind.sandbox:
		c.say("You left before the end. Nothing in the practice sandbox is real, so there's nothing to clean up.")
	case errors.As(err, &pending):
		what, creating := inDoubt(pending)
		c.say("You left while credwiz was " + creating + ", so the " + what + " may exist.")
		c.say("The private key is saved, and the next run looks for the " + what + " before it creates one.")
	case left && behind.again != "":
		c.say("You left before the end. To continue: " + behind.again)
	case left:
		c.say("You left before the end.")
	default:
		advice := advice.For(err)
		c.say(style.MarkFailed + " " + advice.What)
		c.say("  " + advice.Do)
		return exit(exitCode(advice.Kind))
	}
	switch {
	case errors.As(err, &sig):
		return exit(exitSignal + int(sig.Signal))
	case gone:
		return exit(exitSignal + int(syscall.SIGHUP))
	}
	return exit(exitSignal + int(syscall.SIGINT))
}

// inDoubt names what a pending call creates, and its creation.
func inDoubt(pending *tty.PendingError) (what, creating string) {
	what = "application"
	if strings.Contains(pending.Call, "user") {
		what = "user"
	}
	creating = "creating the " + what
	if pending.Call != creating {
		creating += " (" + pending.Call + ")"
	}
	return what, creating
}

// guarded logs a panic too, which run only reports.
func (c console) guarded(log *slog.Logger, run func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = c.fail(tty.LogFault(log, c.redactor, r))
		}
	}()
	return run()
}

// say writes a redacted sentence to standard error.
func (c console) say(text string) {
	look, text := c.look(c.err), c.redactor.Redact(text)
	if look.Columns > 0 {
		text = style.BreakMarked(text, look.Columns)
	}
	_, _ = io.WriteString(c.err, look.Draw(text)+"\n")
}

func exitCode(kind advice.Kind) int {
	codes := map[advice.Kind]int{
		advice.Usage: exitUsage, advice.WouldOverwrite: exitOverwrite, advice.Refused: exitRefused, advice.Remote: exitRemote,
		advice.Stopped: exitSignal + int(syscall.SIGINT),
	}
	return cmp.Or(codes[kind], exitFailed)
}

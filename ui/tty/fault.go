package tty

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"credwiz/client/redact"
)

// FaultError is a panic: a bug in the program.
type FaultError struct {
	What  string // what went wrong; never the panic's own words, which may have a secret in them
	Where string // the function and the line
}

// Error says what happened, and where.
func (e *FaultError) Error() string { return e.What + " in " + e.Where }

// NewFault makes an error of what recover returned. The deferred function itself must call it. Only the runtime's own
// messages are known to hold no secret; of other panics it gives the type.
func NewFault(recovered any) *FaultError {
	what := fmt.Sprintf("a panic of type %T", recovered)
	err, _ := recovered.(error)
	if known, ok := errors.AsType[runtime.Error](err); ok {
		what = strings.TrimPrefix(known.Error(), "runtime error: ")
	}
	return &FaultError{What: what, Where: panicOrigin()}
}

// LogFault is NewFault that also logs the redacted value and stack; log may be nil.
func LogFault(log *slog.Logger, redactor *redact.Redactor, recovered any) *FaultError {
	if log != nil {
		log.Error("panic", "value", redactor.Redact(fmt.Sprint(recovered)), "stack", redactor.Redact(string(debug.Stack())))
	}
	return NewFault(recovered)
}

func panicOrigin() string {
	const depth, ownFrames = 64, 3
	callers := make([]uintptr, depth)
	frames := runtime.CallersFrames(callers[:runtime.Callers(ownFrames, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		system := strings.HasPrefix(frame.Function, "runtime.")
		if panicking && !system {
			return fmt.Sprintf("%s, line %d", frame.Function, frame.Line)
		}
		panicking = panicking || system
		if !more {
			return "an unknown location"
		}
	}
}

// RecoverFault returns a panic in work as its error.
func RecoverFault(log *slog.Logger, redactor *redact.Redactor, work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = LogFault(log, redactor, r)
		}
	}()
	return work()
}

// Pause gives an audience time to read.
func Pause(ctx context.Context, long time.Duration) {
	if long == 0 {
		return
	}
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ErrInterrupted is Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// ErrTerminalGone is the end of input: the terminal was closed.
var ErrTerminalGone = errors.New("the terminal is gone")

// PendingError is leaving while a creating call was unanswered.
type PendingError struct {
	Call string
	Err  error
}

// Error names the call.
func (e *PendingError) Error() string { return "interrupted while " + e.Call + " had no answer" }

// Unwrap returns why the program ended.
func (e *PendingError) Unwrap() error { return e.Err }

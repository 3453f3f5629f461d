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

// FaultError is a panic: a mistake in the program itself.
type FaultError struct {
	What  string // what went wrong; never the panic's own words, which may have a secret in them
	Where string // the function and the line
}

// Error says what happened, and where.
func (e *FaultError) Error() string { return e.What + " in " + e.Where }

// NewFault makes an error of what recover returned. It must be called by the deferred function itself. The values of
// panics that are not the runtime's own stay unsaid: only their types are known to be harmless.
func NewFault(recovered any) *FaultError {
	var known runtime.Error
	if err, ok := recovered.(error); ok && errors.As(err, &known) {
		return &FaultError{What: strings.TrimPrefix(known.Error(), "runtime error: "), Where: panicOrigin()}
	}
	return &FaultError{What: fmt.Sprintf("a panic of type %T", recovered), Where: panicOrigin()}
}

// LogFault is Fault, with the panic's own words and its stack told to the log, which may be nil, without secrets.
func LogFault(log *slog.Logger, redactor *redact.Redactor, recovered any) *FaultError {
	if log != nil {
		log.Error("panic", "value", redactor.Redact(fmt.Sprint(recovered)), "stack", redactor.Redact(string(debug.Stack())))
	}
	return NewFault(recovered)
}

// panicOrigin finds the function that panicked: the first one below the runtime's own.
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
			return "an unknown place"
		}
	}
}

// RecoverFault does a piece of work, and returns a panic in it as its error.
func RecoverFault(log *slog.Logger, redactor *redact.Redactor, work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = LogFault(log, redactor, r)
		}
	}()
	return work()
}

// Pause gives an audience the time to read what has ended.
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

// Why a front end was left before the last step was done.

// ErrInterrupted is the user's ctrl+c.
var ErrInterrupted = errors.New("interrupted")

// ErrTerminalGone is the end of the input: the terminal was closed.
var ErrTerminalGone = errors.New("the terminal is gone")

// PendingError is leaving while a call that creates something had no answer.
type PendingError struct {
	Call string
	Err  error
}

// Error names the call.
func (e *PendingError) Error() string { return "left while " + e.Call + " had no answer" }

// Unwrap gives why the program ended.
func (e *PendingError) Unwrap() error { return e.Err }

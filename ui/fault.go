package ui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client/redact"
	"credwiz/steps"
)

// A panic is caught where it happens, and becomes the reason for leaving: Bubble Tea would print it into the alternate
// screen, where nobody reads it, with whatever its value says, and would not wait for a create that is under way.

// FaultError is a panic: a mistake in the program itself.
type FaultError struct {
	What  string // what went wrong; never the panic's own words, which may have a secret in them
	Where string // the function and the line
}

// Error says what happened, and where.
func (e *FaultError) Error() string { return e.What + " in " + e.Where }

// Fault makes an error of what recover returned. It must be called by the deferred function itself. The values of
// panics that are not the runtime's own stay unsaid: only their types are known to be harmless.
func Fault(recovered any) *FaultError {
	var known runtime.Error
	if err, ok := recovered.(error); ok && errors.As(err, &known) {
		return &FaultError{What: strings.TrimPrefix(known.Error(), "runtime error: "), Where: panicked()}
	}
	return &FaultError{What: fmt.Sprintf("a panic of type %T", recovered), Where: panicked()}
}

// Caught is Fault, with the panic's own words and its stack told to the log, which may be nil, without secrets.
func Caught(log *slog.Logger, redactor *redact.Redactor, recovered any) *FaultError {
	if log != nil {
		log.Error("panic", "value", redactor.Redact(fmt.Sprint(recovered)), "stack", redactor.Redact(string(debug.Stack())))
	}
	return Fault(recovered)
}

// caught is a panic of the screens, told to the run's log.
func (m Model) caught(recovered any) *FaultError { return Caught(m.env.Log, m.env.Redactor, recovered) }

// panicked finds the function that panicked: the first one below the runtime's own.
func panicked() string {
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

// crashed leaves after a panic in Update, which did not do its work. What runs is waited for, as always.
func (m Model) crashed(msg tea.Msg, fault error) (tea.Model, tea.Cmd) {
	if m.leaving != nil {
		return m, tea.Quit // leaving is what fails
	}
	m.leaving = fault
	if m.phase != running {
		return m, tea.Quit
	}
	m = m.stop()
	if p, ok := msg.(progressMsg); ok {
		return m, tea.Batch(overdue(), next(p.rest)) // or the run would never be heard of again
	}
	return m, overdue()
}

// faulty tells of a panic where nothing can be returned.
func (m Model) faulty(fault error) {
	select {
	case m.faults <- fault:
	default: // one is told already
	}
}

// awaitFault turns the first panic of View into a message.
func (m Model) awaitFault() tea.Msg {
	select {
	case fault := <-m.faults:
		return leaveMsg{fault}
	case <-m.ctx.Done():
		return nil
	}
}

// guarded is the command with its panics as messages.
func (m Model) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = leaveMsg{m.caught(r)}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = m.guarded(batch[i])
			}
		}
		return msg
	}
}

// perform does a step's work. After a panic in it the session is the one that it was given.
func perform(
	ctx context.Context, work steps.Work, env steps.Env, s steps.Session, a steps.Answers, report steps.Report,
) (after steps.Session, err error) {
	defer func() {
		if r := recover(); r != nil {
			after, err = s, Caught(env.Log, env.Redactor, r)
		}
	}()
	return work(ctx, env, s, a, report)
}

package ui

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client"
	"credwiz/steps"
)

// leave ends the program: at once, or when what runs has ended. A second ctrl+c does not wait.
func (m Model) leave(cause error) (tea.Model, tea.Cmd) {
	if errors.Is(cause, ErrInterrupted) && (m.finished() || m.complete != nil) {
		cause = errFinished // what was wanted is there
	}
	again := m.leaving != nil
	if !again {
		m.leaving = cause
	}
	if m.phase != running || again {
		return m, tea.Quit
	}
	return m.stop(), overdue()
}

// told leaves for a reason that is no key. A second one shortens nothing: a terminal that is closed ends the input and
// sends a signal, in any order.
func (m Model) told(cause error) (tea.Model, tea.Cmd) {
	switch {
	case m.leaving == nil:
		return m.leave(cause)
	case errors.Is(m.leaving, ErrTerminalGone):
		m.leaving = cause // the signal says it better
	}
	return m, nil
}

// overdue ends the wait for what runs.
func overdue() tea.Cmd {
	return tea.Tick(steps.Grace+time.Second/2, func(time.Time) tea.Msg { return overdueMsg{} })
}

// stop cancels the run; its end is waited for.
func (m Model) stop() Model {
	m.job.cancel()
	m.job.stopping = true
	return m
}

// creating is the call under way that creates something, if there is one.
func (m Model) creating() (steps.Event, bool) {
	if n := len(m.job.events); m.phase == running && n > 0 {
		last := m.job.events[n-1]
		return last, last.State == steps.Started && last.Creates
	}
	return steps.Event{}, false
}

// outcome is why the program ended: nil at the end of the script.
func (m Model) outcome() error {
	cause := m.leaving
	if pending, ok := m.creating(); ok {
		if errors.Is(cause, errFinished) {
			cause = ErrInterrupted // what was wanted beyond that is not there
		}
		return &PendingError{Call: client.Printable(pending.Call), Err: cause}
	}
	if errors.Is(cause, errFinished) {
		return nil
	}
	return cause
}

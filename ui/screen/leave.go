package screen

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client/redact"
	"credwiz/steps/task"
	"credwiz/ui/tty"
)

// leave quits at once, or when the running work has ended; a second Ctrl-C does not wait.
func (m Model) leave(cause error) (tea.Model, tea.Cmd) {
	if errors.Is(cause, tty.ErrInterrupted) && (m.finished() || m.complete != nil || m.atHome()) {
		cause = errFinished // what was wanted is there
	}
	again := m.leaving != nil
	if !again {
		m.leaving = cause
	}
	if m.phase != running || again {
		return m, tea.Quit
	}
	return m.stop(), quitAfterGrace()
}

// onLeave handles reasons other than keys. A second one shortens nothing: a closing terminal ends the input and sends
// a signal, in any order.
func (m Model) onLeave(cause error) (tea.Model, tea.Cmd) {
	switch {
	case m.leaving == nil:
		return m.leave(cause)
	case errors.Is(m.leaving, tty.ErrTerminalGone):
		m.leaving = cause // the signal says it better
	}
	return m, nil
}

// quitAfterGrace ends the wait for running work.
func quitAfterGrace() tea.Cmd {
	return tea.Tick(task.Grace+time.Second/2, func(time.Time) tea.Msg { return tea.Quit() })
}

func (m Model) stop() Model {
	m.job.cancel()
	m.job.stopping = true
	return m
}

func (m Model) creating() (task.Event, bool) {
	if n := len(m.job.events); m.phase == running && n > 0 {
		last := m.job.events[n-1]
		return last, last.State == task.Started && last.Creates
	}
	return task.Event{}, false
}

// outcome is nil at the end of the script.
func (m Model) outcome() error {
	cause := m.leaving
	if pending, ok := m.creating(); ok {
		if errors.Is(cause, errFinished) {
			cause = tty.ErrInterrupted // what was wanted beyond that is not there
		}
		return &tty.PendingError{Call: redact.Printable(pending.Call), Err: cause}
	}
	if errors.Is(cause, errFinished) {
		return nil
	}
	return cause
}

// A panic becomes the reason for leaving: Bubble Tea would print it, with any secrets in it, into the alternate
// screen, and would not wait for a running create.

func (m Model) caught(recovered any) *tty.FaultError {
	return tty.LogFault(m.env.Log, m.env.Redactor, recovered)
}

func (m Model) crashed(msg tea.Msg, fault error) (tea.Model, tea.Cmd) {
	if m.leaving != nil {
		return m, tea.Quit // leaving is what fails
	}
	after, cmd := m.leave(fault)
	if p, ok := msg.(progressMsg); ok && m.phase == running {
		cmd = tea.Batch(cmd, next(p.rest)) // or the run would never be heard of again
	}
	return after, cmd
}

// faulty reports a panic of View, which returns no command.
func (m Model) faulty(fault error) {
	select {
	case m.faults <- fault:
	default: // one is reported already
	}
}

func (m Model) awaitFault() tea.Msg {
	select {
	case fault := <-m.faults:
		return leaveMsg{fault}
	case <-m.ctx.Done():
		return nil
	}
}

// guarded turns a command's panic into a message.
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

package ui

import tea "github.com/charmbracelet/bubbletea"

// A panic is caught where it happens, and becomes the reason for leaving: Bubble Tea would print it into the alternate
// screen, where nobody reads it, with whatever its value says, and would not wait for a create that is under way.

// caught is a panic of the screens, told to the run's log.
func (m Model) caught(recovered any) *FaultError { return Caught(m.env.Log, m.env.Redactor, recovered) }

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

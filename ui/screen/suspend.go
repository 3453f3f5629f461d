package screen

import (
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/ui/tty"
)

// stopMsg asks to stop: kill -TSTP.
type stopMsg struct{}

// suspend stops the program as ctrl+z does, with the terminal as it was before; fg brings it back. everyone means its
// whole process group.
//
// It is not tea.Suspend, which waits for a SIGCONT whether or not the program was stopped. Where no shell looks after
// jobs (docker run, ssh host credwiz, a window with nothing but credwiz in it) nothing stops, and that wait has no end.
func (m Model) suspend(everyone bool) tea.Cmd {
	if m.jobs == nil {
		return nil
	}
	return tea.Exec(execFunc{func() { m.jobs.Stop(everyone) }}, func(err error) tea.Msg {
		if err != nil {
			return leaveMsg{tty.ErrTerminalGone} // no key would arrive any more
		}
		return m.measure() // nothing tells that the window has changed meanwhile
	})
}

// execFunc is what is done while Bubble Tea has given the terminal back.
type execFunc struct{ do func() }

// Run does it.
func (a execFunc) Run() error {
	a.do()
	return nil
}

// SetStdin is for commands that read the terminal.
func (execFunc) SetStdin(io.Reader) {}

// SetStdout is for commands that write to it.
func (execFunc) SetStdout(io.Writer) {}

// SetStderr is for commands that write to it.
func (execFunc) SetStderr(io.Writer) {}

package screen

import (
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/ui/tty"
)

type stopMsg struct{}

// suspend stops the program, or with everyone its process group, as Ctrl-Z does.
// tea.Suspend would wait for SIGCONT forever where no shell manages jobs (docker run, ssh host credwiz) and nothing
// stops.
func (m Model) suspend(everyone bool) tea.Cmd {
	if m.jobs == nil {
		return nil
	}
	return tea.Exec(execFunc{func() { m.jobs.Stop(everyone) }}, func(err error) tea.Msg {
		if err != nil {
			return leaveMsg{tty.ErrTerminalGone} // no key would arrive any more
		}
		return m.measure() // the window may have changed meanwhile
	})
}

// execFunc runs while Bubble Tea has released the terminal.
type execFunc struct{ do func() }

// Run calls the function.
func (a execFunc) Run() error {
	a.do()
	return nil
}

// SetStdin does nothing.
func (execFunc) SetStdin(io.Reader) {}

// SetStdout does nothing.
func (execFunc) SetStdout(io.Writer) {}

// SetStderr does nothing.
func (execFunc) SetStderr(io.Writer) {}

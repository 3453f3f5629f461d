//go:build unix

package ui

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// suspend stops the program as ctrl+z does, with the terminal as it was before; fg brings it back.
//
// It is not tea.Suspend, which waits for a SIGCONT whether or not the program was stopped. Where no shell looks after
// jobs (docker run, ssh host credwiz, a window with nothing but credwiz in it) the system stops nothing, and that wait
// has no end.
func suspend() tea.Cmd { return tea.Exec(suspension{}, nil) }

type suspension struct{}

// notStopped is how long a stop may take. One that takes place takes it at once, and then this time stands still.
const notStopped = 100 * time.Millisecond

func (suspension) Run() error {
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.SIGCONT)
	defer signal.Stop(resumed)
	// The whole group, as the key does: make or npx may stand between the shell and credwiz.
	if err := syscall.Kill(0, syscall.SIGTSTP); err != nil {
		return err
	}
	select {
	case <-resumed:
	case <-time.After(notStopped):
	}
	return nil
}

func (suspension) SetStdin(io.Reader)  {}
func (suspension) SetStdout(io.Writer) {}
func (suspension) SetStderr(io.Writer) {}

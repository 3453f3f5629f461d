//go:build unix

package screen

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"credwiz/ui/tty"
)

// programOutput is an output that Bubble Tea does not know for a terminal. It would ask that for its size, and end with
// "program was killed" where there is no answer (v1.3.10, tty.go:119).
func programOutput(out io.Writer) io.Writer { return struct{ io.Writer }{out} }

// watch tells the screens the size of the window, now and whenever it changes, and keeps the terminal theirs after stops,
// until ctx ends.
func (t Terminal) watch(ctx context.Context, measure func() tea.Msg, send func(tea.Msg)) {
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	defer t.Jobs.Hold(func(sig os.Signal) {
		switch {
		case sig == syscall.SIGTSTP:
			send(stopMsg{})
		case tty.InForeground(t.In):
			t.restoreModes()
			send(tea.ClearScreen())
			send(measure())
		}
	})()
	for {
		send(measure())
		select {
		case <-resized:
		case <-ctx.Done():
			return
		}
	}
}

// restoreModes sets the modes of the screens after a stop that could not be asked about. The shell has set its own.
func (t Terminal) restoreModes() {
	_, _ = term.MakeRaw(t.In.Fd())
	_, _ = io.WriteString(t.Out, ansi.SetModeAltScreenSaveCursor+ansi.ResetModeTextCursorEnable+ansi.SetModeBracketedPaste)
}

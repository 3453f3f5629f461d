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

// programOutput hides the terminal from Bubble Tea, which would query its size, and end with "program was killed"
// without an answer (v1.3.10, tty.go:119).
func programOutput(out io.Writer) io.Writer { return struct{ io.Writer }{out} }

// watch reports the window's size, initially and on change, and handles stops, until ctx ends.
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

// restoreModes is for after a stop without request, when the shell has set its own modes.
func (t Terminal) restoreModes() {
	_, _ = term.MakeRaw(t.In.Fd())
	_, _ = io.WriteString(t.Out, ansi.SetModeAltScreenSaveCursor+ansi.ResetModeTextCursorEnable+ansi.SetModeBracketedPaste)
}

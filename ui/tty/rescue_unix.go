//go:build unix

package tty

import (
	"io"
	"os"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// Rescue restores a terminal in use by the screens or a hidden question, for an exit that cannot wait for them.
func Rescue(in, out *os.File) {
	if !InForeground(in) {
		return
	}
	if Repair(in) {
		_, _ = io.WriteString(out, ansi.ResetModeAltScreenSaveCursor+ansi.SetModeTextCursorEnable+ansi.ResetModeBracketedPaste)
		return
	}
	if state, err := term.GetState(in.Fd()); err == nil {
		state.Lflag |= unix.ECHO
		_ = term.SetState(in.Fd(), state)
	}
}

// Repair takes a terminal out of raw mode, and reports whether it was in it. A killed program leaves it so, and
// restoring that mode at the end would leave a shell without echo.
func Repair(f *os.File) bool {
	state, err := term.GetState(f.Fd())
	// A password prompt turns off echo alone.
	if err != nil || state.Lflag&(unix.ICANON|unix.ECHO) != 0 {
		return false
	}
	// The defaults of what raw mode clears.
	state.Iflag |= unix.ICRNL | unix.IXON
	state.Oflag |= unix.OPOST | unix.ONLCR
	state.Lflag |= unix.ICANON | unix.ECHO | unix.ISIG | unix.IEXTEN
	return term.SetState(f.Fd(), state) == nil
}

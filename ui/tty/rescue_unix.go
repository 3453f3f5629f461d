//go:build unix

package tty

import (
	"io"
	"os"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// Rescue gives a terminal back that the screens or a hidden question have taken, for an end that cannot wait for them. It
// does nothing when they have not.
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

// Repair puts a terminal in raw mode back in order, and reports whether it was in it: a program that was killed leaves it
// so. To restore that at the end would leave the user with a shell that shows nothing of what is typed.
func Repair(f *os.File) bool {
	state, err := term.GetState(f.Fd())
	// Echo alone is off while something asks for a password.
	if err != nil || state.Lflag&(unix.ICANON|unix.ECHO) != 0 {
		return false
	}
	// What a new terminal has, as far as raw mode has unset it.
	state.Iflag |= unix.ICRNL | unix.IXON
	state.Oflag |= unix.OPOST | unix.ONLCR
	state.Lflag |= unix.ICANON | unix.ECHO | unix.ISIG | unix.IEXTEN
	return term.SetState(f.Fd(), state) == nil
}

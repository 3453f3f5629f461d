//go:build unix

package terminal

import (
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/termios"
	"golang.org/x/sys/unix"
)

// Restored names what the program has left behind, such as "alternate screen", "hidden cursor" or "raw mode"; nothing
// after Hangup. Call it after Wait and before Close.
func (t *Terminal) Restored() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hung {
		return nil
	}
	var left []string
	on := func(name string, modes ...ansi.Mode) {
		for _, m := range modes {
			if t.modes[m] {
				left = append(left, name)
				return
			}
		}
	}
	on("alternate screen", ansi.DECMode(47), ansi.ModeAltScreen, ansi.ModeAltScreenSaveCursor)
	// Not the emulator's CursorHidden, which is per screen (x/vt v0.1.0, csi_mode.go:47).
	if !t.modes[ansi.ModeTextCursorEnable] {
		left = append(left, "hidden cursor")
	}
	on("bracketed paste", ansi.ModeBracketedPaste)
	on("mouse", ansi.ModeMouseX10, ansi.ModeMouseNormal, ansi.ModeMouseHighlight,
		ansi.ModeMouseButtonEvent, ansi.ModeMouseAnyEvent, ansi.ModeMouseExtSgr)
	on("focus reports", ansi.ModeFocusEvent)
	switch now, err := t.settings(); {
	case err != nil:
		left = append(left, "unreadable settings: "+err.Error())
	case now != t.before:
		left = append(left, "raw mode")
	}
	return left
}

func (t *Terminal) settings() (unix.Termios, error) {
	var now unix.Termios
	err := t.control(func(fd int) error {
		got, err := termios.GetTermios(fd)
		if err == nil {
			now = *got
			// The BSDs and macOS set it on leaving raw mode.
			now.Lflag &^= unix.PENDIN
		}
		return err
	})
	return now, err
}

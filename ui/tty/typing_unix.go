//go:build unix

package tty

import (
	"os"
	"syscall"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// StartQuestion prints a question and sets the mode for its answer until end: a hidden one is not echoed. Around a
// stop it restores the old mode, discards a secret typed so far, which the shell would read, and repeats the
// question.
func StartQuestion(f *os.File, jobs *Jobs, hidden bool, question func()) (end func()) {
	before, err := term.GetState(f.Fd())
	if err != nil {
		question()
		return func() {}
	}
	during := *before
	if hidden {
		during.Lflag &^= unix.ECHO
	}
	set := func(state *term.State) {
		if InForeground(f) {
			_ = term.SetState(f.Fd(), state)
		}
	}
	ask := func() {
		set(&during)
		question()
	}
	release := jobs.Hold(func(sig os.Signal) {
		if sig == syscall.SIGTSTP {
			if set(before); hidden && InForeground(f) {
				_ = unix.IoctlSetTermios(int(f.Fd()), setModeForgetting, &before.Termios)
			}
			jobs.Stop(false)
		}
		ask()
	})
	ask()
	return func() {
		release()
		set(before)
	}
}

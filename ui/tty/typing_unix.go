//go:build unix

package tty

import (
	"os"
	"syscall"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// StartQuestion puts a question at a terminal, whose mode is right for the answer until end is called: what answers a hidden
// question is not shown. Before a stop the old mode is back, and after it the question is put again. What was typed of a
// secret by then is forgotten, as after ctrl+z: the shell would read it.
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

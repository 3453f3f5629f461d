//go:build unix

package command

import (
	"os"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// hideTyping ends that a terminal shows what is typed, until show is called.
func hideTyping(f *os.File) (show func()) {
	before, err := term.GetState(f.Fd())
	if err != nil {
		return func() {}
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	if term.SetState(f.Fd(), &hidden) != nil {
		return func() {}
	}
	return func() { _ = term.SetState(f.Fd(), before) }
}

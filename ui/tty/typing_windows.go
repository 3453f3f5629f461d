package tty

import (
	"os"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/windows"
)

// StartQuestion prints a question, and turns echo off until end if the answer is hidden.
func StartQuestion(f *os.File, _ *Jobs, hidden bool, question func()) (end func()) {
	defer question()
	before, err := term.GetState(f.Fd())
	if err != nil || !hidden {
		return func() {}
	}
	during := *before
	during.Mode &^= windows.ENABLE_ECHO_INPUT
	if term.SetState(f.Fd(), &during) != nil {
		return func() {}
	}
	return func() { _ = term.SetState(f.Fd(), before) }
}

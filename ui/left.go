package ui

import "errors"

// Why a front end was left before the last step was done.

// ErrInterrupted is the user's ctrl+c.
var ErrInterrupted = errors.New("interrupted")

// ErrTerminalGone is the end of the input: the terminal was closed.
var ErrTerminalGone = errors.New("the terminal is gone")

// PendingError is leaving while a call that creates something had no answer.
type PendingError struct {
	Call string
	Err  error
}

// Error names the call.
func (e *PendingError) Error() string { return "left while " + e.Call + " had no answer" }

// Unwrap gives why the program ended.
func (e *PendingError) Unwrap() error { return e.Err }

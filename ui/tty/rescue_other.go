//go:build !unix

package tty

import "os"

// Rescue does nothing: the console belongs to its window, and the shell sets its own mode.
func Rescue(_, _ *os.File) {}

// Repair does nothing for the same reason.
func Repair(*os.File) bool { return false }

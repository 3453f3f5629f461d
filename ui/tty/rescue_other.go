//go:build !unix

package tty

import "os"

// Rescue does nothing: a console has no mode to restore.
func Rescue(_, _ *os.File) {}

// Repair does nothing either.
func Repair(*os.File) bool { return false }

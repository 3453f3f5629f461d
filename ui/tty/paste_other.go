//go:build !unix

package tty

import (
	"os"
	"time"
)

// ReadableWithin is of no use here: Bubble Tea reads the events of the console, which has no brackets around a paste.
func ReadableWithin(*os.File) func(time.Duration) bool {
	return func(time.Duration) bool { return true }
}

// WaitingOn knows of none, for the same reason.
func WaitingOn(*os.File) func() int {
	return func() int { return 0 }
}

//go:build !unix

package tty

import (
	"os"
	"time"
)

// InputWithin is of no use here: Bubble Tea reads the events of the console, which has no brackets around a paste.
func InputWithin(*os.File) func(time.Duration) bool {
	return func(time.Duration) bool { return true }
}

// InputWaiting knows of none, for the same reason.
func InputWaiting(*os.File) func() int {
	return func() int { return 0 }
}

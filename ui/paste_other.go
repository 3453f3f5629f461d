//go:build !unix

package ui

import (
	"os"
	"time"
)

// readableWithin is of no use here: Bubble Tea reads the events of the console, which has no brackets around a paste.
func readableWithin(*os.File) func(time.Duration) bool {
	return func(time.Duration) bool { return true }
}

// waitingOn knows of none, for the same reason.
func waitingOn(*os.File) func() int {
	return func() int { return 0 }
}

//go:build !unix

package tty

import (
	"os"
	"time"
)

// InputWithin is not needed: a console's events have no paste brackets.
func InputWithin(*os.File) func(time.Duration) bool {
	return func(time.Duration) bool { return true }
}

// InputWaiting is not needed either.
func InputWaiting(*os.File) func() int {
	return func() int { return 0 }
}

//go:build unix

package tty

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// InputWithin waits for input with select, because macOS cannot poll a terminal.
func InputWithin(f *os.File) func(time.Duration) bool {
	fd := int(f.Fd())
	return func(patience time.Duration) bool {
		end := time.Now().Add(patience)
		for {
			var set unix.FdSet
			set.Set(fd)
			left := unix.NsecToTimeval(max(time.Until(end), 0).Nanoseconds())
			n, err := unix.Select(fd+1, &set, nil, nil, &left)
			if errors.Is(err, unix.EINTR) {
				continue // Go's own signals interrupt it
			}
			// After an error, the read returns the error.
			return err != nil || n > 0
		}
	}
}

// InputWaiting returns the number of unread bytes, as far as the terminal reports it.
func InputWaiting(f *os.File) func() int {
	fd := int(f.Fd())
	return func() int {
		n, err := unix.IoctlGetInt(fd, bytesWaiting)
		if err != nil {
			return 0
		}
		return n
	}
}

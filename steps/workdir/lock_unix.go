//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package workdir

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// TryLock locks the folder itself without waiting, which leaves no file behind. The error is ErrHeld, ErrNoLocks or a
// *SaveError.
func (d *Dir) TryLock() (unlock func(), err error) {
	dir, err := d.root.Open(".")
	if err != nil {
		return nil, &SaveError{Path: d.Name(), Err: d.WithOwner(".", err)}
	}
	for {
		err = unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err == nil {
		return func() {
			// A program that is being started inherits the descriptor: closing alone would not unlock.
			_ = unix.Flock(int(dir.Fd()), unix.LOCK_UN)
			_ = dir.Close()
		}, nil
	}
	_ = dir.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, ErrHeld
	}
	// NFS, for one, wants a file that is open for writing.
	return nil, fmt.Errorf("%w: %w", ErrNoLocks, err)
}

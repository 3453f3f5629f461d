package workdir

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

const lockFile = ".credwiz.lock"

// TryLock locks a file that exists only while it is open, without waiting. The error is ErrHeld or ErrNoLocks.
func (d *Dir) TryLock() (unlock func(), err error) {
	file, err := d.root.OpenFile(lockFile, os.O_CREATE|os.O_RDWR, SecretMode)
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED), errors.Is(err, windows.ERROR_SHARING_VIOLATION):
		// A removed file cannot be opened until its last handle is closed.
		return nil, ErrHeld
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoLocks, err)
	}
	err = windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, new(windows.Overlapped))
	switch {
	case err == nil && !d.isNamed(lockFile, file):
		// Its last owner has removed it: the name may be another file by now.
		err = ErrHeld
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		err = ErrHeld
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrNoLocks, err)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return func() {
		// Remove first: a process that gets the lock of a nameless file tries again.
		_ = d.root.Remove(lockFile)
		_ = file.Close()
	}, nil
}

func (d *Dir) isNamed(name string, file *os.File) bool {
	named, err := d.root.Lstat(name)
	if err != nil {
		return false
	}
	open, err := file.Stat()
	return err == nil && os.SameFile(named, open)
}

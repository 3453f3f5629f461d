package workdir

import (
	"context"
	"errors"
	"fmt"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/task"
)

// A step holds the folder's lock while it writes, so that two runs share one key and keep each other's changes. The
// lock ends with its process. Without locks the step runs all the same: a key is never replaced.

const (
	// LockPatience is how long to wait for another credwiz, which holds the lock during its calls.
	LockPatience = 10 * time.Second
	// ShortLockPatience suffices while another credwiz saves a token.
	ShortLockPatience = 250 * time.Millisecond
	lockInterval      = 50 * time.Millisecond
)

var (
	// ErrHeld is a lock that another process has.
	ErrHeld = errors.New("locked by another process")
	// ErrNoLocks is a file system without locks.
	ErrNoLocks = errors.New("the file system doesn't support locks")
)

// BusyError is a folder in which another credwiz works.
type BusyError struct{ Folder string }

func (e *BusyError) Error() string { return e.Folder + ": another credwiz is running in it" }

// Lock waits for the folder's lock and takes it.
func (d *Dir) Lock(ctx context.Context, w task.Runner) (unlock func(), err error) {
	return d.LockWithin(ctx, w, LockPatience)
}

// LockWithin waits at most patience for the folder's lock.
func (d *Dir) LockWithin(ctx context.Context, w task.Runner, patience time.Duration) (unlock func(), err error) {
	unlock, err = d.TryLock()
	if errors.Is(err, ErrHeld) {
		err = w.Local(WaitForOther, func() (string, error) {
			unlock, err = d.awaitLock(ctx, patience)
			return "done", err
		})
	}
	if errors.Is(err, ErrNoLocks) {
		return func() {}, nil
	}
	return unlock, err
}

// WaitForOther is the event text while another credwiz has the lock.
const WaitForOther = "wait for another credwiz in this folder"

func (d *Dir) awaitLock(ctx context.Context, within time.Duration) (unlock func(), err error) {
	tick := time.NewTicker(lockInterval)
	defer tick.Stop()
	patience := time.NewTimer(within)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the folder's lock: %w", ctx.Err())
		case <-patience.C:
			return nil, &BusyError{Folder: d.Name()}
		case <-tick.C:
		}
		if unlock, err = d.TryLock(); !errors.Is(err, ErrHeld) {
			return unlock, err
		}
	}
}

// Advice says what to do.
func (e *BusyError) Advice() advice.Advice {
	return advice.Advice{
		What: "Another credwiz is running in " + redact.Printable(e.Folder) + ".",
		Do:   "Wait for it or stop it, then try again. Or choose another folder with --dir.",
		Kind: advice.Other, Retry: true,
	}
}

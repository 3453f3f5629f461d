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

// While a step writes in the folder, no other credwiz does: of two that start together, the second finds the key and
// the notes of the first, and what both add to a file is there in the end.
//
// The lock ends with the process that has it, however that ends. Where the file system knows no locks the step goes on
// without one: a key is still never replaced.

const (
	// LockPatience is how long another credwiz is waited for. It holds the lock during its calls too.
	LockPatience = 10 * time.Second
	// ShortLockPatience is enough for another credwiz to note a token. What does without its note does not wait for more.
	ShortLockPatience = 250 * time.Millisecond
	lockInterval      = 50 * time.Millisecond
)

var (
	// ErrHeld is a lock that another process has.
	ErrHeld = errors.New("locked by another process")
	// ErrNoLocks is a file system that knows no locks.
	ErrNoLocks = errors.New("the file system knows no locks")
)

// BusyError is a folder in which another credwiz is at work.
type BusyError struct{ Folder string }

func (e *BusyError) Error() string { return e.Folder + ": another credwiz is at work in it" }

// Lock waits until no other credwiz has the folder's lock, and takes it.
func (d *Dir) Lock(ctx context.Context, w task.Runner) (unlock func(), err error) {
	return d.LockWithin(ctx, w, LockPatience)
}

// LockWithin waits as long as patience for the folder's lock, and takes it.
func (d *Dir) LockWithin(ctx context.Context, w task.Runner, patience time.Duration) (unlock func(), err error) {
	unlock, err = d.TryLock()
	if errors.Is(err, ErrHeld) {
		err = w.Local(WaitForOther, func() (string, error) {
			unlock, err = d.awaitLock(ctx, patience)
			return "it is done", err
		})
	}
	if errors.Is(err, ErrNoLocks) {
		return func() {}, nil
	}
	return unlock, err
}

// WaitForOther is what is told, as an Event, while the folder is another's.
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
		What: "Another credwiz is at work in " + redact.Printable(e.Folder) + ", and is not done yet.",
		Do:   "Wait for it or end it, then try again. Another folder needs no waiting: --dir.",
		Kind: advice.Other, Retry: true,
	}
}

package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"credwiz/client/redact"
)

// While a step writes in the folder, no other credwiz does: of two that start together, the second finds the key and
// the notes of the first, and what both add to a file is there in the end.
//
// The lock ends with the process that has it, however that ends. Where the file system knows no locks the step goes on
// without one: a key is still never replaced.

const (
	// lockPatience is how long another credwiz is waited for. It holds the lock during its calls too.
	lockPatience = 10 * time.Second
	// noteWait is enough for another credwiz to note a token. What does without its note does not wait for more.
	noteWait     = 250 * time.Millisecond
	lockInterval = 50 * time.Millisecond
)

var (
	errLocked  = errors.New("locked by another process")
	errNoLocks = errors.New("the file system knows no locks")
)

// BusyError is a folder in which another credwiz is at work.
type BusyError struct{ Folder string }

// Error names the folder.
func (e *BusyError) Error() string { return e.Folder + ": another credwiz is at work in it" }

// alone does a part of a step while no other credwiz writes in the folder.
func (s Session) alone(ctx context.Context, w work, do func(Session) (Session, error)) (Session, error) {
	unlock, err := s.Place.Folder.lock(ctx, w)
	if err != nil {
		return s, err
	}
	defer unlock()
	return do(s)
}

// lock waits until no other credwiz has the folder's lock, and takes it.
func (f *Folder) lock(ctx context.Context, w work) (unlock func(), err error) {
	return f.lockWithin(ctx, w, lockPatience)
}

func (f *Folder) lockWithin(ctx context.Context, w work, patience time.Duration) (unlock func(), err error) {
	unlock, err = f.tryLock()
	if errors.Is(err, errLocked) {
		err = w.local(WaitForOther, func() (string, error) {
			unlock, err = f.awaitLock(ctx, patience)
			return "it is done", err
		})
	}
	if errors.Is(err, errNoLocks) {
		return func() {}, nil
	}
	return unlock, err
}

// WaitForOther is what is told, as an Event, while the folder is another's.
const WaitForOther = "wait for another credwiz in this folder"

func (f *Folder) awaitLock(ctx context.Context, within time.Duration) (unlock func(), err error) {
	tick := time.NewTicker(lockInterval)
	defer tick.Stop()
	patience := time.NewTimer(within)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the folder's lock: %w", ctx.Err())
		case <-patience.C:
			return nil, &BusyError{Folder: f.Name()}
		case <-tick.C:
		}
		if unlock, err = f.tryLock(); !errors.Is(err, errLocked) {
			return unlock, err
		}
	}
}

// Advice says what to do.
func (e *BusyError) Advice() Advice {
	return Advice{
		What: "Another credwiz is at work in " + redact.Printable(e.Folder) + ", and is not done yet.",
		Do:   "Wait for it or end it, then try again. Another folder needs no waiting: --dir.",
		Kind: Other, Retry: true,
	}
}

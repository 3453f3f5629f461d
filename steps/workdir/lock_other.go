//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package workdir

// TryLock returns ErrNoLocks: this system has no supported locks.
func (d *Dir) TryLock() (unlock func(), err error) { return nil, ErrNoLocks }

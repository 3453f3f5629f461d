//go:build unix

package main

import (
	"errors"
	"os"
	"time"
)

// clock is a file's time stamp, shared by processes.
type clock string

func newClock(path string) (clock, error) {
	noon := time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)
	return clock(path), errors.Join(os.WriteFile(path, nil, 0o600), clock(path).set(noon))
}

func (c clock) set(t time.Time) error { return os.Chtimes(string(c), t, t) }

func (c clock) now() time.Time {
	info, err := os.Stat(string(c))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime().UTC()
}

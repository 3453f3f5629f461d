//go:build linux

package main

import "time"

const (
	rounds = 50
	// One start is short and noisy.
	startsPerRound = 4
	// These fall into the generation of the key pair, 30 to 70 ms after the first frame.
	earlyKeys, earlyPause = 8, 15 * time.Millisecond
	listKeys, keyPause    = 200, 25 * time.Millisecond
	idleFor               = 3 * time.Second
	pastes                = 3
	applications          = 1000
	rosterUsers           = 10_000
)

// measure alternates each figure with its floor.
func (l *lab) measure() error {
	for range rounds {
		for _, round := range []func() error{l.timeStarts, l.timeFrames, l.timeJob} {
			if err := round(); err != nil {
				return err
			}
		}
	}
	for _, once := range []func() error{l.timeKeys, l.weighPastes, l.weighJourney, l.weighRoster, l.weighPrograms} {
		if err := once(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) timeStarts() error {
	for range startsPerRound {
		for _, s := range l.starts() {
			if err := l.timed(s.name, func() error { return l.spawn(l.used, s.args...) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// timeFrames times the first frame, and keys typed at once.
func (l *lab) timeFrames() error {
	for _, t := range []struct {
		frame, key string
		silent     bool
		args       []string
	}{
		{"least program's frame", "least program's early key", false, []string{l.floor}},
		{"frame", "early key", false, []string{l.wizard, "--demo"}},
		{"least program's silent frame", "", true, []string{l.floor}},
		{"silent frame", "", true, []string{l.wizard, "--demo"}},
		// With a journal and a .env to read first.
		{"used frame", "", false, []string{l.wizard, "--dir", l.used}},
	} {
		began := time.Now()
		w, err := l.open(t.silent, t.args...)
		if err != nil {
			return err
		}
		if err := w.sees("Connect your account"); err != nil {
			return err
		}
		l.add(t.frame, w.Heard().Sub(began))
		if t.key != "" {
			if err := l.timeTyping(earlyKeys, earlyPause, typist{w, t.key}); err != nil {
				return err
			}
		}
		if err := w.leaves(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) timeJob() error {
	if err := l.timed("one key pair", makeKey); err != nil {
		return err
	}
	dir, err := l.folder()
	if err != nil {
		return err
	}
	return l.timed("job", func() error { return l.spawn(dir, l.job(dir)...) })
}

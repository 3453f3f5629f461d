//go:build linux

package main

import (
	"time"

	"credwiz/client/jwt"
)

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

func (l *lab) measure() {
	for range rounds {
		l.timeStarts()
		l.timeFrames()
		l.timeJob()
	}
	l.timeKeys()
	l.weighPastes()
	l.weighJourney()
	l.weighRoster()
	l.weighPrograms()
}

func (l *lab) timeStarts() {
	for range startsPerRound {
		l.timed("/bin/true", func() error { return l.spawn(l.used, "/bin/true") })
		l.timed("credwiz --version", func() error { return l.spawn(l.used, l.wizard, "--version") })
		l.timed("credwiz token", func() error { return l.spawn(l.used, l.wizard, "token") })
	}
}

// timeFrames times the first frame, and keys typed at once.
func (l *lab) timeFrames() {
	for _, t := range []struct {
		frame, key string
		silent     bool
		args       []string
	}{
		{"least program's frame", "least program's early key", false, []string{l.floor}},
		{"frame", "early key", false, []string{l.wizard, "--demo"}},
		{"least program's silent frame", "", true, []string{l.floor}},
		{"silent frame", "", true, []string{l.wizard, "--demo"}},
		{"used frame", "", false, []string{l.wizard, "--dir", l.used}}, // with a journal and a .env to read first
	} {
		began := time.Now()
		w := l.open(t.silent, t.args...)
		w.sees("● Account")
		l.do(func() error {
			l.add(t.frame, w.Heard().Sub(began))
			return nil
		})
		if t.key != "" {
			l.timeTyping(earlyKeys, earlyPause, typist{w, t.key})
		}
		w.leaves()
	}
}

func (l *lab) timeJob() {
	l.timed("one key pair", func() error {
		_, err := jwt.GenerateKey()
		return err
	})
	dir := l.folder()
	l.timed("job", func() error { return l.spawn(dir, l.job(dir)...) })
}

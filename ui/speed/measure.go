//go:build linux

package main

import (
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"credwiz/ui/terminal"
)

const (
	rounds = 3
	// One start is short, and much disturbs it.
	startsPerRound = 4
	// These fall into the time in which the key pair is made: from 30 ms after the first frame on, for 40 ms or more.
	earlyKeys, earlyPause = 8, 15 * time.Millisecond
	listKeys, keyPause    = 200, 25 * time.Millisecond
	idleFor               = 3 * time.Second
	pastes                = 3
	applications          = 1000
)

// measure takes all samples, those of each figure in turns with those of its floor.
func (l *lab) measure() error {
	for range rounds {
		for _, round := range []func() error{l.timeStarts, l.timeFrames, l.timeJob} {
			if err := round(); err != nil {
				return err
			}
		}
	}
	for _, once := range []func() error{l.timeKeys, l.weighPastes, l.weighJourney, l.weighPrograms} {
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

// timeFrames times the first frame, and then the keys of somebody who types at once.
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

// typist is a window that is typed in, and the name of the samples.
type typist struct {
	window
	name string
}

// timeTyping types a letter and takes it back, so many times in each window, in turns.
func (l *lab) timeTyping(keys int, pause time.Duration, typists ...typist) error {
	for i := range keys {
		key := []string{"a", "backspace"}[i%2]
		for _, t := range typists {
			if err := l.pause(pause); err != nil {
				return err
			}
			took, err := t.repaint(key)
			if err != nil {
				return err
			}
			l.add(t.name, took)
		}
	}
	return nil
}

// timeKeys types into a list of many applications, and then leaves both programs alone.
func (l *lab) timeKeys() error {
	account, err := newAccount(l.ctx, applications)
	if err != nil {
		return err
	}
	defer account.close()
	list, err := l.open(false, l.wizard, "--api-host", account.url, "--api-key", account.key)
	if err != nil {
		return err
	}
	if err := list.sees("Connect your account", "enter continue", account.last); err != nil {
		return err
	}
	bare, err := l.open(false, l.floor)
	if err != nil {
		return err
	}
	if err := bare.sees("Connect your account"); err != nil {
		return err
	}
	if err := l.timeTyping(listKeys, keyPause, typist{list, "key in a list"}, typist{bare, "least program's key"}); err != nil {
		return err
	}
	if err := l.weighIdleness(map[string]window{"idle": list, "least program's idle": bare}); err != nil {
		return err
	}
	if err := list.leaves(); err != nil {
		return err
	}
	return bare.leaves()
}

// weighIdleness counts the time on processors, in percent of the time that passes.
func (l *lab) weighIdleness(windows map[string]window) error {
	before := map[string]time.Duration{}
	began := time.Now()
	for name, w := range windows {
		spent, err := w.Processors()
		if err != nil {
			return err
		}
		before[name] = spent
	}
	timer := time.NewTimer(idleFor)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ctx.Done():
	}
	for name, w := range windows {
		spent, err := w.Processors()
		if err != nil {
			return err
		}
		l.note(name, 100*float64(spent-before[name])/float64(time.Since(began)))
	}
	return l.ctx.Err()
}

// weighPastes counts the time on processors that a paste takes, until the next key is taken.
func (l *lab) weighPastes() error {
	const text = "key\rsecret\r\n"
	for range pastes {
		for name, size := range map[string]int{"paste 1": 1 << 20, "paste 4": 4 << 20} {
			w, err := l.open(false, l.wizard, "--demo", "--latency", "0")
			if err != nil {
				return err
			}
			// At a question after the key pair was made, which costs more and never the same.
			if err := w.sees("Connect your account", "enter continue", "Application name", "enter continue", "User name"); err != nil {
				return err
			}
			before, err := w.Processors()
			if err != nil {
				return err
			}
			if err := w.Type(ansi.BracketedPasteStart + strings.Repeat(text, size/len(text)) + ansi.BracketedPasteEnd); err != nil {
				return err
			}
			if err := w.sees("characters were taken"); err != nil {
				return err
			}
			if err := w.Press("X"); err != nil {
				return err
			}
			if err := w.sees("there is no room for more"); err != nil {
				return err
			}
			after, err := w.Processors()
			if err != nil {
				return err
			}
			l.add(name, after-before)
			if err := w.leaves(); err != nil {
				return err
			}
		}
	}
	return nil
}

// weighJourney asks for the most memory that the whole journey took, with the largest screens on the way.
func (l *lab) weighJourney() error {
	w, err := l.open(false, l.wizard, "--demo", "--latency", "0")
	if err != nil {
		return err
	}
	if err := w.sees("Connect your account", "enter continue", "Application name", "enter continue",
		"User name", "enter continue", "Valid for", "Ready to log in"); err != nil {
		return err
	}
	for _, panel := range [][2]string{{"x", "openssl"}, {"s", "Log in with JavaScript"}, {"q", "esc close"}, {"?", "esc close"}} {
		if err := w.Press(panel[0]); err != nil {
			return err
		}
		if err := w.sees(panel[1]); err != nil {
			return err
		}
		if err := w.Press("esc"); err != nil {
			return err
		}
		if err := w.sees("Time left"); err != nil {
			return err
		}
	}
	bare, err := l.open(false, l.floor)
	if err != nil {
		return err
	}
	if err := bare.sees("Connect your account"); err != nil {
		return err
	}
	for name, t := range map[string]*terminal.Terminal{"memory": w.Terminal, "least program's memory": bare.Terminal} {
		peak, err := t.PeakMemory()
		if err != nil {
			return err
		}
		l.note(name, float64(peak)/(1<<20))
	}
	if err := bare.leaves(); err != nil {
		return err
	}
	return w.leaves()
}

func (l *lab) weighPrograms() error {
	for name, program := range map[string]string{"size": l.wizard, "least program's size": l.floor} {
		info, err := os.Stat(program)
		if err != nil {
			return err
		}
		l.note(name, float64(info.Size())/(1<<20))
	}
	return nil
}

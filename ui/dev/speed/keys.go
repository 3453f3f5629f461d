//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"credwiz/client/sandbox"
)

type typist struct {
	*window
	name string
}

// timeTyping types and deletes a letter, in each window in turn.
func (l *lab) timeTyping(keys int, pause time.Duration, typists ...typist) {
	for i := range keys {
		key := []string{"a", "backspace"}[i%2]
		for _, t := range typists {
			l.wait(rand.N(pause)) //nolint:gosec // It is only not to be in step with the frames.
			l.add(t.name, t.repaint(key))
		}
	}
}

// timeKeys types into a long list, then measures both programs idle.
func (l *lab) timeKeys() {
	list := l.open(false, l.wizard, "--api-host", l.account(applications), "--api-key", sandbox.DefaultAPIKey)
	list.sees(fmt.Sprintf("of %d", applications+1))
	bare := l.open(false, l.floor)
	bare.sees("● Account")
	l.timeTyping(listKeys, keyPause, typist{list, "key in a list"}, typist{bare, "least program's key"})
	l.weighIdleness(typist{list, "idle"}, typist{bare, "least program's idle"})
	list.leaves()
	bare.leaves()
}

func (l *lab) weighIdleness(windows ...typist) {
	before := make([]time.Duration, len(windows))
	began := time.Now()
	for i, w := range windows {
		before[i] = w.processors()
	}
	l.wait(idleFor)
	for i, w := range windows {
		l.note(w.name, 100*float64(w.processors()-before[i])/float64(time.Since(began)))
	}
}

//go:build linux

package main

import "time"

type typist struct {
	window
	name string
}

// timeTyping types and deletes a letter, in each window in turn.
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

// timeKeys types into a long list, then measures both programs idle.
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

// weighIdleness measures processor time in percent.
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

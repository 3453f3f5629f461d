//go:build linux

package main

import (
	"context"
	"errors"
	"time"

	"credwiz/ui/dev/terminal"
)

const soon = 20 * time.Second

// window is a program in a terminal. Its first error is the lab's.
type window struct {
	*terminal.Terminal
	lab *lab
}

func (l *lab) open(silent bool, args ...string) *window {
	w := &window{lab: l}
	dir := l.folder()
	l.do(func() (err error) {
		w.Terminal, err = terminal.Start(terminal.Config{Command: args, Dir: dir, Env: l.environment(dir), Silent: silent})
		if err == nil {
			l.windows = append(l.windows, w)
		}
		return err
	})
	return w
}

func (w *window) sees(texts ...string) {
	for i, text := range texts {
		if i > 0 {
			w.press("enter")
		}
		w.lab.do(func() error {
			ctx, cancel := context.WithTimeout(w.lab.ctx, soon)
			defer cancel()
			return w.WaitFor(ctx, text)
		})
	}
}

func (w *window) press(key string) { w.lab.do(func() error { return w.Press(key) }) }

func (w *window) repaint(key string) (took time.Duration) {
	w.lab.do(func() (err error) {
		ctx, cancel := context.WithTimeout(w.lab.ctx, soon)
		defer cancel()
		took, err = w.Repaint(ctx, key)
		return err
	})
	return took
}

func (w *window) processors() (spent time.Duration) {
	w.lab.do(func() (err error) {
		spent, err = w.Processors()
		return err
	})
	return spent
}

func (w *window) leaves() {
	w.press("ctrl+c")
	w.lab.do(func() error {
		_, _, err := w.Wait(w.lab.ctx)
		return errors.Join(err, w.Close())
	})
}

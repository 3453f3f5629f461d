//go:build unix

package terminal

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
)

// WaitFor waits until text is within a row of the screen. Its error shows the screen.
func (t *Terminal) WaitFor(ctx context.Context, text string) error {
	if err := t.until(ctx, func(screen string) bool { return strings.Contains(screen, text) }); err != nil {
		return fmt.Errorf("%q is not on the screen: %w\n%s", text, err, t.framed())
	}
	return nil
}

// WaitGone waits until text is not on the screen. See it there first.
func (t *Terminal) WaitGone(ctx context.Context, text string) error {
	if err := t.until(ctx, func(screen string) bool { return !strings.Contains(screen, text) }); err != nil {
		return fmt.Errorf("%q is still on the screen: %w\n%s", text, err, t.framed())
	}
	return nil
}

func (t *Terminal) until(ctx context.Context, seen func(screen string) bool) error {
	for {
		t.mu.Lock()
		ok, ended, changed := seen(t.text()), t.ended, t.changed
		t.mu.Unlock()
		switch {
		case ok:
			return nil
		case ended:
			return ErrEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Settle waits until the program pauses its output. It is for pictures: a test should wait for what it sees.
func (t *Terminal) Settle(ctx context.Context, quiet time.Duration) error {
	pause := time.NewTimer(quiet)
	defer pause.Stop()
	for {
		t.mu.Lock()
		ended, changed := t.ended, t.changed
		t.mu.Unlock()
		if ended {
			return nil
		}
		select {
		case <-changed:
			pause.Reset(quiet)
		case <-pause.C:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("the output never paused for %s: %w", quiet, context.Cause(ctx))
		}
	}
}

// Screen returns the rows, without trailing blanks.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text()
}

// Raw returns every byte written so far, to find what must never appear.
func (t *Terminal) Raw() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.raw)
}

func (t *Terminal) text() string {
	rows := make([]string, t.screen.Height())
	for y := range rows {
		var row strings.Builder
		for x := 0; x < t.screen.Width(); {
			cell := t.screen.CellAt(x, y)
			if cell == nil || cell.Content == "" {
				row.WriteByte(' ')
				x++
				continue
			}
			row.WriteString(cell.Content)
			x += max(1, cell.Width)
		}
		rows[y] = strings.TrimRight(row.String(), " ")
	}
	return strings.Join(rows, "\n")
}

func (t *Terminal) framed() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	rule := fmt.Sprintf("-- screen %dx%d ", t.screen.Width(), t.screen.Height())
	rule += strings.Repeat("-", max(0, 60-len(rule)))
	screen := strings.TrimRight(t.text(), "\n")
	return rule + "\n" + screen + "\n" + strings.Repeat("-", len(rule))
}

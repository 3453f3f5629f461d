//go:build unix

package terminal

import (
	"context"
	"fmt"
	"time"
)

// Heard returns when the last output came.
func (t *Terminal) Heard() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heard
}

// Repaint presses a key and returns the time until the next output. The program must write nothing by itself.
func (t *Terminal) Repaint(ctx context.Context, key string) (time.Duration, error) {
	t.mu.Lock()
	changed := t.changed
	t.mu.Unlock()
	began := time.Now()
	if err := t.Press(key); err != nil {
		return 0, err
	}
	select {
	case <-changed:
	case <-ctx.Done():
		return 0, fmt.Errorf("%s repainted nothing: %w\n%s", key, context.Cause(ctx), t.framed())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return 0, fmt.Errorf("press %s: %w", key, ErrEnded)
	}
	return t.heard.Sub(began), nil
}

package steps

import (
	"context"
	"sync"
	"time"

	"credwiz/steps/task"
)

// atOnce is how many calls of a batch are under way at a time.
const atOnce = 8

// limiter is the pause that all calls of a batch share after the API has refused one of them with a 429. Its zero value is
// no pause.
type limiter struct {
	mu    sync.Mutex
	until time.Time
}

// pause makes every further call wait until then. It reports whether that is later than before.
func (l *limiter) pause(until time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	later := until.After(l.until)
	if later {
		l.until = until
	}
	return later
}

// wait waits for the end of the pause, or of ctx.
func (l *limiter) wait(ctx context.Context, w task.Runner) error {
	l.mu.Lock()
	left := l.until.Sub(w.Now())
	l.mu.Unlock()
	if left <= 0 {
		return ctx.Err()
	}
	return w.Wait(ctx, left)
}

package steps

import (
	"context"
	"sync"
	"time"
)

// How many calls are under way at a time: at first, and at most. One more is tried after so many that went well.
const (
	firstCrew   = 8
	largestCrew = 16
	enoughWell  = 50
)

// crew lets so many work at a time as the API bears: half as many after each 429, and slowly more again.
type crew struct {
	mu    sync.Mutex
	free  *sync.Cond
	limit int
	busy  int
	well  int // in a row
	burst int // how often it was halved
	rest  time.Time
}

func newCrew() *crew {
	c := &crew{limit: firstCrew}
	c.free = sync.NewCond(&c.mu)
	return c
}

// begin waits for a place; it reports false if ctx ends before there is one. burst is for tooMany.
func (c *crew) begin(ctx context.Context) (burst int, ok bool) {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.free.Broadcast()
	})
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.busy >= c.limit && ctx.Err() == nil {
		c.free.Wait()
	}
	if ctx.Err() != nil {
		return c.burst, false
	}
	c.busy++
	return c.burst, true
}

// now is the burst of a call that is made now.
func (c *crew) now() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.burst
}

// end gives the place back.
func (c *crew) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
	c.free.Broadcast()
}

// tooMany halves the crew, once for all calls of a burst: those that were under way together are refused together.
func (c *crew) tooMany(burst int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if burst < c.burst {
		return
	}
	c.burst++
	c.limit, c.well = max(c.limit/2, 1), 0
}

// restUntil keeps everybody from the API for as long as it has asked one of them to stay away. It reports whether that is
// longer than they do already.
func (c *crew) restUntil(end time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	longer := end.After(c.rest)
	if longer {
		c.rest = end
	}
	return longer
}

// restLeft is how long nobody is to make a call.
func (c *crew) restLeft(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(c.rest.Sub(now), 0)
}

// went notes a call that went well.
func (c *crew) went() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.well++; c.well >= enoughWell {
		c.limit, c.well = min(c.limit+1, largestCrew), 0
		c.free.Broadcast()
	}
}

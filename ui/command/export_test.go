package command

import (
	"context"
	"io"
	"os"
	"time"
)

// RunAt is Run with another clock.
func RunAt(ctx context.Context, now func() time.Time, args []string, in *os.File, out, errs io.Writer) int {
	return console{in: in, out: out, err: errs, now: now}.run(ctx, args)
}

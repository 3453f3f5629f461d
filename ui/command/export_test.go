package command

import (
	"context"
	"io"
	"os"
	"testing"
	"time"
)

// RunAt is Run with another clock.
func RunAt(ctx context.Context, now func() time.Time, args []string, in *os.File, out, errs io.Writer) int {
	return console{in: in, out: out, err: errs, now: now}.run(ctx, args)
}

// must gives the value of a call that works whatever is tested.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

//go:build linux

// Command speed measures what people wait for and what the wizard costs, against the smallest program of its kind.
// Both run in turns, so that a busy machine slows both: compare ratios, not milliseconds. With -gate 1.5 it fails if
// a figure exceeds 1.5 times its budget. Run it with go run ./ui/dev/speed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

const patience = 10 * time.Minute

func main() {
	gate := flag.Float64("gate", 0, "fail if a figure is over `TIMES` its budget; 0 never fails")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ctx, cancel := context.WithTimeout(ctx, patience)
	code := run(ctx, *gate)
	cancel()
	stop()
	os.Exit(code)
}

func run(ctx context.Context, gate float64) int {
	began := time.Now()
	l, err := newLab(ctx)
	if err == nil {
		defer l.close()
		l.measure()
		err = l.err
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		return 1
	}
	failed := printTable(os.Stdout, l.rows(), l.samples, gate)
	_, _ = fmt.Fprintf(os.Stdout, "\n%d rounds in %s.\n", rounds, time.Since(began).Round(time.Second))
	if failed > 0 {
		fmt.Fprintf(os.Stderr, "speed: %d over %.4g times the budget\n", failed, gate)
		return 1
	}
	return 0
}

//go:build linux

// Command speed measures what people wait for, and what the wizard takes of their machine, beside what the least
// program of its kind needs. All is measured in one run, in turns, so that a busy machine slows both sides alike:
// compare the ratios, and not the milliseconds of two machines.
//
//	go run ./ui/dev/speed
//
// With -gate 1.5 it fails if a figure is over one and a half times its budget.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// patience is how long all of it may take, on a machine that is very busy.
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
		err = l.measure()
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

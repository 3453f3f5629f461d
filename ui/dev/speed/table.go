//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// printTable returns how many figures are over gate times their budget.
func printTable(out io.Writer, rows []row, samples map[string][]float64, gate float64) (failed int) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "what\tmeasured\tfloor\tratio\tbudget\tused\t")
	for _, r := range rows {
		figure, floor, ratio := r.of(samples[r.figure]), 0.0, ""
		besides := "-"
		if r.floor != "" {
			floor = r.of(samples[r.floor])
			besides = fmt.Sprintf("%.3g %s, %s", floor, r.unit, r.floor)
			ratio = fmt.Sprintf("%.2f", figure/floor)
		}
		limit := r.times*floor + r.plus
		verdict := ""
		switch {
		case gate > 0 && figure > gate*limit:
			verdict = "FAILS"
			failed++
		case figure > limit:
			verdict = "over"
		}
		_, _ = fmt.Fprintf(table, "%s\t%.3g %s\t%s\t%s\t%s\t%.0f %%\t%s\n",
			r.what, figure, r.unit, besides, ratio, r.budget(), 100*figure/limit, verdict)
	}
	_ = table.Flush()
	return failed
}

func (r row) budget() string {
	switch {
	case r.times == 0:
		return fmt.Sprintf("%.4g %s", r.plus, r.unit)
	case r.plus == 0:
		return fmt.Sprintf("%.4g x floor", r.times)
	}
	return fmt.Sprintf("floor + %.4g %s", r.plus, r.unit)
}

func median(samples []float64) float64 { return quantile(samples, 0.5) }

func high(samples []float64) float64 { return quantile(samples, 0.95) }

// least is for repeated samples that others may disturb.
func least(samples []float64) float64 { return slices.Min(samples) }

// mean is for naturally varying samples: a key pair takes 5 or 200 ms.
func mean(samples []float64) float64 {
	var sum float64
	for _, s := range samples {
		sum += s
	}
	return sum / float64(len(samples))
}

func quantile(samples []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

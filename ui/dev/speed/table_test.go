//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTheGateFailsOnlyWhatIsFarOverItsBudget(t *testing.T) {
	samples := map[string][]float64{"floor": {10, 30, 20}, "figure": {44, 46, 45, 1000, 1}}
	for name, test := range map[string]struct {
		row    row
		gate   float64
		failed int
		says   string
	}{
		"within a ratio":                    {row{times: 3}, 1.5, 0, "3 x floor"},
		"over a ratio":                      {row{times: 2}, 1.5, 0, "over"},
		"far over a ratio":                  {row{times: 1}, 1.5, 1, "FAILS"},
		"far over, without a gate":          {row{times: 1}, 0, 0, "over"},
		"within so much":                    {row{plus: 50}, 1.5, 0, "50 ms"},
		"far over so much":                  {row{plus: 20}, 1.5, 1, "FAILS"},
		"within the floor and so much more": {row{times: 1, plus: 30}, 1.5, 0, "floor + 30 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.row
			r.what, r.unit, r.figure, r.floor, r.of = "it", "ms", "figure", "floor", median
			var out bytes.Buffer
			if failed := printTable(&out, []row{r}, samples, test.gate); failed != test.failed || !strings.Contains(out.String(), test.says) {
				t.Errorf("%d failed, want %d, with %q in:\n%s", failed, test.failed, test.says, &out)
			}
			if !strings.Contains(out.String(), "2.25") {
				t.Errorf("the ratio is not there:\n%s", &out)
			}
		})
	}
}

func TestAFigureIsTakenOfItsSamples(t *testing.T) {
	hundred := make([]float64, 101)
	for i := range hundred {
		hundred[len(hundred)-1-i] = float64(i)
	}
	for name, test := range map[string]struct {
		of   func([]float64) float64
		want float64
	}{"median": {median, 50}, "high": {high, 95}, "least": {least, 0}, "mean": {mean, 50}} {
		if got := test.of(hundred); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestTheDocsHaveEachFigureWithItsBudget(t *testing.T) {
	page, err := os.ReadFile("../../../.github/docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{wizard: "credwiz"}
	for _, r := range l.rows() {
		if line := fmt.Sprintf("\n| %s | %s |", r.what, strings.TrimSpace(r.floor+" | "+r.budget())); !strings.Contains(string(page), line) {
			t.Errorf("performance.md has no row that begins with %q", line[1:])
		}
	}
}

package client_test

import (
	"errors"
	"strconv"
	"testing"

	"credwiz/client"
)

func TestAWalkThroughAListEnds(t *testing.T) {
	t.Attr("fault", "N14")
	steps := func(mark func(n int) string) int {
		var w client.Walk
		for n := 1; n < 1000; n++ {
			if err := w.Next(mark(n)); err != nil {
				if !errors.Is(err, client.ErrEndless) {
					t.Errorf("got %v", err)
				}
				return n
			}
		}
		return 0
	}
	for name, test := range map[string]struct {
		mark func(n int) string
		want int // pages that were asked for
	}{
		"the same cursor again": {func(int) string { return "a" }, 2},
		"a circle of three":     {func(n int) string { return strconv.Itoa(n % 3) }, 4},
		"new ones for ever":     {strconv.Itoa, client.MaxPages},
	} {
		if got := steps(test.mark); got != test.want {
			t.Errorf("%s: it ends after %d pages, want %d", name, got, test.want)
		}
	}
}

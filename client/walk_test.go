package client_test

import (
	"errors"
	"strconv"
	"testing"

	"credwiz/client"
)

func TestAWalkThroughAListEnds(t *testing.T) {
	t.Attr("fault", "N14")
	steps := func(pages int, mark func(n int) string) int {
		w := client.Walk{Pages: pages}
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
		pages int
		mark  func(n int) string
		want  int // pages that were asked for
	}{
		"the same cursor again": {0, func(int) string { return "a" }, 2},
		"a circle of three":     {0, func(n int) string { return strconv.Itoa(n % 3) }, 4},
		"new ones for ever":     {0, strconv.Itoa, client.MaxPages},
		"a longer list":         {300, strconv.Itoa, 300},
	} {
		if got := steps(test.pages, test.mark); got != test.want {
			t.Errorf("%s: it ends after %d pages, want %d", name, got, test.want)
		}
	}
}

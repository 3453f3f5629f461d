package client_test

import (
	"errors"
	"strconv"
	"testing"

	"credwiz/client"
)

func TestAWalkThroughAListEnds(t *testing.T) {
	t.Attr("fault", "N14")
	asked := func(most int, mark func(n int) string) int {
		n := 0
		for _, err := range client.Pages("list", most, func() (int, string, error) { n++; return n, mark(n), nil }) {
			if err != nil && !errors.Is(err, client.ErrTooManyPages) {
				t.Errorf("got %v", err)
			}
		}
		return n
	}
	for name, test := range map[string]struct {
		most int
		mark func(n int) string
		want int // pages that were asked for
	}{
		"the same cursor again": {client.MaxPages, func(int) string { return "a" }, 2},
		"a circle of three":     {client.MaxPages, func(n int) string { return strconv.Itoa(n % 3) }, 4},
		"new ones for ever":     {client.MaxPages, strconv.Itoa, client.MaxPages},
		"a longer list":         {300, strconv.Itoa, 300},
	} {
		equal(t, asked(test.most, test.mark), test.want, "%s: it ends after", name)
	}
}

package client

import (
	"errors"
	"fmt"
	"iter"
)

// MaxPages is the usual limit of pages in a list: 10,000 entries with the largest pages.
const MaxPages = 100

// ErrTooManyPages is a list that is too long, or goes in a circle. It may still hold what was not found.
var ErrTooManyPages = errors.New("the list does not end")

// Pages gets the pages of a list one after another: at most so many, and none twice. With each page, get returns a mark
// of its own, such as the cursor of the next one, and no mark with the last page. An error ends the pages. Messages call
// the list what.
func Pages[P any](what string, most int, get func() (page P, mark string, err error)) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		var none P
		seen := map[string]bool{}
		for n := 1; ; n++ {
			page, mark, err := get()
			if err != nil {
				yield(none, err)
				return
			}
			if !yield(page, nil) || mark == "" {
				return
			}
			switch {
			case seen[mark]:
				yield(none, fmt.Errorf("%s: page %d repeats an earlier page: %w", what, n, ErrTooManyPages))
				return
			case n == most:
				yield(none, fmt.Errorf("%s: after %d pages: %w", what, most, ErrTooManyPages))
				return
			}
			seen[mark] = true
		}
	}
}

package client

import (
	"cmp"
	"errors"
	"fmt"
)

// MaxPages is how many pages of a list are asked for unless a Walk says otherwise: 10,000 entries of the largest pages.
const MaxPages = 100

// ErrEndless is a list that goes on for too long, or in a circle. What was looked for in it may be there or not.
var ErrEndless = errors.New("the list does not end")

// Walk is the way from page to page of a list. Its zero value is at the first page.
type Walk struct {
	Pages int // at most; 0 is MaxPages
	seen  map[string]bool
}

// Next takes what tells the pages apart: the cursor of the next one, or the first id of the last one. It returns
// ErrEndless where another page must not be asked for.
func (w *Walk) Next(mark string) error {
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	most := cmp.Or(w.Pages, MaxPages)
	switch {
	case w.seen[mark]:
		return fmt.Errorf("page %d has come before: %w", len(w.seen)+1, ErrEndless)
	case len(w.seen)+1 >= most:
		return fmt.Errorf("after %d pages: %w", most, ErrEndless)
	}
	w.seen[mark] = true
	return nil
}

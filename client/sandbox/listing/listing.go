// Package listing keeps values in the order in which they came, and shows them page
// by page.
package listing

import (
	"slices"
	"sort"
)

// List keeps values in the order in which they came, and finds each by its id.
// Every value has a number, which grows and is never used again: a cursor that
// holds one stays good while other values come and go. The zero value is empty.
type List[T any] struct {
	rows    []row[T] // by number
	numbers map[string]int64
	last    int64
}

type row[T any] struct {
	number int64
	value  T
}

// Add appends a value under an id that is new.
func (l *List[T]) Add(id string, value T) {
	if l.numbers == nil {
		l.numbers = make(map[string]int64)
	}
	l.last++
	l.numbers[id] = l.last
	l.rows = append(l.rows, row[T]{l.last, value})
}

// Last returns the number of the value that came last, even if it is gone.
func (l *List[T]) Last() int64 { return l.last }

// Len returns how many values there are.
func (l *List[T]) Len() int { return len(l.rows) }

// Get returns the value with an id.
func (l *List[T]) Get(id string) (T, bool) {
	number, ok := l.numbers[id]
	if !ok {
		var none T
		return none, false
	}
	return l.rows[l.from(number)].value, true
}

// Set gives a value that is there a new content.
func (l *List[T]) Set(id string, value T) {
	l.rows[l.from(l.numbers[id])].value = value
}

// Remove takes away a value that is there.
func (l *List[T]) Remove(id string) {
	i := l.from(l.numbers[id])
	l.rows = slices.Delete(l.rows, i, i+1)
	delete(l.numbers, id)
}

// from returns the index of the first row whose number is not below number, or
// the number of rows.
func (l *List[T]) from(number int64) int {
	return sort.Search(len(l.rows), func(i int) bool { return l.rows[i].number >= number })
}

// All returns the values.
func (l *List[T]) All() []T { return l.Values(0, len(l.rows)) }

// Values returns the values from index from up to index to.
func (l *List[T]) Values(from, to int) []T {
	values := make([]T, 0, to-from)
	for _, r := range l.rows[from:to] {
		values = append(values, r.value)
	}
	return values
}

package sandbox

import (
	"slices"
	"sort"
)

// ordered keeps values in the order in which they came, and finds each by its
// id. Every value has a number, which grows and is never used again: a cursor
// that holds one stays good while other values come and go.
type ordered[T any] struct {
	rows    []row[T] // by number
	numbers map[string]int64
	last    int64
}

type row[T any] struct {
	number int64
	value  T
}

func (o *ordered[T]) add(id string, value T) {
	if o.numbers == nil {
		o.numbers = make(map[string]int64)
	}
	o.last++
	o.numbers[id] = o.last
	o.rows = append(o.rows, row[T]{o.last, value})
}

func (o *ordered[T]) get(id string) (T, bool) {
	number, ok := o.numbers[id]
	if !ok {
		var none T
		return none, false
	}
	return o.rows[o.from(number)].value, true
}

// set gives a value that is there a new content.
func (o *ordered[T]) set(id string, value T) {
	o.rows[o.from(o.numbers[id])].value = value
}

// remove takes away a value that is there.
func (o *ordered[T]) remove(id string) {
	i := o.from(o.numbers[id])
	o.rows = slices.Delete(o.rows, i, i+1)
	delete(o.numbers, id)
}

// from returns the index of the first row whose number is not below number, or
// the number of rows.
func (o *ordered[T]) from(number int64) int {
	return sort.Search(len(o.rows), func(i int) bool { return o.rows[i].number >= number })
}

// values returns the rows from index from up to index to.
func (o *ordered[T]) values(from, to int) []T {
	values := make([]T, 0, to-from)
	for _, r := range o.rows[from:to] {
		values = append(values, r.value)
	}
	return values
}

package listing

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
)

// Query is which page of a list is wanted.
type Query struct {
	Size       int
	Descending bool
	Cursor     int64 // the number of the first value wanted, or 0
}

// Page is a part of a list.
type Page[T any] struct {
	Values []T
	Places
}

// Places are the numbers of the values with which this, the next and the previous
// page begin, or 0 where there is none.
type Places struct {
	This, Next, Prev int64
}

// Page returns a page of the values that keep lets through, in their order or in
// that of compare. Without a keep or a compare it is all of them, as they came.
func (l *List[T]) Page(q Query, keep func(T) bool, compare func(a, b T) int) Page[T] {
	rows := l.rows
	if keep != nil {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r row[T]) bool { return !keep(r.value) })
	}
	if compare != nil {
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b row[T]) int { return compare(a.value, b.value) })
	}
	at := func(i int) row[T] {
		if q.Descending {
			return rows[len(rows)-1-i]
		}
		return rows[i]
	}
	first := 0
	if q.Cursor != 0 {
		first = len(rows)
		for i := range rows {
			number := at(i).number
			// If the value of the cursor is gone, its successor comes first. In
			// another order than that of the numbers it has none.
			passed := compare == nil && (number > q.Cursor) != q.Descending
			if number == q.Cursor || passed {
				first = i
				break
			}
		}
	}
	end := min(first+q.Size, len(rows))
	var page Page[T]
	for i := first; i < end; i++ {
		page.Values = append(page.Values, at(i).value)
	}
	if first < end {
		page.This = at(first).number
	}
	if end < len(rows) {
		page.Next = at(end).number
	}
	if first > 0 && len(rows) > 0 {
		page.Prev = at(max(first-q.Size, 0)).number
	}
	return page
}

// Cursor writes the number of a value as base64 with padding, like the recorded
// cursors of the API: that exposes a client that forgets to decode one or to encode
// it in a query.
func Cursor(number int64) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(number)))
}

// ParseCursor reads what Cursor wrote.
func ParseCursor(cursor string) (number int64, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil || len(raw) != 8 {
		return 0, false
	}
	number = int64(binary.BigEndian.Uint64(raw))
	return number, number > 0
}

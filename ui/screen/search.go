package screen

import (
	"fmt"
	"slices"
	"strings"

	"credwiz/steps/answer"
	"credwiz/ui/style"
)

// found returns the matching rows, and always the first, which is the way out of the list.
func (f form) found(field answer.Field) []int {
	finds := style.Finder(f.entries[field.Key].text)
	rows := append(make([]int, 0, len(field.Choices)), 0)
	for i, c := range field.Choices {
		if i > 0 && finds(c.Label, c.Note, c.Value) {
			rows = append(rows, i)
		}
	}
	return rows
}

// foundNothing reports whether only the first row is left.
func (f form) foundNothing(field answer.Field) bool {
	return field.Search && strings.TrimSpace(f.entries[field.Key].text) != "" && len(f.found(field)) == 1
}

// enterList reports whether the first row of a list, which is for a new one, leaves something to ask: its name. What
// was searched for in vain becomes that name.
func (f form) enterList() (form, bool) {
	field := f.focused()
	searched := strings.TrimSpace(f.entries[field.Key].text)
	if !field.Search || f.row(field) != 0 {
		return f, false
	}
	name, named := f.nameField()
	switch {
	case named && searched != "":
		return f.withText(field.Key, "").withText(name.Key, searched).moveFocus(1), true
	case named && !name.Default && f.value(name) == "" && !f.entries[name.Key].seen:
		return f.moveFocus(1), true
	case f.foundNothing(field):
		return f.withText(field.Key, "").withInput(), true
	}
	return f, false
}

// nameField is the field after a list, if it is the name of a new one.
func (f form) nameField() (answer.Field, bool) {
	if f.focus+1 >= len(f.fields) {
		return answer.Field{}, false
	}
	next := f.fields[f.focus+1]
	return next, next.Choices == nil && !next.Aside
}

func (f form) chooseFound(field answer.Field) form {
	rows := f.found(field)
	if len(rows) > 1 && strings.TrimSpace(f.entries[field.Key].text) != "" {
		return f.choose(field, rows[1])
	}
	return f.choose(field, rows[0])
}

func (f form) moveFound(field answer.Field, by int) form {
	rows := f.found(field)
	at := max(slices.Index(rows, f.row(field)), 0)
	return f.choose(field, rows[min(max(at+by, 0), len(rows)-1)])
}

// foundWindow is how many rows of a long list are visible.
const foundWindow = 6

// foundRows also returns the line of the chosen row.
func (f form) foundRows(t style.Theme, field answer.Field, width int) (lines []string, line int) {
	rows := f.found(field)
	at := max(slices.Index(rows, f.row(field)), 0)
	from := max(min(at-foundWindow/2, len(rows)-foundWindow), 0)
	to := min(from+foundWindow, len(rows))
	widest := 0
	for _, row := range rows[from:to] {
		widest = max(widest, min(style.Visible(field.Choices[row].Label), max(width/2, 26)))
	}
	long := len(field.Choices) > foundWindow
	if long || f.input.Value() != "" {
		in := f
		if in.input.Value() == "" {
			in.input.Placeholder = "type to filter"
		}
		lines = append(lines, in.inputLine(t, field, width))
	}
	line = len(lines) + at - from
	for _, row := range rows[from:to] {
		c := field.Choices[row]
		c.Label = style.Cut(t, c.Label, widest)
		lines = append(lines, choiceRow(t, c, row == rows[at], widest, width))
	}
	if long { // as many lines, however many are found
		for range foundWindow - (to - from) {
			lines = append(lines, "")
		}
		lines = append(lines, t.Faint.Render(style.Cut(t, fmt.Sprintf("  %d to %d of %d", from+1, to, len(rows)), width)))
	}
	return lines, line
}

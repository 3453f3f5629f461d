package screen

import (
	"slices"
	"strings"

	"credwiz/steps/answer"
)

// withChoice chooses value or types it; an impossible one changes nothing.
func (f form) withChoice(field answer.Field, value string) form {
	row := slices.IndexFunc(field.Choices, func(c answer.Choice) bool { return c.Value == value })
	switch {
	case row >= 0:
		return f.choose(field, row)
	case field.Other != "":
		return f.choose(field, len(field.Choices)).withText(field.Key, value)
	}
	return f
}

// row is the chosen row; len(Choices) if a value is typed instead; negative for none.
func (f form) row(field answer.Field) int {
	chosen := f.entries[field.Key].chosen
	switch {
	case chosen == nil:
		return -1
	case chosen.typed && field.Other != "":
		return len(field.Choices)
	}
	return slices.IndexFunc(field.Choices, func(c answer.Choice) bool { return c.Value == chosen.value && !chosen.typed })
}

func (f form) choose(field answer.Field, row int) form {
	if row == len(field.Choices) {
		return f.withPicked(field.Key, picked{typed: true})
	}
	return f.withPicked(field.Key, picked{value: field.Choices[row].Value})
}

// leaveTyped returns from a value that a letter began to the choice before it.
func (f form) leaveTyped() (form, bool) {
	field := f.focused()
	left := f.entries[field.Key].left
	if left == nil || !f.typesOther(field) || f.refusal.What != "" { // what was sent is not just begun
		return f, false
	}
	f = f.set(field.Key, func(e *entry) { e.text, e.chosen, e.left, e.validated = "", left, nil, false })
	return f.withInput(), true
}

// moveRow moves to another field in a text, as people expect.
func (f form) moveRow(field answer.Field, by int) form {
	if field.Options != nil {
		return f.set(field.Key, func(e *entry) { e.option = min(max(e.option+by, 0), len(field.Options)-1) })
	}
	if field.Choices == nil {
		return f.moveFocus(by)
	}
	if field.Search {
		return f.moveFound(field, by)
	}
	rows := len(field.Choices)
	if field.Other != "" {
		rows++
	}
	row := min(max(f.row(field)+by, 0), rows-1)
	return f.choose(field, row).withInput()
}

// toggled takes the option at the cursor, or leaves it.
func (f form) toggled(field answer.Field) form {
	at, taken := f.entries[field.Key].option, answer.SplitNames(f.value(field))
	var values []string
	for i, o := range field.Options {
		if slices.Contains(taken, o.Value) != (i == at) {
			values = append(values, o.Value)
		}
	}
	return f.withText(field.Key, strings.Join(values, ","))
}

package ui

import (
	"strings"
	"unicode/utf8"

	"credwiz/steps/answer"
)

// view draws the fields, and tells which of the lines must be seen, and which of these first of all. In a small window there
// is no room for what nobody has to answer and nobody has: tab leads there all the same.
func (f form) view(t theme, width int, small bool) (lines []string, see span) {
	for i, field := range f.fields {
		if small && i != f.focus && field.Optional && field.Suggestion == "" && f.value(field) == "" {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		margin := "  "
		if i == f.focus {
			margin = t.accent.Render(t.glyph.bar) + " "
			see.from = len(lines)
		}
		drawn, at := f.fieldLines(t, field, i == f.focus, width-2)
		for _, line := range drawn {
			lines = append(lines, margin+line)
		}
		if i == f.focus {
			see.to, see.at = len(lines), see.from+at
		}
	}
	return lines, see
}

// fieldLines are a field, and the one of them that has the answer.
func (f form) fieldLines(t theme, field answer.Field, focused bool, width int) (lines []string, at int) {
	label := safe(field.Label)
	if !focused {
		return append([]string{t.bold.Render(cut(t, label, width)), f.summary(t, field, width)}, f.refusalLines(t, field, width)...), 1
	}
	var rows []string
	switch {
	case field.Search:
		rows, at = f.foundRows(t, field, width)
	case field.Choices != nil:
		rows, at = f.rows(t, field, width)
	default:
		rows = []string{f.inputLine(t, field, width)}
	}
	lines = paint(t.accent, wrap(label, width))
	if field.Warning != "" {
		lines = append(paint(t.warn, hanging(t.glyph.warned+" ", safe(field.Warning), width)), lines...)
	}
	at += len(lines)
	lines = append(lines, rows...)
	if refusal := f.refusalLines(t, field, width); refusal != nil && f.notice == "" && f.problem(field) == "" {
		return append(lines, refusal...), at
	}
	return append(lines, f.remark(t, field, width)...), at
}

// refusalLines say under the field that is to blame why what was sent was not taken. They stay until it is sent again:
// they may have come while somebody was typing, and not looking.
func (f form) refusalLines(t theme, field answer.Field, width int) []string {
	if f.refusal.Field != field.Key {
		return nil
	}
	return t.failure(f.refusal.What, f.refusal.Do, width)
}

// summary is the answer of a field that is not being asked.
func (f form) summary(t theme, field answer.Field, width int) string {
	value := f.value(field)
	if row := f.row(field); row >= 0 && row < len(field.Choices) {
		return cut(t, safe(field.Choices[row].Label), width)
	}
	switch {
	case value != "" && field.Secret:
		return cut(t, f.masked(t, value), width)
	case value != "":
		return cut(t, safe(value), width)
	case field.Suggestion != "":
		return t.faint.Render(cut(t, f.suggestion(t, field), width))
	case field.Optional:
		return t.faint.Render("none")
	}
	return t.faint.Render(cut(t, safe(field.Hint), width))
}

func (f form) suggestion(t theme, field answer.Field) string {
	if field.Secret {
		return f.masked(t, field.Suggestion)
	}
	return safe(field.Suggestion)
}

// masked shows that a secret arrived, and how long it is, and nothing else.
func (f form) masked(t theme, secret string) string {
	n := utf8.RuneCountInString(secret)
	return strings.Repeat(string(t.glyph.bullet), min(n, 32)) + "  " + characters(n)
}

// inputLine is the text being typed, or the suggestion in its place.
func (f form) inputLine(t theme, field answer.Field, width int) string {
	in := f.input
	in.TextStyle, in.Cursor.TextStyle = t.plain, t.plain
	in.PlaceholderStyle, in.Cursor.Style = t.faint, t.plain
	in.EchoCharacter = t.glyph.bullet
	after := ""
	if field.Secret && in.Value() != "" {
		after = "  " + t.faint.Render(characters(utf8.RuneCountInString(in.Value())))
	}
	in.Width = max(width-1-visible(after), 1)
	if field.Secret && in.Value() != "" {
		// The count stands beside the bullets.
		in.Width = min(in.Width, utf8.RuneCountInString(in.Value()))
	}
	if in.Value() == "" && field.Suggestion != "" && field.Choices == nil {
		in.Placeholder = cut(t, f.suggestion(t, field), in.Width)
	}
	return in.View() + after
}

// rows are the choices, and the line of the chosen one.
func (f form) rows(t theme, field answer.Field, width int) (lines []string, at int) {
	chosen := f.row(field)
	widest := 0
	for _, c := range field.Choices {
		widest = max(widest, visible(safe(c.Label)))
	}
	lines = make([]string, 0, len(field.Choices)+2)
	for i, c := range field.Choices {
		lines = append(lines, choiceRow(t, c, i == chosen, widest, width))
	}
	if field.Other == "" {
		return lines, chosen
	}
	if chosen != len(field.Choices) {
		return append(lines, cut(t, "  "+safe(field.Other), width)), chosen
	}
	lines = append(lines, cut(t, t.accent.Render(t.glyph.pointer)+" "+t.bold.Render(safe(field.Other)), width))
	return append(lines, "    "+f.inputLine(t, field, width-4)), chosen + 1
}

// choiceRow is one choice: the pointer if it is chosen, its label, and its note in a column of their own.
func choiceRow(t theme, c answer.Choice, chosen bool, widest, width int) string {
	line := pad(safe(c.Label), widest)
	pointer := "  "
	if chosen {
		pointer, line = t.accent.Render(t.glyph.pointer)+" ", t.bold.Render(line)
	}
	if c.Note != "" {
		line += "  " + t.faint.Render(safe(c.Note))
	}
	return cut(t, pointer+line, width)
}

// remark is the one line under a field: what of a paste was not taken, else what is wrong, else what the answer means, else what to type.
func (f form) remark(t theme, field answer.Field, width int) []string {
	if f.notice != "" {
		return paint(t.warn, wrap(t.glyph.warned+" "+f.notice, width))
	}
	if problem := f.problem(field); problem != "" {
		return paint(t.bad, wrap(t.glyph.failed+" "+problem, width))
	}
	value, err := f.answer(field)
	note := ""
	if field.Note != nil && err == nil {
		note = field.Note(value)
	}
	switch {
	case f.foundNothing(field):
		note = "nothing has this in its name or id; enter begins again"
	case note != "":
	case f.entries[field.Key].fresh && f.value(field) != "":
		note = "enter takes it, typing replaces it"
	case f.value(field) == "" && field.Suggestion != "" && field.Choices == nil:
		note = "enter takes it, typing replaces it"
		if !field.Secret {
			note += ", " + t.glyph.right + " edits it"
		}
		if field.Source != "" {
			note = field.Source + ": " + note
		}
	default:
		note = field.Hint
	}
	if note == "" {
		return nil
	}
	return []string{t.faint.Render(cut(t, t.glyph.dot+" "+safe(note), width))}
}

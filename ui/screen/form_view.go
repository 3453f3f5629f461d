package screen

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"credwiz/steps/answer"
	"credwiz/steps/words"
	"credwiz/ui/style"
)

// formLook is how a form is drawn.
type formLook struct {
	small  bool // a window that omits what few people need
	taught bool // the user has answered a question before
}

// view returns the fields, and the lines that must be visible. Those that few people need are one line, "More
// options", until Tab reaches them.
func (f form) view(t style.Theme, width int, look formLook) (lines []string, see span) {
	for i, field := range f.fields {
		if field.Aside && !f.opened() {
			if more := f.moreOptions(t, i, width); more != "" && !look.small {
				lines = append(lines, "", more)
			}
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		margin := "  "
		if i == f.focus {
			margin = t.Accent.Render(t.Glyph.Bar) + " "
			see.from = len(lines)
		}
		drawn, at := f.fieldLines(t, field, i == f.focus, look.taught, width-2)
		for _, line := range drawn {
			lines = append(lines, margin+line)
		}
		if i == f.focus {
			see.to, see.at = len(lines), see.from+at
		}
	}
	return lines, see
}

// opened reports whether "More options" is open: one of them is focused, answered, or refused.
func (f form) opened() bool {
	for i, field := range f.fields {
		if field.Aside && (i == f.focus || f.changed(field) || f.refused(field)) {
			return true
		}
	}
	return false
}

func (f form) changed(field answer.Field) bool {
	value := f.value(field)
	return value != "" && value != field.Suggestion || field.Source != ""
}

// moreOptions names the options, at the first of them.
func (f form) moreOptions(t style.Theme, at, width int) string {
	var names []string
	for i, field := range f.fields {
		if field.Aside {
			if len(names) == 0 && i != at {
				return ""
			}
			names = append(names, words.LowerFirst(style.Safe(field.Label)))
		}
	}
	return style.Cut(t, "  "+t.Glyph.More+" More options  "+t.Faint.Render(strings.Join(names, ", ")), width)
}

// fieldLines also returns the line of the answer.
func (f form) fieldLines(t style.Theme, field answer.Field, focused, taught bool, width int) (lines []string, at int) {
	label := style.Safe(field.Label)
	if !focused {
		lines = []string{t.Bold.Render(style.Cut(t, label, width)), f.summary(t, field, width)}
		switch refusal := f.refusalLines(t, field, width); {
		case refusal != nil:
			lines = append(lines, refusal...)
		case f.problem(field) != "":
			lines = append(lines, style.Paint(t.Bad, style.Hanging(t.Glyph.Failed+" ", f.problem(field), width))...)
		case field.Note != nil && f.value(field) != "" && field.Choices == nil && field.Note(f.value(field)) != "":
			lines = append(lines, style.Paint(t.Warn, style.Wrap(style.Safe(field.Note(f.value(field))), width))...)
		}
		return lines, 1
	}
	var rows []string
	switch {
	case field.Search:
		rows, at = f.foundRows(t, field, width)
	case field.Choices != nil:
		rows, at = f.rows(t, field, width)
	case field.Options != nil:
		rows, at = f.optionRows(t, field, width)
	default:
		rows = []string{f.inputLine(t, field, width)}
	}
	if label != "" {
		lines = style.Paint(t.Accent, style.Wrap(label, width))
	}
	if field.Warning != "" {
		lines = append(style.Paint(t.Warn, style.Hanging(t.Glyph.Warned+" ", style.Safe(field.Warning), width)), lines...)
	}
	at += len(lines)
	lines = append(lines, rows...)
	if refusal := f.refusalLines(t, field, width); refusal != nil && f.notice == "" && f.problem(field) == "" {
		return append(lines, refusal...), at
	}
	return append(lines, f.remark(t, field, taught, width)...), at
}

// refusalLines stay until the form is sent again, because the user may have been typing when they came. They fade once
// the answers are others.
func (f form) refusalLines(t style.Theme, field answer.Field, width int) []string {
	if f.refusal.Field != field.Key {
		return nil
	}
	if !maps.Equal(f.blamed, f.answers(answer.Answers{})) {
		t.Bad, t.Plain = t.Faint, t.Faint
	}
	return t.Failure(f.refusal.What, cmp.Or(f.refusal.Asked, f.refusal.Do), width)
}

// summary is a field that is not focused. A choice shows that it is one.
func (f form) summary(t style.Theme, field answer.Field, width int) string {
	value := f.value(field)
	if row := f.row(field); row >= 0 && row < len(field.Choices) {
		hint := field.Hint
		if hint == "" {
			hint = fmt.Sprintf("%d of %d", row+1, len(field.Choices))
		}
		return style.Cut(t, t.Glyph.Pointer+" "+style.Safe(field.Choices[row].Label)+"  "+t.Faint.Render(style.Safe(hint)), width)
	}
	switch {
	case value != "" && field.Secret:
		return style.Cut(t, f.masked(t, value), width)
	case value != "":
		return style.Cut(t, style.Safe(value), width)
	case field.Suggestion != "":
		return style.Cut(t, f.suggestion(t, field), width)
	case field.Optional:
		return t.Faint.Render("none")
	}
	return t.Faint.Render(style.Cut(t, style.Safe(f.hint(field)), width))
}

func (f form) hint(field answer.Field) string {
	if f.entries[field.Key].emptied {
		return "enter the secret of this key"
	}
	return field.Hint
}

func (f form) suggestion(t style.Theme, field answer.Field) string {
	if field.Secret {
		return f.masked(t, field.Suggestion)
	}
	return style.Safe(field.Suggestion)
}

// masked shows only the length of a secret.
func (f form) masked(t style.Theme, secret string) string {
	n := utf8.RuneCountInString(secret)
	return strings.Repeat(string(t.Glyph.Bullet), min(n, 32)) + "  " + style.Characters(n)
}

func (f form) inputLine(t style.Theme, field answer.Field, width int) string {
	in := f.input
	in.TextStyle, in.Cursor.TextStyle = t.Plain, t.Plain
	in.PlaceholderStyle, in.Cursor.Style = t.Plain, t.Plain
	in.EchoCharacter = t.Glyph.Bullet
	after := ""
	if field.Secret && in.Value() != "" {
		after = style.Characters(utf8.RuneCountInString(in.Value()))
		if f.refusal.Field == field.Key && !f.entries[field.Key].fresh {
			after += ", new" // unlike the refused one, which looks the same
		}
		after = "  " + t.Faint.Render(after)
	}
	in.Width = max(width-1-style.Visible(after), 1)
	if field.Secret && in.Value() != "" {
		in.Width = min(in.Width, utf8.RuneCountInString(in.Value()))
	}
	if in.Value() == "" && field.Suggestion != "" && field.Choices == nil {
		in.Placeholder = style.Cut(t, f.suggestion(t, field), in.Width)
	}
	return in.View() + after
}

func (f form) rows(t style.Theme, field answer.Field, width int) (lines []string, at int) {
	chosen := f.row(field)
	widest := 0
	for _, c := range field.Choices {
		widest = max(widest, style.Visible(style.Safe(c.Label)))
	}
	lines = make([]string, 0, len(field.Choices)+2)
	for i, c := range field.Choices {
		lines = append(lines, choiceRow(t, c, i == chosen, widest, width))
	}
	if field.Other == "" {
		return lines, chosen
	}
	if chosen != len(field.Choices) {
		return append(lines, style.Cut(t, "  "+style.Safe(field.Other), width)), chosen
	}
	lines = append(lines, style.Cut(t, t.Accent.Render(t.Glyph.Pointer)+" "+t.Bold.Render(style.Safe(field.Other)), width))
	return append(lines, "    "+f.inputLine(t, field, width-4)), chosen + 1
}

// optionRows are choices of which any number may be taken.
func (f form) optionRows(t style.Theme, field answer.Field, width int) (lines []string, at int) {
	taken, widest := answer.SplitNames(f.value(field)), 0
	for _, o := range field.Options {
		widest = max(widest, style.Visible("[x] "+o.Label))
	}
	at = f.entries[field.Key].option
	for i, o := range field.Options {
		box := "[ ] "
		if slices.Contains(taken, o.Value) {
			box = "[x] "
		}
		o.Label = box + o.Label
		lines = append(lines, choiceRow(t, o, i == at, widest, width))
	}
	return lines, at
}

func choiceRow(t style.Theme, c answer.Choice, chosen bool, widest, width int) string {
	line := style.Pad(style.Safe(c.Label), widest)
	pointer := "  "
	if chosen {
		pointer, line = t.Accent.Render(t.Glyph.Pointer)+" ", t.Bold.Render(line)
	}
	if c.Note != "" {
		line += "  " + t.Faint.Render(style.Safe(c.Note))
	}
	return style.Cut(t, pointer+line, width)
}

// remark is the line under a field: what was lost of a paste, what is wrong, what the answer means, or a hint.
func (f form) remark(t style.Theme, field answer.Field, taught bool, width int) []string {
	if f.notice != "" {
		return style.Paint(t.Warn, style.Hanging(t.Glyph.Warned+" ", f.notice, width))
	}
	if problem := f.problem(field); problem != "" {
		return style.Paint(t.Bad, style.Hanging(t.Glyph.Failed+" ", problem, width))
	}
	value, err := f.answer(field)
	note := ""
	if field.Note != nil && err == nil {
		note = field.Note(value)
	}
	empty := f.value(field) == ""
	switch {
	case f.foundNothing(field):
		note = "nothing found; enter clears the search"
		if _, named := f.nameField(); named {
			note = "nothing found; enter uses it as the new name"
		}
	case field.Search && f.input.Value() == "" && len(field.Choices) <= foundWindow:
		note = "type to search"
	case note != "":
	case f.entries[field.Key].fresh && !empty:
		note = "type to replace"
	case empty && field.Suggestion != "" && field.Choices == nil:
		switch note = field.Hint; {
		case !taught || field.Secret:
			note = "Enter to accept, or type to replace"
			if field.Source != "" {
				note = field.Source + ": " + note
			}
		case field.Source != "": // which the hint is not about
			note = strings.TrimSpace(style.Sentence(field.Source) + ". " + style.Sentence(note))
		}
	case field.Settled: // whose hint says how to get here
	default:
		note = f.hint(field)
	}
	if empty && field.Link != "" && field.Suggestion == "" {
		note = "o opens "
		if f.browsed {
			note = "Opened in your browser: "
		}
		note += strings.TrimPrefix(field.Link, "https://")
	}
	if note == "" {
		return nil
	}
	lines := style.Paint(t.Faint, style.Wrap(style.Safe(note), width))
	for i := range lines {
		lines[i] = t.Linked(lines[i])
	}
	return lines
}

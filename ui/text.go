package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// visible is the width of a text in cells.
func visible(text string) int { return ansi.StringWidth(text) }

// cut shortens a styled text to a width, and shows that it did.
func cut(t theme, text string, width int) string {
	return ansi.Truncate(text, max(width, 0), t.glyph.ellipsis)
}

// wrap breaks a text into lines of at most width cells, between words if it can.
func wrap(text string, width int) []string {
	if width < 1 {
		return nil
	}
	return strings.Split(ansi.Wrap(text, width, ""), "\n")
}

// BreakLines breaks a text into lines of at most width cells, at blanks only: a path or an id that a hard break divides
// can no longer be copied, while one that the terminal divides can. The blanks at a break go: they would be a cell too many.
func BreakLines(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		column, blanks := 0, 0
		for _, word := range strings.SplitAfter(line, " ") {
			bare := strings.TrimSuffix(word, " ")
			cells := visible(bare)
			switch over := column+blanks+cells > width; {
			case bare == "":
			case over && column > 0:
				b.WriteByte('\n')
				column, blanks = 0, 0
			case over:
				blanks = max(width-cells, 0)
			}
			if bare != "" {
				b.WriteString(strings.Repeat(" ", blanks) + bare)
				column, blanks = column+blanks+cells, 0
			}
			blanks += len(word) - len(bare)
		}
		b.WriteString(strings.Repeat(" ", max(min(blanks, width-column), 0)))
	}
	return b.String()
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return strconv.Itoa(n) + " characters"
}

// hanging wraps a text behind a mark.
func hanging(mark, text string, width int) []string {
	lines := wrap(text, width-visible(mark))
	for i := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", visible(mark))
		}
		lines[i] = mark + lines[i]
	}
	return lines
}

// failure is what went wrong and what to do now.
func (t theme) failure(what, do string, width int) []string {
	return append(paint(t.bad, hanging(t.glyph.failed+" ", safe(what), width)), hanging("  ", safe(do), width)...)
}

// labelWidth is that of the names of what is shown, with the blanks behind them.
const labelWidth = 16

// factLine puts a value beside its label, or below it where it would be cut: an id in part is of no use.
func (t theme) factLine(label, value string, width int) []string {
	label = t.faint.Render(pad(label, labelWidth))
	if visible(label)+visible(value) <= width {
		return []string{label + value}
	}
	return append([]string{strings.TrimRight(label, " ")}, hanging("  ", value, width)...)
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-visible(text), 0))
}

// under wraps a text below a line that has a mark.
func under(style lipgloss.Style, text string, width int) []string {
	lines := wrap(text, width-markWidth)
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", markWidth) + style.Render(line)
	}
	return lines
}

// markWidth is that of a mark and the blank behind it.
const markWidth = 2

func paint(style lipgloss.Style, lines []string) []string {
	painted := make([]string, len(lines))
	for i, line := range lines {
		painted[i] = style.Render(line)
	}
	return painted
}

// between puts left and right at the two ends of a line; the left one gives way.
func between(t theme, left, right string, width int) string {
	room := width - visible(right)
	if room < 4 {
		return cut(t, left, width)
	}
	left = cut(t, left, room-2)
	return left + strings.Repeat(" ", room-visible(left)) + right
}

// clock writes a duration as a clock does: 23:59:08.
func clock(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// finder returns the test whether texts have, between them, every word of what was typed.
func finder(typed string) func(texts ...string) bool {
	words := strings.Fields(strings.ToLower(typed))
	return func(texts ...string) bool {
		if len(words) == 0 { // as once a second, when nothing is searched for
			return true
		}
		text := strings.ToLower(strings.Join(texts, " "))
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	}
}

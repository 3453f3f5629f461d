package ui

import (
	"strings"
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

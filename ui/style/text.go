package style

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

// Visible is the width of a text in cells.
func Visible(text string) int { return ansi.StringWidth(text) }

// Cut shortens a styled text to a width, and shows that it did.
func Cut(t Theme, text string, width int) string {
	return ansi.Truncate(text, max(width, 0), t.Glyph.Ellipsis)
}

// Middle shortens a token in its middle: its beginning is always the same.
func Middle(t Theme, token string) string {
	const first, last = 6, 5
	letters := []rune(token)
	if len(letters) <= 4*(first+last) || strings.ContainsRune(token, ' ') {
		return token
	}
	return string(letters[:first]) + t.Glyph.Ellipsis + string(letters[len(letters)-last:])
}

// Wrap breaks a text into lines of at most width cells, between words if it can.
func Wrap(text string, width int) []string {
	if width < 1 {
		return nil
	}
	const hyphen = "\u2011" // at which no line is broken: a flag or an ID stays in one piece
	text = strings.ReplaceAll(text, "-", hyphen)
	return strings.Split(strings.ReplaceAll(ansi.Wrap(text, width, ""), hyphen, "-"), "\n")
}

// BreakLines breaks text at blanks only: a path or an id must stay in one piece to be copied. The blanks at a break
// are dropped.
func BreakLines(text string, width int) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		column, blanks := 0, 0
		for _, word := range strings.SplitAfter(line, " ") {
			bare := strings.TrimSuffix(word, " ")
			cells := Visible(bare)
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

// Sentence begins a text with a capital letter.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Characters counts characters in words.
func Characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return strconv.Itoa(n) + " characters"
}

// Hanging wraps a text behind a mark.
func Hanging(mark, text string, width int) []string {
	lines := Wrap(text, width-Visible(mark))
	for i := range lines {
		if i > 0 {
			mark = strings.Repeat(" ", Visible(mark))
		}
		lines[i] = mark + lines[i]
	}
	return lines
}

// Failure renders what happened and what to do now.
func (t Theme) Failure(what, do string, width int) []string {
	return append(Paint(t.Bad, Hanging(t.Glyph.Failed+" ", Safe(what), width)), Paint(t.Plain, Hanging("  ", Safe(do), width))...)
}

// LabelWidth is the width of the labels of facts.
const LabelWidth = 16

// FactLine puts value after its label in a column, or below it where it would be cut.
func (t Theme) FactLine(label, value string, column, width int) []string {
	if Visible(label) >= column {
		label += "  "
	}
	label = t.Faint.Render(Pad(label, column))
	if Visible(label)+Visible(value) <= width {
		return []string{label + value}
	}
	return append([]string{strings.TrimRight(label, " ")}, Hanging("  ", value, width)...)
}

// Pad fills a text with blanks to a width.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-Visible(text), 0))
}

// Under wraps text below a line that begins with a mark.
func Under(style lipgloss.Style, text string, width int) []string {
	lines := Wrap(text, width-MarkWidth)
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", MarkWidth) + style.Render(line)
	}
	return lines
}

// MarkWidth is a mark and a blank.
const MarkWidth = 2

// Paint renders each line.
func Paint(style lipgloss.Style, lines []string) []string {
	painted := make([]string, len(lines))
	for i, line := range lines {
		painted[i] = style.Render(line)
	}
	return painted
}

// Between puts left and right at the ends of a line, and cuts left if it must.
func Between(t Theme, left, right string, width int) string {
	room := width - Visible(right)
	if room < 4 {
		return Cut(t, left, width)
	}
	left = Cut(t, left, room-2)
	return left + strings.Repeat(" ", room-Visible(left)) + right
}

// Clock writes a duration as a clock does: 23:59:08.
func Clock(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Finder returns a function that reports whether texts contain, between them, every word of typed.
func Finder(typed string) func(texts ...string) bool {
	words := strings.Fields(strings.ToLower(typed))
	return func(texts ...string) bool {
		if len(words) == 0 { // as once a second, when nothing is searched for
			return true
		}
		text := strings.ToLower(strings.Join(texts, " "))
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	}
}

package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"credwiz/client"
	"credwiz/steps"
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

// longestText is how much of a text from outside a screen takes, in bytes: more than the largest window shows.
const longestText = 8 << 10

// safe is a text that may come from outside (the API, a file, an environment variable) as a screen shows it: safe, in
// one line, and not so long that to draw it takes time. Every such text goes through here.
func safe(text string) string {
	if len(text) <= longestText {
		return client.Printable(text)
	}
	return client.Printable(strings.ToValidUTF8(text[:longestText], "")) + " and so on"
}

// safeEvent is an event with its texts as a screen shows them.
func safeEvent(e steps.Event) steps.Event {
	e.Text, e.Call, e.Note = safe(e.Text), safe(e.Call), safe(e.Note)
	return e
}

// showable are the characters of a text that a person can see in a field, and how many there are besides. Blanks count
// as seen, and so does what joins emoji.
func showable(text string) (seen string, hidden int) {
	const zeroWidthJoiner = '\u200d'
	seen = strings.Map(func(r rune) rune {
		switch {
		case r == zeroWidthJoiner || r != utf8.RuneError && client.Printable(string(r)) == string(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		hidden++
		return -1
	}, text)
	return seen, hidden
}

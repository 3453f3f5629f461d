package style

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"credwiz/client/redact"
)

// longestText is in bytes, and more than the largest window shows.
const longestText = 8 << 10

// Safe makes text from outside printable, single-line and short enough to draw fast.
func Safe(text string) string {
	if len(text) <= longestText {
		return redact.Printable(text)
	}
	return redact.Printable(strings.ToValidUTF8(text[:longestText], "")) + " and so on"
}

// Showable returns the visible characters of text, and the number of others. Blanks and emoji joiners are visible.
func Showable(text string) (seen string, hidden int) {
	const zeroWidthJoiner = '\u200d'
	seen = strings.Map(func(r rune) rune {
		switch {
		case r == zeroWidthJoiner || r != utf8.RuneError && redact.Printable(string(r)) == string(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		hidden++
		return -1
	}, text)
	return seen, hidden
}

package style

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"credwiz/client/redact"
)

// longestText is how much of a text from outside a screen takes, in bytes: more than the largest window shows.
const longestText = 8 << 10

// Safe is a text that may come from outside (the API, a file, an environment variable) as a screen shows it: safe, in
// one line, and not so long that to draw it takes time. Every such text goes through here.
func Safe(text string) string {
	if len(text) <= longestText {
		return redact.Printable(text)
	}
	return redact.Printable(strings.ToValidUTF8(text[:longestText], "")) + " and so on"
}

// Showable are the characters of a text that a person can see in a field, and how many there are besides. Blanks count
// as seen, and so does what joins emoji.
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

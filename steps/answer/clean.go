package answer

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CleanLine is the cleaning of names: the blanks around, and characters that nobody sees, are removed; line breaks and
// exotic blanks become spaces.
func CleanLine(text string) string {
	text = strings.ToValidUTF8(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200d': // joins emoji; redact.Printable judges the others
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// ErrUnseen is text from outside with characters that cleaning would remove, so that something else would be left.
var ErrUnseen = errors.New("it has control or invisible characters: remove them")

// CheckSeen refuses such text. Blanks around it are no matter.
func CheckSeen(text string) error {
	if CleanLine(text) != strings.TrimSpace(text) {
		return ErrUnseen
	}
	return nil
}

// CleanName is the cleaning of names that are compared with others: as CleanLine, and composed (NFC), so that two names
// that look the same are the same.
func CleanName(text string) string { return norm.NFC.String(CleanLine(text)) }

// CleanToken is the cleaning of keys and secrets: they have no blanks at all, so a line break that a terminal put into
// the middle of a paste goes too, and so do the quotes around it in a settings file.
func CleanToken(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\u200d' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, CleanLine(text))
	for _, quotes := range []string{`""`, "''", "``", "“”", "‘’"} {
		first, size := utf8.DecodeRuneInString(quotes)
		if inner, ok := strings.CutPrefix(text, string(first)); ok {
			if inner, ok = strings.CutSuffix(inner, quotes[size:]); ok {
				return CleanToken(inner) // quotes in quotes go too
			}
		}
	}
	return text
}

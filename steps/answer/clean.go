package answer

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CleanLine cleans a name: it trims blanks, removes invisible characters, and turns line breaks and exotic blanks
// into spaces.
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

// errUnseen is text with characters that cleaning would remove.
var errUnseen = errors.New("it contains control or invisible characters: remove them")

// CheckSeen refuses text with invisible characters. Blanks around it are fine.
func CheckSeen(text string) error {
	if CleanLine(text) != strings.TrimSpace(text) {
		return errUnseen
	}
	return nil
}

// CleanName is CleanLine in NFC, so that names that look the same are the same.
func CleanName(text string) string { return norm.NFC.String(CleanLine(text)) }

// CleanToken cleans a key or secret: it removes all blanks, even line breaks from a terminal, and the quotes of a
// settings file.
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

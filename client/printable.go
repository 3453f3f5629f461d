package client

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const zeroWidthJoiner = '\u200d'

// Printable returns text that came from elsewhere (the API, a file, an environment variable) in a form that is safe
// on a terminal and in one line: it cannot move the cursor, change colours, reverse the direction of writing or hide
// letters. What is not a graphic character becomes its visible name, \u{1B} for an escape; invalid UTF-8 becomes �.
// It is idempotent, and leaves names in any language and emoji as they are.
func Printable(text string) string {
	var b strings.Builder
	var previous rune
	for i, r := range text {
		switch {
		case r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r == zeroWidthJoiner && joinsEmoji(previous, text[i+utf8.RuneLen(r):]):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%X}`, r)
		}
		previous = r
	}
	return b.String()
}

// joinsEmoji reports whether a zero width joiner stands between two parts of one emoji. Anywhere else it would hide
// that two equal-looking names differ.
func joinsEmoji(before rune, rest string) bool {
	after, _ := utf8.DecodeRuneInString(rest)
	return isEmojiPart(before) && unicode.Is(unicode.So, after)
}

func isEmojiPart(r rune) bool {
	const variationSelector16 = '\ufe0f'
	return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || r == variationSelector16
}

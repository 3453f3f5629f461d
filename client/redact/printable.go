package redact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const zeroWidthJoiner = '\u200d'

// Printable returns text that came from elsewhere (the API, a file, an environment variable) in a form that is safe
// on a terminal and in one line: it cannot move the cursor, change colors, reverse the direction of writing or hide
// letters. What is not a graphic character becomes its visible name, \u{1B} for an escape; invalid UTF-8 becomes �.
// It is idempotent, and leaves names in any language and emoji as they are.
func Printable(text string) string {
	var b strings.Builder
	var previous rune
	for i, r := range text {
		switch {
		case r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case unicode.IsGraphic(r) && !isInvisible(r):
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

// isInvisible finds letters and marks that are invisible, though Unicode calls them graphic.
func isInvisible(r rune) bool {
	const textStyle, emojiStyle = '\ufe0e', '\ufe0f' // how a pictograph is drawn
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Variation_Selector, r) && r != textStyle && r != emojiStyle
}

// joinsEmoji reports whether a zero width joiner stands between two parts of one emoji. Anywhere else it would hide
// that two equal-looking names differ.
func joinsEmoji(before rune, rest string) bool {
	const leftRightArrow = '\u2194' // a mathematical symbol to Unicode, and the second half of a shaking head
	after, _ := utf8.DecodeRuneInString(rest)
	return isEmojiPart(before) && (isPictograph(after) || after == leftRightArrow)
}

func isEmojiPart(r rune) bool {
	const variationSelector16 = '\ufe0f'
	return isPictograph(r) || unicode.Is(unicode.Sk, r) || r == variationSelector16
}

// isPictograph leaves out �, which is a symbol to Unicode, and stands for the end of the text as well.
func isPictograph(r rune) bool { return unicode.Is(unicode.So, r) && r != utf8.RuneError }

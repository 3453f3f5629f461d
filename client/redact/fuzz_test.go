package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"credwiz/client/redact"
)

func FuzzPrintable(f *testing.F) {
	f.Attr("fault", "T1")
	for _, seed := range []string{"", "My App", "\x1b]52;c;aGk=\x07", "\u009b31m", "\u202eevil", "a\u200bb", "👨\u200d👩\u200d👧",
		"🏳️\u200d🌈", "👩🏽\u200d💻", "🙂\u200d↔️", "🏳\ufe08", "a\u034fb", "🙂\u200d", "\u200d\u200d", "\xff\xfe\u200d", "\U000E0041", `\u{1B}`, "�\u200d�", "山田"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := redact.Printable(text)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is printed as invalid %q", text, got)
		}
		runes := []rune(got)
		for i, r := range runes {
			joiner := r == '\u200d' && i > 0 && i < len(runes)-1 && isEmoji(runes[i-1]) && isEmoji(runes[i+1])
			if !unicode.IsGraphic(r) && !joiner || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) && !joiner {
				t.Fatalf("%q is printed with %U: %q", text, r, got)
			}
		}
		if again := redact.Printable(got); again != got {
			t.Fatalf("%q is printed as %q, and that as %q", text, got, again)
		}
		if isPlain(text) && got != text {
			t.Fatalf("%q is printed as %q", text, got)
		}
	})
}

// isEmoji is true of more than emoji, and of no letter, mark or blank of a name: U+FE0F, the arrow and � are the
// exceptions.
func isEmoji(r rune) bool {
	return r != utf8.RuneError && (unicode.In(r, unicode.So, unicode.Sk) || r == '\ufe0f' || r == '\u2194')
}

// isPlain is true of text that is printed as it is: what a name is made of, all of it visible. Some letters and marks
// are not, though Unicode counts them among those: fillers, and the selectors of a variant.
func isPlain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		unseen := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && r != '\ufe0e' && r != '\ufe0f'
		return r != ' ' && !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || unseen
	})
}

package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"credwiz/client/redact"
)

func TestOrdinaryTextIsPrintedUnchanged(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         "",
		"ASCII":           `My App (v1.0) #7: "it's" 100% <ok> ~^|\`,
		"Latin":           "Zoë Müller-Łukasz",
		"combining":       "Zoe\u0308 n\u0303",
		"Greek":           "Αλέξανδρος",
		"Cyrillic":        "Алёна",
		"Arabic":          "محمد عبد الله",
		"Hebrew":          "דוד בן־גוריון",
		"Devanagari":      "अमित कुमार",
		"Tamil":           "தமிழ் செல்வி",
		"Thai":            "สมชาย ใจดี",
		"Chinese":         "王小明",
		"Japanese":        "山田 タロウ・はなこ",
		"Korean":          "김철수",
		"Georgian":        "გიორგი",
		"Ethiopic":        "አበበ",
		"beyond 16 bits":  "𝒜 𐍈 𠮷",
		"symbols":         "€ £ ✓ ✗ → … • ©",
		"emoji":           "🙂 🎉 ❤️",
		"flag":            "🇩🇪",
		"skin tone":       "👍🏽",
		"family":          "👨\u200d👩\u200d👧\u200d👦",
		"profession":      "👩🏽\u200d💻 🧑\u200d⚕️",
		"selector":        "❤️\u200d🔥 🏳️\u200d🌈 👁️\u200d🗨️",
		"gender":          "🏃🏿\u200d♀️ 🤷\u200d♂️",
		"running right":   "🏃\u200d➡️",
		"shaking head":    "🙂\u200d↔️ 🙂\u200d↕️",
		"what it returns": `\u{1B}[31m \u{202E}`,
		"replacement":     "�",
		"text style":      "❤\ufe0e ☎\ufe0e",
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, redact.Printable(text), text, "printed")
		})
	}
}

func TestWhatDrivesATerminalOrDeceivesAnEyeIsPrintedByName(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"color":                   {"\x1b[31mred\x1b[0m", `\u{1B}[31mred\u{1B}[0m`},
		"clipboard":               {"\x1b]52;c;aGk=\x07", `\u{1B}]52;c;aGk=\u{7}`},
		"title":                   {"\x1b]0;hi\x1b\\", `\u{1B}]0;hi\u{1B}\`},
		"device control":          {"\x1bPq\x1b\\", `\u{1B}Pq\u{1B}\`},
		"NUL":                     {"a\x00b", `a\u{0}b`},
		"bell and backspace":      {"\a\b", `\u{7}\u{8}`},
		"line break":              {"a\r\nb", `a\u{D}\u{A}b`},
		"tab":                     {"a\tb", `a\u{9}b`},
		"delete":                  {"a\x7f", `a\u{7F}`},
		"C1":                      {"\u0080\u009b31m\u009d\u009f", `\u{80}\u{9B}31m\u{9D}\u{9F}`},
		"raw C1":                  {"\x9b31m", "�31m"},
		"line separator":          {"a\u2028b\u2029", `a\u{2028}b\u{2029}`},
		"embeddings":              {"\u202a\u202b\u202c\u202d\u202e", `\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}`},
		"isolates":                {"\u2066\u2067\u2068\u2069", `\u{2066}\u{2067}\u{2068}\u{2069}`},
		"direction marks":         {"\u200e\u200f\u061c", `\u{200E}\u{200F}\u{61C}`},
		"zero width":              {"a\u200bb\u200cc\u200dd\u2060e\ufefff", `a\u{200B}b\u{200C}c\u{200D}d\u{2060}e\u{FEFF}f`},
		"soft hyphen":             {"a\u00adb", `a\u{AD}b`},
		"tags":                    {"🏴\U000E0067\U000E007F", `🏴\u{E0067}\u{E007F}`},
		"language tag":            {"a\U000E0001", `a\u{E0001}`},
		"private use":             {"\ue000", `\u{E000}`},
		"not a character":         {"\ufffe\U0010ffff", `\u{FFFE}\u{10FFFF}`},
		"annotation":              {"\ufff9a\ufffb", `\u{FFF9}a\u{FFFB}`},
		"invalid bytes":           {"a\xffb\xc3", "a�b�"},
		"overlong":                {"\xc0\x80", "��"},
		"surrogate":               {"\xed\xa0\x80", "���"},
		"variation selectors":     {"a\ufe00b\ufe01c\U000e0100", `a\u{FE00}b\u{FE01}c\u{E0100}`},
		"fillers":                 {"a\u115fb\u3164c\uffa0", `a\u{115F}b\u{3164}c\u{FFA0}`},
		"joiner alone":            {"\u200d", `\u{200D}`},
		"joiner first":            {"\u200d🙂", `\u{200D}🙂`},
		"joiner last":             {"🙂\u200d", `🙂\u{200D}`},
		"joiner twice":            {"🙂\u200d\u200d🙂", `🙂\u{200D}\u{200D}🙂`},
		"joiner after a letter":   {"a\u200d🙂", `a\u{200D}🙂`},
		"joiner before a letter":  {"🙂\u200da", `🙂\u{200D}a`},
		"joiner before a byte":    {"🙂\u200d\xff", `🙂\u{200D}�`},
		"joiner after a byte":     {"\xff\u200d🙂", `�\u{200D}🙂`},
		"joiner before an escape": {"🙂\u200d\x1b", `🙂\u{200D}\u{1B}`},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, redact.Printable(test.text), test.want, "%+q is printed as", test.text)
			equal(t, redact.Printable(test.want), test.want, "printed")
		})
	}
}

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

// isPlain is true of text that is printed unchanged: what a name is made of, all of it visible. Some letters and marks
// are not, though Unicode counts them among those: fillers, and the selectors of a variant.
func isPlain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		unseen := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && r != '\ufe0e' && r != '\ufe0f'
		return r != ' ' && !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || unseen
	})
}

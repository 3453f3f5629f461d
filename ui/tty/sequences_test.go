package tty

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

const late = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"

// seen are bytes of a terminal, and what Bubble Tea is to read of them.
func seenAs() map[string]struct{ in, want string } {
	return map[string]struct{ in, want string }{
		"a background, late":        {"a" + late + "b", "ab"},
		"one that ends with a bell": {"a\x1b]11;rgb:0/0/0\ab", "ab"},
		"a clipboard":               {"a\x1b]52;c;aHVudGVyMg==\x1b\\b", "ab"},
		"a title":                   {"a\x1b]lwindow\x1b\\b", "ab"},
		"a terminal's version":      {"a\x1bP>|xterm(388)\x1b\\b", "ab"},
		"a setting":                 {"a\x1bP1$r0m\x1b\\b", "ab"},
		"a picture's answer":        {"a\x1b_Gi=31;OK\x1b\\b", "ab"},
		"two":                       {late + late + "b", "b"},
		"ctrl+c in one":             {"a\x1b]11;rgb:\x03", "a\x03"},
		"a key after esc":           {"\x1b" + late, "\x1b"},
		"kitty's flags":             {"a\x1b[?1ub", "ab"},

		"home":              {"\x1bOH", "\x1b[H"},
		"end":               {"\x1bOF", "\x1b[F"},
		"up":                {"\x1bOA", "\x1bOA"},
		"ctrl+left":         {"\x1bO5D", "\x1bOD"},
		"F1":                {"\x1bOP", "\x1bOP"},
		"keypad enter":      {"\x1bOM", "\r"},
		"the keypad":        {"\x1bOp\x1bOq\x1bOr\x1bOs\x1bOt\x1bOu\x1bOv\x1bOw\x1bOx\x1bOy\x1bOj\x1bOk\x1bOl\x1bOm\x1bOn\x1bOo\x1bOX", "0123456789*+,-./="},
		"5 without numlock": {"a\x1bOEb", "ab"},

		"ctrl+c of kitty":             {"\x1b[99;5u", "\x03"},
		"with caps lock":              {"\x1b[99;69u", "\x03"},
		"on a Cyrillic keyboard":      {"\x1b[1089::99;5u", "\x03"},
		"pressed, and released":       {"\x1b[99;5:1u\x1b[99;5:3u", "\x03"},
		"ctrl+c of modifyOtherKeys":   {"\x1b[27;5;99~", "\x03"},
		"ctrl+z":                      {"\x1b[122;5u", "\x1a"},
		"enter of kitty":              {"\x1b[13u", "\r"},
		"shift+enter":                 {"\x1b[13;2u\x1b[27;2;13~", "\r\r"},
		"keypad enter of kitty":       {"\x1b[57414u", "\r"},
		"tab and shift+tab":           {"\x1b[9u\x1b[9;2u\x1b[27;2;9~", "\t\x1b[Z\x1b[Z"},
		"esc":                         {"\x1b[27u", "\x1b"},
		"backspace":                   {"\x1b[127u", "\x7f"},
		"letters":                     {"\x1b[97u\x1b[97;2u\x1b[97:65;2u\x1b[233u\x1b[49:33;2u", "aAAé!"},
		"alt and a letter":            {"\x1b[97;3u", "\x1ba"},
		"text":                        {"\x1b[97;1;228u", "ä"},
		"the keypad of kitty":         {"\x1b[57399u\x1b[57408u\x1b[57409u\x1b[57417u\x1b[57423u", "09.\x1b[D\x1b[H"},
		"what types nothing":          {"a\x1b[57358u\x1b[57441;2u\x1b[97;9u\x1b[ub", "ab"},
		"text that is a control":      {"a\x1b[97;1;27:91:65ub", "a[Ab"},
		"keys that Bubble Tea knows":  {"\x1b[A\x1b[1;5C\x1b[5~\x1b[Z\x1b[[A\x1b[7$\x1b[200", "\x1b[A\x1b[1;5C\x1b[5~\x1b[Z\x1b[[A\x1b[7$"},
		"alt and letters of strings":  {"\x1b]a\x1bPa\x1b_a\x1b\x1b[A", "\x1b]a\x1bPa\x1b_a\x1b\x1b[A"},
		"many escapes and a paste":    {strings.Repeat("\x1b", 99) + pasted("a"), strings.Repeat("\x1b", 99) + pasted("a")},
		"a paste of one":              {pasted("\x1b[99;5u"+late) + "a", pasted("\x1b[99;5u"+late) + "a"},
		"a paste while one is coming": {"\x1b]11;rgb:" + pasted("a"), pasted("a")},
	}
}

func TestAnswersAreDroppedAndKeysAreKnownHoweverTheyArrive(t *testing.T) {
	for name, test := range seenAs() {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C7")
			for i := range len(test.in) {
				k := newKeyboard(t, 999)
				pieces := []string{test.in[:i], test.in[i:]}
				if i == 0 {
					pieces = pieces[1:]
				}
				if got := k.sends(pieces...); got != test.want {
					t.Fatalf("%q is seen as %q, want %q", pieces, got, test.want)
				}
			}
			k := newKeyboard(t, 999)
			if got := k.sends(strings.Split(test.in, "")...); got != test.want {
				t.Fatalf("byte by byte, %q is seen as %q, want %q", test.in, got, test.want)
			}
		})
	}
}

// What looks like the beginning of an answer may be a key, and an answer may never end.
func TestNoKeyIsLostToAnAnswerThatDoesNotCome(t *testing.T) {
	t.Attr("fault", "field-C7")
	for _, key := range []string{"\x1b", "\x1b]", "\x1bP", "\x1b_", "\x1bO", "\x1b[", "\x1b\x1b"} {
		k := newKeyboard(t, 9)
		if got := k.types(key, false); got != key {
			t.Errorf("the key %q is seen as %q", key, got)
		}
		if got := k.types("a\r", false); got != "a\r" {
			t.Errorf("after %q, the keys are seen as %q", key, got)
		}
	}
	k := newKeyboard(t, 9)
	if got := k.types("a\x1b]11;rgb:", false) + k.types("b", false); got != "ab" {
		t.Errorf("after an answer that stopped, %q is seen", got)
	}
	if got := k.types("c\x1b[?62;", false) + k.types("d", false); got != "cd" {
		t.Errorf("after another, %q is seen", got)
	}
}

func TestTheRestOfAnAnswerIsWaitedForLongerThanThatOfAKey(t *testing.T) {
	t.Attr("fault", "field-C7")
	for in, want := range map[string]time.Duration{"\x1b": sequencePatience, "\x1b[": sequencePatience, "\x1b[?6": pausePatience, "\x1b]11;": pausePatience} {
		k := newKeyboard(t, 9)
		var waited time.Duration
		k.guard.Readable = func(d time.Duration) bool { waited = d; return false }
		if _, err := k.keys.WriteString(in); err != nil {
			t.Fatal(err)
		}
		if _, err := k.guard.Read(make([]byte, 256)); err != nil || waited != want {
			t.Errorf("%v, %q is waited for %v, want %v", err, in, waited, want)
		}
	}
}

func TestASequenceThatIsCutOffIsWorthTheSameHoweverItArrives(t *testing.T) {
	const longest, next = 4, pasteEnd
	whole := func(in string) string {
		var f PasteFilter
		seen, rest := f.keys(nil, []byte(in))
		return string(append(seen, typedRest(rest)...))
	}
	byByte := func(in string) string {
		var f PasteFilter
		var seen, rest []byte
		for i := range len(in) {
			seen, rest = f.keys(seen, append(bytes.Clone(rest), in[i]))
		}
		return string(append(seen, typedRest(rest)...))
	}
	var check func(in string)
	check = func(in string) {
		var f PasteFilter
		if f.keys(nil, []byte(in)); !f.inString {
			want := whole(in) + next
			if got := whole(in + next); got != want {
				t.Errorf("%q is seen as %q, want %q", in+next, got, want)
			}
			if got := byByte(in + next); got != want {
				t.Errorf("byte by byte, %q is seen as %q, want %q", in+next, got, want)
			}
		}
		if len(in) < longest {
			for _, b := range []byte("\x1b[$2;~O]PM a\x03\xc3\\") {
				check(in + string([]byte{b}))
			}
		}
	}
	check("")
}

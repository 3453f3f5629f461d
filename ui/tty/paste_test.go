package tty

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// keyboard is a terminal's input in pieces, read through the guard as Bubble Tea reads it.
type keyboard struct {
	testing.TB
	guard *PasteGuard
	keys  *os.File
	more  bool // something follows at once
	cuts  int
	gone  int
}

func newKeyboard(t testing.TB, limit int) *keyboard {
	t.Helper()
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = keys.Close() })
	k := &keyboard{TB: t, keys: keys}
	k.guard = &PasteGuard{
		File:     in,
		Filter:   PasteFilter{Limit: limit},
		Readable: func(time.Duration) bool { return k.more },
		Waiting:  func() int { return 0 },
		Cut:      func() { k.cuts++ },
		Gone:     func() { k.gone++ },
	}
	return k
}

// types sends one piece and gives what Bubble Tea reads of it.
func (k *keyboard) types(piece string, more bool) string {
	k.Helper()
	k.more = more
	if _, err := k.keys.WriteString(piece); err != nil {
		k.Fatal(err)
	}
	buffer := make([]byte, 256) // as Bubble Tea's
	n, err := k.guard.Read(buffer)
	if err != nil {
		k.Fatal(err)
	}
	return string(buffer[:n])
}

// sends types the pieces without a pause between them.
func (k *keyboard) sends(pieces ...string) string {
	k.Helper()
	var seen strings.Builder
	for i, piece := range pieces {
		seen.WriteString(k.types(piece, i < len(pieces)-1))
	}
	return seen.String()
}

func pasted(text string) string { return pasteStart + text + pasteEnd }

func TestPastesAreFoundHoweverTheyArrive(t *testing.T) {
	t.Attr("fault", "T8")
	const limit = 12
	for name, test := range map[string]struct {
		in, want string
		cuts     int
	}{
		"no paste":              {"abc\x1b[A é\r\x03", "abc\x1b[A é\r\x03", 0},
		"a paste":               {"a" + pasted("key\r\nsecret") + "b", "a" + pasted("key\r\nsecret") + "b", 0},
		"an empty one":          {pasted(""), pasted(""), 0},
		"as long as it may be":  {pasted("123456789012") + "b", pasted("123456789012") + "b", 0},
		"one too many":          {pasted("1234567890123") + "b", pasted("123456789012") + "b", 1},
		"much too long":         {pasted(strings.Repeat("x", 90)) + "b", pasted(strings.Repeat("x", limit)) + "b", 1},
		"two":                   {pasted("1") + pasted("2"), pasted("1") + pasted("2"), 0},
		"two that are too long": {pasted(strings.Repeat("x", 13)) + pasted(strings.Repeat("y", 14)), pasted(strings.Repeat("x", limit)) + pasted(strings.Repeat("y", limit)), 2},
		"half an end in it":     {pasted("\x1b[201\x1b[20a") + "b", pasted("\x1b[201\x1b[20a") + "b", 0},
		"an escape in it":       {pasted("\x1b\x1b[31m") + "b", pasted("\x1b\x1b[31m") + "b", 0},
		"a start in it":         {pasted("1"+pasteStart) + "b", pasted("1"+pasteStart) + "b", 0},
		"an end alone":          {pasteEnd + "b", pasteEnd + "b", 0},
		"a ctrl+c in it":        {pasted("1\x032") + "b", pasted("12") + "b", 0},
		"unfinished":            {pasteStart + "1", pasted("1"), 0},
		"unfinished, too long":  {pasteStart + strings.Repeat("x", 20), pasted(strings.Repeat("x", limit)), 1},
		"left":                  {pasteStart + "1\x03", pasted("1") + "\x03", 0},
		"left, too long":        {pasteStart + strings.Repeat("x", 20) + "\x03", pasted(strings.Repeat("x", limit)) + "\x03", 1},
		"left before it began":  {pasteStart + "\x03", pasted("") + "\x03", 0},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range len(test.in) + 1 {
				for j := i; j <= len(test.in); j++ {
					k := newKeyboard(t, limit)
					pieces := slices.DeleteFunc([]string{test.in[:i], test.in[i:j], test.in[j:]}, func(s string) bool { return s == "" })
					if got := k.sends(pieces...); got != test.want || (k.cuts > 0) != (test.cuts > 0) {
						t.Fatalf("%q is seen as %q with %d cuts, want %q with %d", pieces, got, k.cuts, test.want, test.cuts)
					}
					_, _ = k.guard.Close(), k.keys.Close()
				}
			}
			k := newKeyboard(t, limit)
			if got := k.sends(strings.Split(test.in, "")...); got != test.want {
				t.Fatalf("byte by byte, %q is seen as %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestAPasteThatPausesIsEndedAndItsRestPressesNoEnter(t *testing.T) {
	for name, test := range map[string]struct {
		limit                    int
		begun, seen, rest, after string
	}{
		"the rest with its end": {1 << 10, "1", "1", "2\r3" + pasteEnd + "k", pasted("2\r3") + "k"},
		"a burst":               {1 << 10, "1", "1", strings.Repeat("2\r", 112), pasted(strings.Repeat("2\r", 112))},
		"a key":                 {1 << 10, "1", "1", "\r", "\r"},
		"ctrl+c":                {1 << 10, "1", "1", "\x03", "\x03"},
		"another paste":         {1 << 10, "1", "1", pasted("2"), pasted("2")},
		"the rest of a cut one": {2, "1234", "12", "56\r" + pasteEnd + "k", "k"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "T8")
			k := newKeyboard(t, test.limit)
			if got := k.types(pasteStart+test.begun, false); got != pasted(test.seen) {
				t.Errorf("a paste that pauses is seen as %q", got)
			}
			if got := k.types(test.rest, false); got != test.after {
				t.Errorf("what follows is seen as %q, want %q", got, test.after)
			}
			if got := k.types("x\r", false); got != "x\r" {
				t.Errorf("a key is seen as %q", got)
			}
		})
	}
}

// Bubble Tea takes the end of a read for the end of a key.
func TestASequenceInTwoPiecesIsSeenInOne(t *testing.T) {
	t.Attr("fault", "T10")
	for _, whole := range []string{"\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b\x1b[D", "é", "山", "🙂", pasteEnd} {
		for i := 1; i < len(whole); i++ {
			k := newKeyboard(t, 9)
			first, second := k.types("a"+whole[:i], true), k.types(whole[i:]+"b", false)
			if first != "a" || second != whole+"b" {
				t.Errorf("%q and %q are seen as %q and %q", whole[:i], whole[i:], first, second)
			}
		}
	}
	k := newKeyboard(t, 9)
	if got := k.types("\x1b", false); got != "\x1b" {
		t.Errorf("the escape key is seen as %q", got)
	}
}

func TestTheEndOfTheInputIsReported(t *testing.T) {
	t.Attr("fault", "T4")
	k := newKeyboard(t, 9)
	if err := k.keys.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := k.guard.Read(make([]byte, 256)); n != 0 || !errors.Is(err, io.EOF) || k.gone != 1 {
		t.Errorf("%d, %v, told %d times", n, err, k.gone)
	}
}

func FuzzPaste(f *testing.F) {
	for _, seed := range []string{"", "abc", pasted("x"), "a" + pasted("key\r\nsecret") + "b", pasteStart + "x\x03", pasted("\x1b[201\x1b[20x"),
		pasted(strings.Repeat("y", 40)) + pasteEnd, "\x1b[20" + pasteStart, "é\xff" + pasted("é\xff"), "\x1b\x1b[A\x1b[1;5C",
		"\x1b]11;rgb:0/0/0\x1b\\a\x1b[99;5u\x1bOH\x1b[?62;22c", "\x1bP>|x\x1b\x1b[27;5;99~\x1b[7$"} {
		f.Add([]byte(seed), byte(3), byte(9))
	}
	f.Fuzz(func(t *testing.T, in []byte, size, limit byte) {
		var pieces []string
		for piece := range slices.Chunk(in, int(size%150)+1) {
			pieces = append(pieces, string(piece))
		}
		k := newKeyboard(t, int(limit))
		defer func() { _, _ = k.guard.Close(), k.keys.Close() }()
		if got, want := k.sends(pieces...), guardedText(in, int(limit)); got != want {
			t.Fatalf("%q is seen as %q, want %q", pieces, got, want)
		}
	})
}

// guardedText is what the guard is to make of a whole input, after which nothing comes.
func guardedText(in []byte, limit int) string {
	var want strings.Builder
	for {
		before, after, found := bytes.Cut(in, []byte(pasteStart))
		var f PasteFilter
		seen, rest := f.keys(nil, before)
		want.Write(append(seen, typedRest(rest)...))
		if !found {
			return want.String()
		}
		body, rest, ended := bytes.Cut(after, []byte(pasteEnd))
		leaving := !ended && bytes.HasSuffix(body, []byte{ctrlC})
		for n := len(pasteEnd) - 1; !ended && n > 0; n-- {
			if cut, ok := bytes.CutSuffix(body, []byte(pasteEnd[:n])); ok {
				body = cut
				break
			}
		}
		body = bytes.ReplaceAll(body, []byte{ctrlC}, nil)
		fmt.Fprint(&want, pasted(string(body[:min(len(body), limit)])))
		if leaving {
			want.WriteByte(ctrlC)
		}
		if !ended {
			return want.String()
		}
		in = rest
	}
}

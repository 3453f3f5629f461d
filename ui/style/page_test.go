package style

import (
	"strings"
	"testing"
)

func aPage(look Look) string {
	p := NewPage(look)
	p.Head("Shop", "10686d83")
	p.Item(MarkDone, "private.key", "matches, readable only by you")
	p.Item(MarkFailed, "bob", "expired yesterday")
	p.Fix(ItemColumn, "Sign a new one:", "credwiz token --user bob")
	p.Gap()
	p.Line(MarkWarned, "It ends soon.")
	p.Fix(MarkWidth, "Sign a new one:", "credwiz token --user bob")
	return p.String()
}

func TestAPageHasMarksLabelsAndEachFixOnce(t *testing.T) {
	t.Parallel()
	want := `Shop                10686d83
  ✓ private.key     matches, readable only by you
  ✗ bob             expired yesterday
                    Sign a new one:  credwiz token --user bob

! It ends soon.
`
	if got := aPage(Look{NoColor: true}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := aPage(Look{}); !strings.HasPrefix(got, "\x1b[1mShop\x1b[0m                10686d83\n  \x1b[32m✓\x1b[0m private.key     matches") {
		t.Errorf("in color it is %q", got)
	}
	narrow := aPage(Look{NoColor: true, Columns: 36})
	for line := range strings.Lines(narrow) {
		if line = strings.TrimRight(line, "\n"); Visible(line) > 36 && !strings.Contains(line, "credwiz") {
			t.Errorf("%d cells: %q", Visible(line), line)
		}
	}
	if !strings.Contains(narrow, "\n                      credwiz token --user bob\n") {
		t.Errorf("the command is broken, or not below what it does:\n%s", narrow)
	}
}

func TestLinesAreDrawnForTheirTerminal(t *testing.T) {
	t.Parallel()
	const text = "✓ done · “a”…\n  ✗ failed\n! note\n● now\nno ✓ mark\n  Next:  credwiz token --dir d  a new token\n"
	for name, test := range map[string]struct {
		look Look
		want string
	}{
		"plain": {Look{NoColor: true}, text},
		"ASCII": {Look{NoColor: true, ASCII: true}, "+ done - \"a\"...\n  x failed\n! note\n* now\nno + mark\n  Next:  credwiz token --dir d  a new token\n"},
		"color": {Look{}, "\x1b[32m✓\x1b[0m done · “a”…\n  \x1b[1;31m✗\x1b[0m failed\n\x1b[33m!\x1b[0m note\n\x1b[1;36m●\x1b[0m now\nno ✓ mark\n" +
			"  Next:  \x1b[1;36mcredwiz token --dir d\x1b[0m  a new token\n"},
	} {
		if got := test.look.Draw(text); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestMarkedLinesAreAlignedWhereTheyAreBroken(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"✓ one two three":        "✓ one two\n  three",
		"  one two three\n":      "  one two\n  three\n",
		"  ✗ one two three":      "  ✗ one\n    two\n    three",
		"one two three":          "one two\nthree",
		"  /a/path/of/one/piece": "  /a/path/of/one/piece",
		"Name [alice]: ":         "Name\n[alice]: ",
		"  It's lost, replace it: credwiz --dir 'a b' --renew-key.": "  It's\n  lost,\n  replace\n  it:\n    credwiz --dir 'a b' --renew-key",
		"✗ Run: credwiz --fresh. Or go":                             "✗ Run:\n  credwiz\n  --fresh.\n  Or go",
	} {
		if got := BreakMarked(in, 10); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

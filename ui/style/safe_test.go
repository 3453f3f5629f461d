package style_test

import (
	"strings"
	"testing"

	"credwiz/ui/style"
)

func TestATextFromOutsideIsCutWhereItIsLongerThanAnyWindow(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("ab", 4<<10)
	for text, want := range map[string]string{
		"":                "",
		longest:           longest,
		longest + "c":     longest + " and so on",
		longest[1:] + "é": longest[1:] + " and so on", // a cut character is left out
	} {
		if got := style.Safe(text); got != want {
			t.Errorf("%d bytes become %d, ending in %q", len(text), len(got), got[max(len(got)-20, 0):])
		}
	}
}

func TestShowableCountsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		seen   string
		hidden int
	}{
		"Zoë 1":              {"Zoë 1", 0},
		"a\tb\u00a0c":        {"a b\u00a0c", 0},
		"👩\u200d💻":           {"👩\u200d💻", 0},
		"bo\u202eb\x1b]52":   {"bob]52", 2},
		"\xff\u200bname\x00": {"name", 3},
	} {
		if seen, hidden := style.Showable(text); seen != want.seen || hidden != want.hidden {
			t.Errorf("%q becomes %q without %d characters, want %q without %d", text, seen, hidden, want.seen, want.hidden)
		}
	}
}

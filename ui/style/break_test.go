package style

import (
	"strings"
	"testing"
)

func TestLinesAreBrokenAtBlanksOnly(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"short":                 "short",
		"one two three\n":       "one two\nthree\n",
		"  a credwiz-demo-12 b": "  a\ncredwiz-demo-12\nb",
		"x\none two three four": "x\none two\nthree four",
		"Name [alice]: ":        "Name\n[alice]: ",
		"123456789: ":           "123456789:",
		"1234 6789: ":           "1234 6789:",
		"1234567 : ":            "1234567 : ",
		"1234 6789  x":          "1234 6789\nx",
		"  123456789\n":         " 123456789\n",
		"日本 日本 日本":              "日本 日本\n日本",
		"123456789012345 2":     "123456789012345\n2",
	} {
		if got := BreakLines(in, 10); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if got := strings.ReplaceAll(strings.ReplaceAll(BreakLines(in, 10), "\n", ""), " ", ""); got != strings.ReplaceAll(strings.ReplaceAll(in, "\n", ""), " ", "") {
			t.Errorf("of %q is left %q", in, got)
		}
	}
}

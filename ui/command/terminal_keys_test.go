//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestCtrlCLeavesInEveryForm(t *testing.T) {
	for name, key := range map[string]string{
		"kitty": "\x1b[99;5u", "kitty with caps lock": "\x1b[99;69:1u", "kitty in Cyrillic": "\x1b[1089::99;5u", "modifyOtherKeys": "\x1b[27;5;99~",
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "field-C7")
			p := sit(t, setting{args: demo})
			p.sees("Connect your account").writes(key).ends(130)
		})
	}
}

func TestTerminalRepliesAreNotTyped(t *testing.T) {
	t.Attr("fault", "field-C7")
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").writes("wx\x1b]11;rgb:QQQQ/QQQQ/QQQQ\x1b\\\x1bP>|QQQQ\x1b\\\x1b_QQQQ\x07yz").sees("wxyz")
	p.writes("\x1bOH1\x1bOF2").sees("1wxyz2").press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), "QQQQ") {
		t.Error("a reply was typed into a field")
	}
}

func TestEnterOnTheKeypadIsEnter(t *testing.T) {
	t.Attr("fault", "field-C7")
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").writes("\x1bOM").sees("200 OK").press("ctrl+c").ends(130)
}

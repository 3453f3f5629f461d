//go:build unix

package command_test

import (
	"strings"
	"testing"
)

const lateAnswer = "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"

func TestALateAnswerOfTheTerminalIsTypedIntoNoField(t *testing.T) {
	t.Attr("fault", "field-C7")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").writes(lateAnswer + "wxyz").sees("wxyz").press("tab")
	p.writes("\x1bP>|term 1.0\x1b\\hunter" + lateAnswer + "2").sees("7 characters").press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), "rgb:") {
		t.Errorf("it is shown:\n%s", p.Screen())
	}
}

func TestALateAnswerOfTheTerminalIsNoPartOfALine(t *testing.T) {
	t.Attr("fault", "field-C7")
	t.Parallel()
	p := sit(t, setting{args: demoWith("--plain"), sameStdout: true})
	p.sees("API key").writes("wxyz9876" + lateAnswer + "\r").sees("API secret").writes("hun\x1bP>|term 1.0\x1b\\ter2\x1b[A\x1bOH\r")
	p.sees("7 characters", "What now").press("ctrl+c").ends(130)
}

func TestCtrlCLeavesInEveryForm(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"\x1b[99;5u", "\x1b[99;5:1u", "\x1b[1089::99;5u", "\x1b[27;5;99~"} {
		t.Run(form[1:], func(t *testing.T) {
			t.Attr("fault", "field-C7")
			sit(t, setting{args: demo}).sees("Connect your account").writes(form).ends(130)
		})
	}
}

func TestTheKeypadTypes(t *testing.T) {
	t.Attr("fault", "field-C7")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("Connect your account").writes("bc\x1bOHa\x1bOFd\x1bOq\x1bOr\x1bOs\x1bOt").sees("abcd1234").writes("\x1bOM")
	p.sees("Your account is connected").press("ctrl+c").ends(130)
}

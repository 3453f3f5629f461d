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
	p.sees("● Account").writes(lateAnswer + "wxyz").sees("wxyz").press("tab")
	p.writes("\x1bP>|term 1.0\x1b\\hunter" + lateAnswer + "2").sees("7 characters").press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), "rgb:") {
		t.Errorf("it is shown:\n%s", p.Screen())
	}
}

func TestALateTerminalReplyIsNotInput(t *testing.T) {
	t.Attr("fault", "field-C7")
	t.Parallel()
	p := sit(t, setting{args: demoWith("--plain"), sameStdout: true})
	p.sees("API key").writes("wxyz9876" + lateAnswer + "\r").sees("aste it; it stays hidden").writes("hun\x1bP>|term 1.0\x1b\\ter2\x1b[A\x1bOH\r")
	p.sees("7 characters", "Enter a number").press("ctrl+c").ends(130)
}

func TestCtrlCLeavesInEveryForm(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"\x1b[99;5u", "\x1b[99;5:1u", "\x1b[1089::99;5u", "\x1b[27;5;99~"} {
		t.Run(form[1:], func(t *testing.T) {
			t.Attr("fault", "field-C7")
			sit(t, setting{args: demo}).sees("● Account").writes(form).ends(130)
		})
	}
}

func TestTheKeypadTypes(t *testing.T) {
	t.Attr("fault", "field-C7")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("● Account").writes("bc\x1bOHa\x1bOFd\x1bOq\x1bOr\x1bOs\x1bOt").sees("abcd1234").writes("\x1bOM")
	p.sees("✓ Account").press("ctrl+c").ends(130)
}

func TestAnUnfinishedPasteDoesNotSwallowTheKeys(t *testing.T) {
	t.Attr("fault", "T8")
	t.Parallel()
	for name, keys := range map[string][]string{"at once": {"\x1b[200~abc\x03"}, "before anything": {"\x1b[200~", "\x03"}} {
		t.Run(name, func(t *testing.T) {
			p := sit(t, setting{args: demo})
			p.sees("● Account")
			for _, k := range keys {
				p.writes(k)
			}
			p.ends(130)
		})
	}
	t.Run("what came is kept", func(t *testing.T) {
		p := sit(t, setting{args: demo})
		p.sees("● Account").writes("\x1b[200~wxyz").sees("wxyz").press("9").sees("wxyz9").press("ctrl+c").ends(130)
	})
}

func TestLineBreaksInAPastePressNoEnter(t *testing.T) {
	t.Attr("fault", "T8")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("● Account")
	noError(t, p.Paste("wxyz\r5678\n\r\n"))
	p.sees("wxyz5678").press("tab")
	noError(t, p.Paste("hunter2\rhunter2\n"))
	p.sees("14 characters").press("ctrl+c").ends(130)
	if raw := string(p.Raw()); strings.Contains(raw, "GET /v2") || strings.Contains(raw, "hunter") {
		t.Error("the paste has pressed enter, or the secret was shown")
	}
}

//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestAnUnfinishedPasteDoesNotSwallowTheKeys(t *testing.T) {
	t.Attr("fault", "T8")
	t.Parallel()
	for name, keys := range map[string][]string{"at once": {"\x1b[200~abc\x03"}, "before anything": {"\x1b[200~", "\x03"}} {
		t.Run(name, func(t *testing.T) {
			p := sit(t, setting{args: demo})
			p.sees("Connect your account")
			for _, k := range keys {
				p.writes(k)
			}
			p.ends(130)
		})
	}
	t.Run("what came is kept", func(t *testing.T) {
		p := sit(t, setting{args: demo})
		p.sees("Connect your account").writes("\x1b[200~wxyz").sees("wxyz").press("9").sees("wxyz9").press("ctrl+c").ends(130)
	})
}

func TestLineBreaksInAPastePressNoEnter(t *testing.T) {
	t.Attr("fault", "T8")
	t.Parallel()
	p := sit(t, setting{args: demo})
	p.sees("Connect your account")
	noError(t, p.Paste("wxyz\r5678\n\r\n"))
	p.sees("wxyz5678").press("tab")
	noError(t, p.Paste("hunter2\rhunter2\n"))
	p.sees("14 characters").press("ctrl+c").ends(130)
	if raw := string(p.Raw()); strings.Contains(raw, "GET /v2") || strings.Contains(raw, "hunter") {
		t.Error("the paste has pressed enter, or the secret was shown")
	}
}

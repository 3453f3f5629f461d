package screen

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

func TestCopyingTellsWhatWorkedAndClaimsNoMore(t *testing.T) {
	t.Parallel()
	works := func(string) error { return nil }
	fails := func(string) error { return errors.New("no display") }
	for _, test := range []struct {
		name      string
		clipboard Clipboard
		mask      bool
		text      string
		want      string
		sure      bool
	}{
		{"everywhere", Clipboard{works, works, works}, false, "x",
			"Token: copied to the clipboard and tmux, sent to the terminal.", true},
		{"on this machine", Clipboard{Local: works}, false, "x", "Token: copied to the clipboard.", true},
		{"in tmux over SSH", Clipboard{Tmux: works, Terminal: works}, false, "x",
			"Token: copied to tmux (prefix ] pastes), sent to the terminal.", true},
		{"over SSH", Clipboard{Terminal: works}, false, "x",
			"Token: sent to the terminal's clipboard (unconfirmed).", false},
		{"the machine's own fails", Clipboard{Local: fails, Terminal: works}, false, "x",
			"Token: sent to the terminal's clipboard (unconfirmed).", false},
		{"too long for a terminal", Clipboard{Terminal: works}, false, strings.Repeat("x", 8<<10+1),
			"Token: not copied: no clipboard was found.", false},
		{"masked, on this machine", Clipboard{works, works, works}, true, "x", "Token: copied to the clipboard.", true},
		{"masked, in tmux over SSH", Clipboard{Tmux: works, Terminal: works}, true, "x",
			"Token: not copied: --mask keeps it out of the terminal.", false},
		{"nowhere", Clipboard{Local: fails, Tmux: fails, Terminal: fails}, false, "x", "Token: not copied: no clipboard was found.", false},
		{"no way at all", Clipboard{}, false, "x", "Token: not copied: no clipboard was found.", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			done := test.clipboard.put(test.text, test.mask)
			if got := done.words("Token"); got != test.want {
				t.Errorf("got %q", got)
			}
			if done.sure() != test.sure {
				t.Errorf("sure: %v", done.sure())
			}
		})
	}
}

func TestTheTerminalGetsOSC52WithTheText(t *testing.T) {
	t.Parallel()
	var sent string
	Clipboard{Terminal: func(sequence string) error { sent = sequence; return nil }}.put("the token", false)
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("the token")) + "\x07"
	if sent != want {
		t.Errorf("sent %q", sent)
	}
}

package command_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// processors is the time that the program has spent on processors so far.
func (p *seat) processors() time.Duration {
	p.Helper()
	spent := must(p.Processors())
	return spent
}

// What a paste costs is counted in time on processors, which other programs hardly change.
func TestHugePastesCostNothingAndLeaveTheKeysAlive(t *testing.T) {
	t.Attr("fault", "T8")
	// It takes some 50 ms on a machine of 2025, and 1 and 20 seconds without the guard. A busy machine gets
	// another try.
	const promised, tries = 100 * time.Millisecond, 5
	start, end, text := ansi.BracketedPasteStart, ansi.BracketedPasteEnd, "key\rsecret\r\n"
	for name, paste := range map[string]string{
		"1 MB":             start + strings.Repeat(text, 1<<20/len(text)) + end,
		"4 MB":             start + strings.Repeat(text, 4<<20/len(text)) + end,
		"1 MB, unfinished": start + strings.Repeat(text, 1<<20/len(text)),
		"4 MB, unfinished": start + strings.Repeat(text, 4<<20/len(text)),
	} {
		t.Run(name, func(t *testing.T) {
			cost := time.Hour
			for range tries {
				p := sit(t, setting{args: demo})
				// Where the key pair is made already, which costs more, and never the same.
				p.connects().makesApplication()
				// What the program has cost so far shows how slow the machine is.
				before := p.processors()
				most := max(promised, before)
				p.writes(paste).sees("only the first 2048 characters were taken")
				if strings.HasSuffix(paste, end) {
					p.press("X").sees("there is no room for more")
				}
				p.press("ctrl+c").ends(130)
				cost = min(cost, p.CPU()-before)
				if strings.Contains(string(p.Raw()), "POST /v1/users") {
					t.Fatal("a paste has pressed enter")
				}
				if cost < most {
					t.Log("it costs", cost)
					return
				}
			}
			t.Errorf("it costs %v", cost)
		})
	}
}

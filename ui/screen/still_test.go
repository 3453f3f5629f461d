package screen

import (
	"strings"
	"testing"
)

// openLine is the line of the open step's row.
func (p *person) openLine() int {
	p.Helper()
	name := " " + p.m.current().Name
	for at, line := range strings.Split(p.screen(), "\n") {
		row := []rune(strings.TrimPrefix(line, "  "))
		if len(row) > 1 && row[0] != ' ' && strings.HasPrefix(string(row[1:]), name) {
			return at
		}
	}
	p.Fatalf("the step is not in the list:\n%s", p.screen())
	return 0
}

// The last screen is one of its own, and has no calls of earlier steps.
func TestNothingJumpsBetweenAQuestionAndItsResult(t *testing.T) {
	for name, test := range map[string]struct {
		keys     []string
		audience bool
	}{
		"as suggested":      {},
		"with more options": {keys: []string{"tab", "tab"}},
		"for an audience":   {audience: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.env.Step = test.audience
			p := d.sit(80, 24)
			for last := 0; !p.m.last(); {
				if p.m.step > 0 {
					p.press(test.keys...)
				}
				step, at := p.m.step, p.openLine()
				if at < last {
					t.Errorf("the next step opens on line %d, above %d:\n%s", at, last, p.screen())
				}
				last = at
				p.press("enter").until("the end of the run", func() bool {
					if p.m.step == step && p.openLine() != at {
						t.Errorf("the row moved from line %d to %d:\n%s", at, p.openLine(), p.screen())
					}
					return p.m.phase != running
				})
				if test.audience {
					p.press("enter")
				}
			}
		})
	}
}

func TestTheDemoTakesFourEntersToAToken(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 24)
	p.start(p.m.Init())
	for enters := range 4 {
		if !p.m.Session().Token.JWT.IsZero() {
			t.Errorf("there is a token after %d enters", enters)
		}
		p.press("enter").wait()
	}
	if p.sees("✓ Token expires", "✓ Login test passed"); p.m.Session().Token.JWT.IsZero() {
		t.Error("there is no token")
	}
}

func TestASecondRunAtHomeSignsWithOneEnterAndOnlyLogsIn(t *testing.T) {
	d := newDesk(t).account()
	first := d.sit(80, 24).ready().m.Session().Token
	d.setUp()
	d.calls = nil
	p := d.sit(80, 24).sees("❯ New token for alice", "In .env alice's token, expires in")
	p.take(beginMsg{})
	p.press("enter").until("the token", func() bool { return p.m.finished() })
	p.sees("✓ Token expires", "✓ Login test passed")
	if token := p.m.Session().Token; token.ID == first.ID || !strings.Contains(p.read(".env"), token.JWT.Reveal()) {
		t.Error("there is no new token in .env")
	}
	if len(p.calls) != 1 || !strings.HasPrefix(p.calls[0], "GET /v2/rtc") {
		t.Errorf("the calls are not the login alone: %v", p.calls)
	}
}

func TestKeysPressedBeforeTheWizardBeginsCount(t *testing.T) {
	p := newDesk(t).sit(80, 24).press("abcd1234")
	p.take(beginMsg{})
	p.sees("┃ abcd1234", "8 letters and digits").press("enter").take(beginMsg{})
	p.wait().sees("✓ Account abcd1234")
}

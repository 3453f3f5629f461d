package screen

import (
	"testing"
)

// atTheToken is at the questions of the token.
func (p *person) atTheToken() *person {
	p.Helper()
	return p.connected().press("enter").wait().press("enter", "enter").wait().press("enter").sees("Sign a token")
}

func TestAValueOfOnesOwnThatIsLeftEmptyIsAskedForAndSignsNothing(t *testing.T) {
	t.Attr("fault", "field-B9")
	p := newDesk(t).sit(80, 24).atTheToken()
	p.press("down", "enter").sees("❯ another time", "Required").doesNotSee("Signs a token")
	p.press(" ", "enter").sees("Required").press("45m").sees("for 45 minutes").doesNotSee("Required")
	p.press("tab", "down", "down", "down", "enter").sees("❯ an ACL of your own", "Required").doesNotSee("Signs a token")
	p.press("up", "up", "enter").wait().sees("Ready to log in", "45 minutes", "everything the Client SDK uses")
}

func TestAValueThatIsTypedAndRubbedOutIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	p := newDesk(t).sit(80, 24).atTheToken()
	p.press("9", "backspace", "enter").sees("❯ another time", "Required").doesNotSee("Signs a token")
}

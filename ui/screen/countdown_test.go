package screen

import (
	"testing"
	"time"
)

// The clock of the screen moves each second; a token is signed at any moment between two.
func TestTheTimeLeftOfANewTokenCountsFromItsOwnMoment(t *testing.T) {
	d := newDesk(t)
	now := noon
	d.env.Now = func() time.Time { return now }
	p := d.sit(80, 24).press("enter").wait().press("enter", "enter").wait().press("enter", "enter").wait()
	p.sees("Your user is ready").press("enter")
	now = noon.Add(5 * time.Second)
	p.press("enter").wait().sees("Ready to log in", "Time left 24:00:00")
}

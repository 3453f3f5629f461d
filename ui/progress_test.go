package ui

import (
	"io"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"credwiz/steps"
)

func TestAProgressBarSaysHowFarAndHowFast(t *testing.T) {
	p := steps.Progress{Done: 740, Failed: 10, Total: 1000, Rate: 250.4, Left: 90 * time.Second}
	const words = " 740 of 1,000, 10 failed, 250 a second, 1 minute 30 seconds left"
	for want, look := range map[string]Look{
		"████████████░░░░" + words: {},
		"############----" + words: {ASCII: true},
	} {
		if got := ansi.Strip(newTheme(io.Discard, look).progress(p)); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestWhatIsUnderWayStaysTheLastLine(t *testing.T) {
	events := withEvent(nil, steps.Event{State: steps.Done, Text: "look"})
	events = withEvent(events, steps.Event{State: steps.Started, Text: "create 3 users", Progress: &steps.Progress{Total: 3}})
	events = withEvent(events, steps.Event{State: steps.Warned, Text: "create bob", Note: "it is taken"})
	events = withEvent(events, steps.Event{State: steps.Started, Text: "create 3 users", Progress: &steps.Progress{Done: 1, Total: 3}})
	if n := len(events); n != 3 || events[2].Progress == nil || events[2].Progress.Done != 1 || events[1].Text != "create bob" {
		t.Errorf("got %+v", events)
	}
}

func TestARosterIsCreatedOnTheScreens(t *testing.T) {
	d := newDesk(t)
	p := d.sit(t, 80, 24, Look{}).connected()
	p.press("enter").wait().press("enter")
	p.press("a").sees("several with commas").press("n", "n", ",", " ", "b", "o", "b").sees("Creates 2 users in “My Client SDK app”, several at a time: ann, bob.")
	p.press("enter").wait().sees("Your users are ready", "2 of 2 ready").press("enter", "enter").wait()
	p.sees("Ready to log in", "ann in My Client SDK app", "2 of 2 ready", "users/")
}

package screen

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"credwiz/client"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

func TestAProgressBarSaysHowFarAndHowFast(t *testing.T) {
	p := task.Progress{Done: 740, Failed: 10, Total: 1000, Rate: 250.4, Left: 90 * time.Second}
	const words = "740 of 1,000, 10 failed, 250 a second, 1 minute 30 seconds left"
	for want, look := range map[string]struct {
		style.Look
		width int
	}{
		"  ████████████░░░░ " + words: {style.Look{}, 84},
		"  ############---- " + words: {style.Look{ASCII: true}, 84},
		"  ████████████░░░░\n  740 of 1,000, 10 failed, 250 a second, 1\n  minute 30 seconds left": {style.Look{}, 42},
	} {
		m := Model{theme: style.NewTheme(io.Discard, look.Look)}
		if got := ansi.Strip(strings.Join(m.progressLines(p, look.width), "\n")); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestWhatIsUnderWayStaysTheLastLine(t *testing.T) {
	events := withEvent(nil, task.Event{State: task.Done, Text: "look"})
	events = withEvent(events, task.Event{State: task.Started, Text: "create 3 users", Progress: &task.Progress{Total: 3}})
	events = withEvent(events, task.Event{State: task.Warned, Text: "create bob", Note: "it is taken"})
	events = withEvent(events, task.Event{State: task.Started, Text: "create 3 users", Progress: &task.Progress{Done: 1, Total: 3}})
	if n := len(events); n != 3 || events[2].Progress == nil || events[2].Progress.Done != 1 || events[1].Text != "create bob" {
		t.Errorf("got %+v", events)
	}
}

// TestRosterScreens has one user of five refused.
func TestRosterScreens(t *testing.T) {
	here := must(os.Getwd())
	for _, size := range [][2]int{{80, 24}, {40, 12}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			var b strings.Builder
			t.Chdir(t.TempDir()) // so that paths are short
			d := newDeskAt(t, ".")
			d.env.Roster = []client.NewUser{{Name: "ann"}, {Name: "bob", DisplayName: "Bob"}, {Name: "cid"}, {Name: "dan"}, {Name: "eve"}}
			p := d.sit(size[0], size[1]).connected()
			p.press("enter").wait()
			frame(&b, "asking", p.screen())
			d.answerFirst(func(w http.ResponseWriter, r *http.Request) bool {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				if !bytes.Contains(body, []byte("bob")) {
					return false
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = io.WriteString(w, `{"title":"Unprocessable","detail":"bob is not welcome"}`)
				return true
			})
			p.press("enter")
			running := *p
			running.m.job.events = []task.Event{{State: task.Started, Text: "create 5 users", Progress: &task.Progress{Done: 2, Failed: 1, Total: 5, Rate: 2, Left: 2 * time.Second}}}
			running.m.job.spinner, running.m.job.ticks = running.m.theme.Spinner(), 0
			frame(&b, "under way", running.screen())
			running.m.job.events = []task.Event{{State: task.Started, Text: "create 5 users", Progress: &task.Progress{Done: 2, Failed: 1, Total: 5, Rest: 3 * time.Second}}}
			frame(&b, "at rest", running.screen())
			p.wait()
			frame(&b, "token", p.screen())
			p.press("esc")
			frame(&b, "users", p.screen())
			p.press("enter", "enter").wait()
			frame(&b, "ready", p.screen())
			t.Chdir(here)
			golden.RequireEqual(t, b.String())
		})
	}
}

func TestARosterIsCreatedOnTheScreens(t *testing.T) {
	d := newDesk(t)
	p := d.sit(80, 24).connected()
	p.press("enter").wait()
	p.press("a").sees("several with commas").press("n", "n", ",", " ", "b", "o", "b").sees("Creates 2 users in “My Client SDK app”, several at a time: ann, bob.")
	p.press("enter").wait().sees("✓ User ann and 1 more", "✓ 2 users created").press("enter").wait()
	p.sees("✓ Token expires", "ann signed in", "2 of 2 ready", "users/")
}

package screen

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/style"
)

func sized(cols, rows int) tea.WindowSizeMsg { return tea.WindowSizeMsg{Width: cols, Height: rows} }

// states leads a person through every kind of screen, and calls seen at each.
func states(d *desk, cols, rows int, style style.Look, seen func(name string, p *person)) {
	d.Helper()
	look := func(name string, p *person) {
		// The spinner turns with the time that the machine takes.
		p.m.job.spinner, p.m.job.ticks = p.m.theme.Spinner(), 0
		seen(name, p)
	}
	p := d.sit(cols, rows, style)
	look("account: asking", p)
	p.press("abc", "tab", "secret")
	look("account: typing", p)
	p.press("enter").wait()
	look("account: refused", p)
	p = d.sit(cols, rows, style)
	d.heldWaits()
	p.press("enter").until("a wait", func() bool { return len(p.m.job.events) > 0 && p.m.job.events[0].State == task.Waiting })
	look("account: waiting to try again", p)
	p.press("esc").wait()
	look("account: canceled", p)
	p = d.sit(cols, rows, style)
	arrived, release := d.held(http.MethodGet)
	p.press("enter").waitFor(arrived).until("a call", p.calling)
	look("account: running", p)
	close(release)
	p.wait()
	d.answerFirst(nil)
	look("application: asking", p)
	p.press("tab")
	look("application: more options", p)
	p.press("tab", "space", "down", "down")
	look("application: capabilities", p)
	arrived, release = d.held(http.MethodPost)
	p.press("enter").waitFor(arrived).until("a call", p.calling)
	look("application: running", p)
	p.press("esc")
	look("application: stopping", p)
	close(release)
	p.wait()
	d.answerFirst(nil)
	look("user: asking", p)
	p.press("esc")
	look("application: opened", p)
	p.press("e")
	look("application: renaming", p)
	p.press("esc", "esc")
	look("account: opened", p)
	p.press("enter", "enter", "tab")
	look("user: more options", p)
	p.press("enter").wait()
	look("token: asking", p)
	p.press("25h", "enter")
	look("token: refused", p)
	p.press("backspace", "backspace", "backspace", "up", "tab")
	look("token: access", p)
	p.press("enter").wait()
	ready(p, look)
	again(d, cols, rows, style, look)
	atHome(d, cols, rows, style, look)
}

// calling reports whether a call is seen under way.
func (p *person) calling() bool {
	n := len(p.m.job.events)
	return n > 0 && p.m.job.events[n-1].State == task.Started && p.m.job.events[n-1].Call != ""
}

// ready are the screens of a token, and of those that lead back from it.
func ready(p *person, look func(string, *person)) {
	p.Helper()
	look("ready", p)
	for _, panel := range []struct{ keys, name string }{
		{"?", "what a token is"}, {"x left left", "the calls"}, {"i", "what the token says"}, {"r", "the QR code"},
	} {
		p.press(strings.Fields(panel.keys)...)
		look("ready: "+panel.name, p)
		p.press("esc")
	}
	p.press("s")
	for _, tab := range p.m.panel.pages {
		look("ready: the login code, "+tab.tab, p)
		p.press("right")
	}
	p.press("esc")
	p.m.tools.Clipboard = Clipboard{Terminal: func(string) error { return nil }}
	p.press("c").until("an answer", func() bool { return p.m.notice != "" })
	look("ready: copied", p)
	p.press("u")
	look("user: another", p)
	p.press("esc", "esc")
	look("user: opened", p)
	p.press("e")
	look("user: changing", p)
	p.press("esc", "enter", "n")
	p.rename("private.key", "moved")
	noError(p, os.Mkdir(p.path("private.key"), 0o700))
	p.press("enter").wait()
	look("token: failed", p)
	p.remove("private.key")
	p.rename("moved", "private.key")
}

// again are the screens of a second run in the same folder.
func again(d *desk, cols, rows int, style style.Look, look func(string, *person)) {
	d.Helper()
	p := d.sit(cols, rows, style).press("enter").wait()
	look("again: the application", p)
	p.press("n", "o", "t", " ", "t", "h", "e", "r", "e")
	look("again: no such application", p)
	p.press("enter", "up").until("+ Create a new application", func() bool { return p.m.form().entries[answer.AppID].chosen.value == answer.NewOne })
	look("again: a new application", p)
	p.press("down", "enter").wait().listed()
	look("again: the user", p)
	p.press("up")
	look("again: a new user", p)
	p.press("down", "enter").wait()
	look("again: the token", p)
	d.rename("private.key", "moved")
	p = d.sit(cols, rows, style).press("enter").wait().press("down")
	look("again: the key is lost", p)
	p.press("tab", "down", "enter")
	look("again: replacing the key", p)
	d.rename("moved", "private.key")
	d.remove(".credwiz.json")
	p = d.sit(cols, rows, style).press("enter").wait().press("down", "enter").wait().listed().press("alice", "enter").wait()
	look("again: the name is taken", p)
	d.env.Mask, d.env.Step = true, true
	p = d.sit(cols, rows, style)
	look("presenter: asking", p)
	p.press("enter").wait()
	look("presenter: a result", p)
	p.press("enter", "enter").wait().press("enter").listed().ready()
	look("presenter: ready", p)
	d.env.Mask, d.env.Step = false, false
}

// listed waits for the application's users.
func (p *person) listed() *person {
	p.Helper()
	return p.until("the users", func() bool { return len(p.m.session.Users) > 0 })
}

// atHome are the screens of a folder that is set up, for an account.
func atHome(d *desk, cols, rows int, style style.Look, look func(string, *person)) {
	d.Helper()
	folder := d.path("home")
	noError(d, os.Mkdir(folder, 0o700))
	d = newDeskAt(d.T, folder).account()
	d.sit(cols, rows, style).ready()
	d.setUp()
	p := d.sit(cols, rows, style)
	look("home", p)
	p.press("down", "down", "down")
	look("home: start over", p)
	p.press("enter").wait()
	look("home: started over", p)
	p = d.sit(cols, rows, style)
	p.press("down", "enter").until("the session", func() bool { return !p.m.atHome() }).listed()
	look("home: add a user", p)
	p = d.sit(cols, rows, style)
	p.press("enter").until("the token", func() bool { return p.m.finished() })
	look("home: a new token", p)
}

func TestScreens(t *testing.T) {
	here := must(os.Getwd())
	for _, test := range []struct {
		name       string
		cols, rows int
		look       style.Look
		styled     bool
	}{
		{name: "80x24", cols: 80, rows: 24},
		{name: "40x12", cols: 40, rows: 12},
		{name: "20x6", cols: 20, rows: 6},
		{name: "120x40", cols: 120, rows: 40},
		{name: "ascii", cols: 80, rows: 24, look: style.Look{ASCII: true}},
		{name: "colours", cols: 80, rows: 24, styled: true},
		{name: "no colours", cols: 80, rows: 24, look: style.Look{NoColor: true}, styled: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if testing.Short() && test.cols != 40 && test.name != "80x24" {
				t.Skip("SKIPPED: -short compares the frames of two sizes")
			}
			var b strings.Builder
			t.Chdir(t.TempDir()) // so that paths are short
			states(newDeskAt(t, "."), test.cols, test.rows, test.look, func(name string, p *person) {
				screen := p.screen()
				if p.m.env.Demo && !strings.Contains(p.flat(), "sandbox") {
					t.Errorf("%s does not say that it is the sandbox:\n%s", name, screen)
				}
				if test.look.ASCII && strings.ContainsFunc(screen, func(r rune) bool { return r > '~' }) {
					t.Errorf("%s is not ASCII:\n%s", name, screen)
				}
				seen := map[string]bool{}
				for _, c := range p.m.commands() {
					for _, key := range c.Keys() {
						if c.do != nil && seen[key] {
							t.Errorf("%s: %q does two things", name, key)
						}
						seen[key] = seen[key] || c.do != nil
					}
				}
				if test.styled {
					screen = p.m.View()
				}
				frame(&b, name, screen)
			})
			t.Chdir(here) // where the golden files are
			golden.RequireEqual(t, b.String())
		})
	}
}

// port is that of the test's server, which is another one each time.
var port = regexp.MustCompile(`(127\.0\.0\.1|10\.0\.2\.2|tcp):[0-9]{5}`)

// signature is the end of a token, which depends on how many IDs the look-ups in the background took before it.
var signature = regexp.MustCompile(`(eyJhbG(?:…|\.{3}))[\w-]{5}`)

func frame(b *strings.Builder, name, screen string) {
	screen = port.ReplaceAllString(screen, "$1:54321")
	screen = signature.ReplaceAllString(screen, "${1}54321")
	fmt.Fprintf(b, "=== %s\n", name)
	for line := range strings.SplitSeq(screen, "\n") {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func TestAStepStaysInItsPlaceFromItsQuestionToItsResult(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{sized(80, 24), sized(120, 40)} {
		for _, stops := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d by %d, stops %v", size.Width, size.Height, stops), func(t *testing.T) {
				d := newDesk(t)
				d.env.Step = stops
				p := d.sit(size.Width, size.Height)
				columns := map[int]bool{} // where the details of work begin
				detail := regexp.MustCompile(`(GET|POST) /|RSA, |private.key, readable|RS256|alice signed in`)
				for step, s := range p.m.script {
					heading, rows := regexp.MustCompile(`^  \S `+s.Name), map[int]bool{}
					p.press("enter").until("the end of the run", func() bool {
						for row, line := range p.lines() {
							if at := detail.FindStringIndex(line); at != nil && !strings.Contains(line, "Application  ") {
								columns[style.Visible(line[:at[0]])] = true
							}
							if p.m.step == step && heading.MatchString(line) {
								rows[row] = true
							}
						}
						return p.m.phase != running
					})
					if len(rows) != 1 {
						t.Errorf("%s was on the rows %v", s.Name, rows)
					}
					if stops && !p.m.last() {
						p.press("enter")
					}
				}
				if len(columns) != 1 {
					t.Errorf("details began in the columns %v\n%s", columns, p.screen())
				}
				p.sees("POST /v2/applications · 201 Created", "POST /v1/users · 201 Created", "Token signed")
			})
		}
	}
}

func TestALongScreenScrolls(t *testing.T) {
	p := newDesk(t).sit(40, 12).ready().doesNotSee("r QR code")
	p.sees("more")
	for range 30 {
		p.press("down")
	}
	p.sees("r QR code")
	for range 40 {
		p.press("up")
	}
	p.sees("✓ Token", "Token")
}

func TestTheChosenRowIsSeenInTheSmallestWindow(t *testing.T) {
	p := newDesk(t).sit(minWidth, minHeight)
	for range 3 {
		p.press("enter").wait()
	}
	p.sees("❯ 24 hours")
	for _, key := range []string{"up", "up", "up", "down", "down", "down"} {
		p.press(key).sees("❯")
	}
	p.press("45m").sees("❯ Custom", "45m").press("tab").sees("❯ Full Client")
}

func TestNothingIsAnsweredThatCannotBeSeen(t *testing.T) {
	t.Attr("fault", "field-C1")
	p := newDesk(t).sit(minWidth-1, minHeight).sees("Please make the")
	p.press("enter", "wxyz", "enter", "enter")
	p.take(sized(80, 24))
	p.sees("● Account").doesNotSee("wxyz")
	if len(p.calls) > 0 {
		t.Errorf("calls were made: %v", p.calls)
	}
	p.take(sized(minWidth-1, minHeight))
	p.press("ctrl+c").left()
}

package screen

import (
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

// hostile are texts that a terminal would obey, or a reader be deceived by.
func hostile() map[string]string {
	return map[string]string{
		"colour":        "\x1b[38;5;201mred\x1b[8m",
		"cursor":        "\x1b[2J\x1b[1;1Howned",
		"clipboard":     "\x1b]52;c;aGk=\x07",
		"title":         "\x1b]0;owned\x1b\\",
		"link":          "\x1b]8;;https://owned.example\x1b\\dashboard.vonage.com\x1b]8;;\x1b\\",
		"device":        "\x1bP$q\"p\x1b\\",
		"C1":            "\u009b31m\u009d0;x\u009c\x9b31m",
		"bidi":          "\u202eevil\u2066\u200f",
		"zero width":    "a\u200bb\u2060c\ufeff",
		"tags":          "x\U000E0041\U000E007F",
		"NUL and bell":  "a\x00b\a\b",
		"lines":         "a\r\nb\nc\u2028d\te",
		"not UTF-8":     "\xff\xfe\xc3(",
		"wide":          strings.Repeat("山", 300),
		"family":        strings.Repeat("👨\u200d👩\u200d👧", 60),
		"marks":         "e" + strings.Repeat("\u0301", 500),
		"a whole paste": strings.Repeat("m\x1b[31m", tty.PasteLimit/6),
		"prompt":        "\u2019”“ \ufffd �",
	}
}

// ownStyle is what Lip Gloss makes of the theme's styles, of bold and faint among them, and of a QR code's paper.
var ownStyle = regexp.MustCompile("\x1b\\[(?:0|1|2|7|[17];3[1-6]|3[1-6]|1;2|7;33|1;7|2;7|7;2|30;107)?m")

// ownLink is what the theme makes of the address of Vonage's dashboard: no other link is there.
var ownLink = strings.NewReplacer("\x1b]8;;https://dashboard.vonage.com\x1b\\dashboard.vonage.com\x1b]8;;\x1b\\", "")

// checkFrame fails if a frame does not fit, or has in it what the theme has not made.
func checkFrame(t *testing.T, m Model, what string) {
	t.Helper()
	frame := m.View()
	if len(m.faults) > 0 {
		t.Fatalf("%s at %dx%d: %v", what, m.width, m.height, <-m.faults)
	}
	lines := strings.Split(frame, "\n")
	if len(lines) > m.height {
		t.Fatalf("%s at %dx%d has %d lines", what, m.width, m.height, len(lines))
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > m.width {
			t.Fatalf("%s at %dx%d has a line of %d cells: %q", what, m.width, m.height, w, line)
		}
		bare := ownLink.Replace(ownStyle.ReplaceAllString(line, ""))
		if at := strings.IndexFunc(bare, dangerous); at >= 0 || !utf8.ValidString(bare) {
			t.Fatalf("%s at %dx%d has %q at %d of %q", what, m.width, m.height, bare[max(at, 0):], at, bare)
		}
	}
}

// dangerous letters move the cursor, or the reader's eye. The zero width joiner is in emoji.
func dangerous(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r == 0x200b || r == 0x200c || r == 0x200e || r == 0x200f || r == 0x061c || r == 0xfeff || r >= 0xe0000 && r <= 0xe007f
}

// haunt puts a text wherever one from outside can be, and calls look at each screen.
func haunt(t *testing.T, m Model, text string, look func(what string, m Model)) {
	t.Helper()
	fields := []answer.Field{
		{Key: "a", Label: text, Hint: text, Suggestion: text, Source: text, Optional: true},
		{Key: "b", Label: text, Choices: []answer.Choice{{Value: text, Label: text, Note: text}, {Value: "2", Label: "2"}}, Other: text},
		{Key: "s", Label: text, Search: true, Choices: []answer.Choice{{Value: text, Label: text, Note: text}, {Value: "2", Label: text}}},
		{Key: "c", Label: text, Secret: true, Suggestion: text},
		{Key: "o", Label: text, Aside: true, Options: []answer.Choice{{Value: "1", Label: text, Note: text}, {Value: "2", Label: text}}},
		{Key: "d", Label: "d", Note: func(string) string { return text }, Check: func(string) error { return errors.New(text) }},
	}
	m.script = append([]steps.Step{}, m.script...)
	m.script[0].Fields = func(steps.Env, steps.Session, answer.Answers) []answer.Field { return fields }
	m.script[0].Plan = func(steps.Env, steps.Session, answer.Answers) string { return text }
	m.script[0].Verb = func(steps.Env, steps.Session, answer.Answers) string { return text }
	m.script[0].Heading = func(steps.Session, answer.Answers) string { return text }
	m.script[0].Sum = func(steps.Env, steps.Session) string { return text }
	m.script[0].Show = func(steps.Env, steps.Session) []steps.Fact {
		return []steps.Fact{{Label: text, Value: text}, {Label: "whole", Value: text, Whole: true}, {Label: "last", Value: "v"}}
	}
	home := m
	home.home.found = &resign.Home{
		App:   journal.Application{Name: text, KeyFile: text, APIKey: text},
		Users: []resign.UserRef{{User: journal.User{ID: "1", Name: text, ExpiresAt: &noon}}, {User: journal.User{ID: "2", Name: text}}},
		InEnv: true,
	}
	look("home", home.goHome())
	m.env.Step = true // so that the result of a step stands
	m = m.ask()
	take := func(m Model, msg tea.Msg) Model {
		after, _ := m.Update(msg)
		return after.(Model)
	}
	for i := range fields {
		look("asking", m)
		look("typed", take(m, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)}))
		pasted := take(m, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
		look("pasted", pasted)
		look("refused", take(pasted, tea.KeyMsg{Type: tea.KeyEnter}))
		look("edited", take(m, tea.KeyMsg{Type: tea.KeyRight}))
		if i < len(fields)-1 {
			m = take(m, tea.KeyMsg{Type: tea.KeyTab})
		}
	}
	m.phase, m.job = running, m.newJob()
	for state := task.Started; state <= task.Failed; state++ {
		m = take(m, progressMsg{job: m.job.id, event: task.Event{State: state, Text: text, Call: text, Note: text}, rest: make(chan tea.Msg)})
	}
	look("running", m)
	failing := m
	for _, err := range []error{errors.New(text), &steps.NameTakenError{Name: text, Err: errors.New(text)}, &os.PathError{Op: text, Path: text, Err: errors.New(text)}} {
		look("failed", take(failing, doneMsg{job: m.job.id, err: err}))
	}
	m = take(m, doneMsg{job: m.job.id})
	look("shown", m)
	m.notice = text
	m.panel = panel{opener: m.keys.calls, pages: []page{
		{title: text, blocks: []block{{heading: text, text: text, note: text}, {text: text, literal: true}}, copies: []copyable{{"c", "it", text}}},
		{title: text},
	}}
	look("a panel", m)
}

func TestNoTextFromOutsideMovesTheCursorOrBreaksTheLayout(t *testing.T) {
	t.Attr("fault", "T1")
	t.Attr("fault", "T2")
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			p := newDesk(t).sit(80, 24)
			sizes := [][2]int{{80, 24}, {20, 6}, {40, 12}, {120, 40}}
			if len(text) > 4<<10 || testing.Short() {
				sizes = sizes[:2] // each takes long
			}
			haunt(t, p.m, text, func(what string, m Model) {
				for _, size := range sizes {
					m.width, m.height = size[0], size[1]
					checkFrame(t, m, name+", "+what)
				}
			})
		})
	}
}

func FuzzView(f *testing.F) {
	for _, text := range hostile() {
		if len(text) < 4<<10 {
			f.Add(text, uint8(80), uint8(24))
		}
	}
	f.Fuzz(func(t *testing.T, text string, cols, rows uint8) {
		d := &desk{}
		d.env = steps.Env{
			Demo: true, Now: noonAlways, Keys: steps.NewKeySource(aKey),
			Known: map[string]answer.Known{answer.APIKey: {Value: text, Source: text}},
		}
		m := New(t.Context(), d.env, steps.Script(), style.NewTheme(io.Discard, style.Look{}), Tools{})
		m.width, m.height = int(cols)+1, int(rows)+1
		checkFrame(t, m, "the first screen")
		haunt(t, m, text, func(what string, m Model) { checkFrame(t, m, what) })
	})
}

func TestNoSizeOfTheWindowBreaksTheLayout(t *testing.T) {
	t.Attr("fault", "T7")
	states(newDesk(t), 80, 24, style.Look{}, func(name string, p *person) {
		m := p.m
		for cols := 1; cols <= 130; cols++ {
			for rows := 1; rows <= 50; rows++ {
				// Each of the small ones, where words and lines are dropped; a sieve of the others.
				if (cols > 28 || rows > 12) && (cols*7+rows*3)%41 != 0 || testing.Short() && (cols+rows)%11 != 0 {
					continue
				}
				m.width, m.height = cols, rows
				checkFrame(t, m, name)
			}
		}
		m.width, m.height = 300, 100
		checkFrame(t, m, name)
		m.width, m.height = 19, 5
		if said := strings.Join(strings.Fields(ansi.Strip(m.View())), " "); said != "Please make the window larger." {
			t.Errorf("a window that is too small says %q", said)
		}
	})
}

func TestTypedNamesAreCleanedAndWhatWasLeftOutIsTold(t *testing.T) {
	for name, test := range map[string]struct{ typed, plan, notice string }{
		"blanks around": {"  bob \u00a0", "Creates “bob” in", ""},
		"decomposed":    {"Zoe\u0308", "Creates “Zo\u00eb” in", ""},
		"a direction":   {"bo\u202eb", "Creates “bob” in", "removed invisible characters: 1 character"},
		"control":       {"b\x1b]52ob\u009b", "Creates “b]52ob” in", "removed invisible characters: 2 characters"},
		"emoji":         {"👩\u200d💻", "Creates “👩\u200d💻” in", ""},
	} {
		for way, paste := range map[string]bool{"typed": false, "pasted": true} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Attr("fault", "T2")
				p := newDesk(t).sit(80, 24).connected().press("enter").wait().sees("┃ Name")
				p.take(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(test.typed), Paste: paste})
				p.sees(test.plan, test.notice).press("enter").wait().sees("✓ User")
				if got, want := p.m.Session().User.Name, strings.TrimPrefix(strings.TrimSuffix(test.plan, "” in"), "Creates “"); got != want {
					t.Errorf("the user is %+q, want %+q", got, want)
				}
			})
		}
	}
}

func TestNamesThatCannotBeAreRefusedWithTheReason(t *testing.T) {
	for typed, reason := range map[string]string{
		"a\u200db":               "contains characters that can't be displayed",
		strings.Repeat("n", 201): "201 characters is too long; the limit is 200",
	} {
		t.Run(reason, func(t *testing.T) {
			t.Attr("fault", "T2")
			p := newDesk(t).sit(80, 24).connected().paste(typed).press("enter").sees("● Application", reason)
			if len(p.made()) != 0 {
				t.Errorf("made %v", p.made())
			}
		})
	}
}

func TestAPasteThatIsTooLongIsToldAtTheField(t *testing.T) {
	t.Attr("fault", "T8")
	p := newDesk(t).sit(80, 24)
	p.paste(strings.Repeat("x", lineLimit+1)).sees("only the first 2048 characters were taken")
	p.paste("more").sees("there is no room for more").press("backspace").doesNotSee("room", "only the first")
	p = p.sit(80, 24)
	p.take(pasteCutMsg{})
	p.paste("\x00\x01abc").sees("only the first 3 characters were taken").press("d").doesNotSee("only").paste("e").doesNotSee("only")
}

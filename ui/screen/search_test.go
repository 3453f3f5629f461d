package screen

import (
	"fmt"
	"io"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"credwiz/steps/answer"
	"credwiz/ui/style"
)

// listed is a form with a long list and a field after it.
func listed(many int) form {
	list := answer.Field{Key: "app", Label: "Application", Search: true, Suggestion: "new",
		Choices: []answer.Choice{{Value: "new", Label: "a new one"}}}
	for i := range many {
		list.Choices = append(list.Choices, answer.Choice{
			Value: fmt.Sprintf("id-%03d", i), Label: fmt.Sprintf("App %d", i), Note: fmt.Sprintf("number %d, 日本語", i),
		})
	}
	return newForm([]answer.Field{list, {Key: "name", Label: "Name", Suggestion: "x"}})
}

func (f form) keys(keys ...string) form {
	for _, key := range keys {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
		if kind, ok := namedKeys[key]; ok {
			msg = tea.KeyMsg{Type: kind}
		}
		f = f.update(newKeymap(style.NewTheme(io.Discard, style.Look{}).Glyph), msg)
	}
	return f
}

func (f form) drawn() string {
	lines, _ := f.view(style.NewTheme(io.Discard, style.Look{}), 60, formLook{})
	return ansi.Strip(strings.Join(lines, "\n"))
}

func TestTypingFindsAmongMany(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		keys []string
		want string
	}{
		{"nothing typed: a new one", nil, "new"},
		{"down: the first of the list", []string{"down"}, "id-000"},
		{"a page down", []string{"pgdown"}, "id-005"},
		{"up stops at the top", []string{"down", "up", "up"}, "new"},
		{"down stops at the end", []string{"1", "9", "9", "down", "down"}, "id-199"},
		{"part of a name", []string{"a", "p", "p", " ", "4", "2"}, "id-042"},
		{"capitals do not matter", []string{"A", "P", "P", " ", "4", "2"}, "id-042"},
		{"words in any order", []string{"4", "2", " ", "a", "p", "p"}, "id-042"},
		{"part of a note", []string{"n", "u", "m", "b", "e", "r", " ", "7", "7"}, "id-077"},
		{"an id", []string{"i", "d", "-", "0", "0", "9"}, "id-009"},
		{"what is found can be chosen from", []string{"9", "9", "down"}, "id-199"},
		{"typing less finds more", []string{"4", "2", "backspace", "backspace"}, "new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := listed(200).keys(test.keys...)
			if got := f.answers(nil)["app"]; got != test.want {
				t.Errorf("got %s\n%s", got, f.drawn())
			}
		})
	}
}

func TestALongListShowsAPartOfItself(t *testing.T) {
	t.Parallel()
	drawn := listed(200).keys("pgdown", "pgdown").drawn()
	for _, part := range []string{"❯ App 11", "type to filter", "10 to 15 of 201"} {
		if !strings.Contains(drawn, part) {
			t.Errorf("%q is not in\n%s", part, drawn)
		}
	}
	if n := strings.Count(drawn, "App "); n != foundWindow {
		t.Errorf("%d rows", n)
	}
}

func TestTheChosenOneOfAListIsSeenWhereThereIsRoomForFewLines(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{}, {"down"}, {"pgdown"}, {"pgdown", "pgdown"}, {"9", "down", "down"}} {
		lines, see := listed(200).keys(keys...).view(style.NewTheme(io.Discard, style.Look{}), 60, formLook{small: true})
		seen := layout{body: lines, see: see, room: 2, fixed: true}.visibleBody(0)
		if drawn := ansi.Strip(strings.Join(seen, "\n")); !strings.Contains(drawn, "❯") {
			t.Errorf("after %q:\n%s", keys, drawn)
		}
	}
}

func TestWhatIsFoundNowhereBecomesTheNewName(t *testing.T) {
	t.Parallel()
	f := listed(20).keys("z", "z")
	if drawn := f.drawn(); !strings.Contains(drawn, "nothing found; enter uses it as the new name") {
		t.Errorf("it is not said:\n%s", drawn)
	}
	f, all := f.enter()
	if all || f.focusedKey() != "name" {
		t.Error("enter takes a new one without a look at its name")
	}
	if f, all = f.enter(); !all || f.answers(nil)["app"] != "new" || f.answers(nil)["name"] != "zz" {
		t.Errorf("the second enter takes %v", f.answers(nil)["name"])
	}
}

func TestANewOneIsNamedBeforeItIsCreated(t *testing.T) {
	t.Parallel()
	f, all := listed(3).enter()
	if all || f.focusedKey() != "name" {
		t.Error("enter skips the name")
	}
	if f, all = f.keys("shift+tab").enter(); !all || f.answers(nil)["name"] != "x" {
		t.Error("a name that was seen is asked for again")
	}
}

func TestAListWithoutNewOnesForgetsWhatIsFoundNowhere(t *testing.T) {
	t.Parallel()
	f := listed(20)
	f.fields = f.fields[:1]
	if f, all := f.keys("z", "z").enter(); all || f.value(f.focused()) != "new" {
		t.Error("enter takes what was not searched for")
	}
}

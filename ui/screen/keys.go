package screen

import (
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/viewport"

	"credwiz/ui/style"
)

// keymap has every key with its help. The commands of each state say which are active.
type keymap struct {
	interrupt, suspend, quit key.Binding

	enter, back, stop      key.Binding
	next, previous, choose key.Binding // a field, a row
	take, browse           key.Binding
	suggestion             key.Binding
	retry, change          key.Binding

	explain, explainTyping         key.Binding // explainTyping where the question mark is a letter
	calls, code, inspect, qr, copy key.Binding
	sign, another, other, existing key.Binding
	tryIt                          key.Binding

	close, nextPage, previousPage key.Binding // of a panel
	scroll                        viewport.KeyMap
	top, bottom                   key.Binding // of what scrolls
}

func newKeymap(g style.Glyphs) keymap {
	bind := func(name, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(name, does))
	}
	return keymap{
		interrupt: bind("ctrl+c", "quit", "ctrl+c"),
		suspend:   bind("ctrl+z", "suspend", "ctrl+z"),
		quit:      bind("q", "quit", "q"),

		enter:      bind("enter", "continue", "enter"),
		back:       bind("esc", "back", "esc"),
		stop:       bind("esc", "cancel", "esc"),
		next:       bind("tab", "next", "tab"),
		previous:   bind("shift+tab", "previous field", "shift+tab"),
		choose:     bind(g.UpDown, "choose", "up", "down"),
		take:       bind("space", "select", " "),
		browse:     bind("o", "open the dashboard", "o"),
		suggestion: bind(g.Right, "edit", "right"),
		retry:      bind("enter", "try again", "enter", "r"),
		change:     bind("e", "change answers", "e"),

		explain:       bind("?", "help", "?", "f1"),
		explainTyping: bind("f1", "help", "f1"),
		calls:         bind("x", "calls", "x"),
		code:          bind("s", "login code", "s"),
		inspect:       bind("i", "explain", "i"),
		qr:            bind("r", "QR code", "r"),
		copy:          bind("c", "copy token", "c"),
		sign:          bind("n", "new token", "n"),
		another:       bind("u", "add a user", "u"),
		other:         bind("a", "switch application", "a"),

		tryIt:    bind("b", "try it in the browser", "b"),
		existing: bind("t", "reuse existing users", "t"),

		close:        bind("esc", "close", "esc", "enter"),
		nextPage:     bind(g.LeftRight, "next", "right", "tab"),
		previousPage: bind(g.LeftRight, "next", "left", "shift+tab"),
		scroll: viewport.KeyMap{
			Up: bind("up", "up", "up"), Down: bind("down", "down", "down"),
			PageUp: bind("pgup", "page up", "pgup"), PageDown: bind("pgdown", "page down", "pgdown"),
		},
		top: bind("home", "top", "home"), bottom: bind("end", "end", "end"),
	}
}

package ui

import (
	"slices"
	"strings"

	"credwiz/steps"
)

// help is one key and what it does.
type help struct{ key, does string }

// foot is the last line: the keys that do something now. When it is too long, what they do is said in one word, but for
// the first, then the question mark speaks for itself, then the first is said in one word too; then those before the last
// one go, so that the first (what enter does) and the last (how to leave) stay.
func (m Model) foot(width int, scrolls bool) string {
	keys := slices.Clone(m.keys())
	if scrolls {
		keys = slices.Insert(keys, 1, help{m.theme.glyph.upDown, "more"})
	}
	shorten := []func(i int){
		func(i int) {
			if i > 0 {
				keys[i].does, _, _ = strings.Cut(keys[i].does, " ")
			}
		},
		func(i int) {
			if keys[i] == explainKey() {
				keys[i].does = ""
			}
		},
		func(i int) { keys[i].does, _, _ = strings.Cut(keys[i].does, " ") },
	}
	for _, short := range shorten {
		for i := 0; i < len(keys) && visible(m.helpLine(keys)) > width; i++ {
			short(i)
		}
	}
	for len(keys) > 2 && visible(m.helpLine(keys)) > width {
		keys = slices.Delete(keys, len(keys)-2, len(keys)-1)
	}
	return m.helpLine(keys)
}

func (m Model) helpLine(keys []help) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = m.theme.accent.Render(k.key)
		if k.does != "" {
			parts[i] += " " + m.theme.faint.Render(k.does)
		}
	}
	return strings.Join(parts, m.theme.faint.Render(" "+m.theme.glyph.dot+" "))
}

func (m Model) keys() []help {
	quit := help{"ctrl+c", "quit"}
	if m.panel.open() {
		return m.panelKeys()
	}
	switch m.phase {
	case asking:
		return append(m.askingKeys(), quit)
	case running:
		switch {
		case m.leaving != nil:
			return []help{{"ctrl+c", "leave at once"}}
		case m.job.stopping:
			return []help{quit}
		}
		return []help{{"esc", "stop"}, quit}
	case failed:
		return append(m.failedKeys(), help{"q", "quit"})
	case shown:
		quit = help{"q", "quit"}
	}
	var keys []help
	switch {
	case !m.last():
		keys = append(keys, help{"enter", "continue"})
	case m.env.Mask: // presenters print no token
		keys = append(keys, help{"enter", "leave"})
	default:
		keys = append(keys, help{"enter", "leave and print the token"})
	}
	if !m.last() && m.repeatable() {
		keys = append(keys, help{"e", "change the answers"})
	} else if !m.last() && m.changeable() {
		what := "it"
		if len(m.result().Roster) > 0 {
			what = "the first"
		}
		keys = append(keys, help{"e", "change " + what})
	}
	if m.step > 0 {
		keys = append(keys, help{"esc", "back"})
	}
	if _, ok := m.panelFor("x"); ok && !m.last() {
		keys = append(keys, help{"x", "calls"})
	}
	return append(keys, explainKey(), quit)
}

func explainKey() help { return help{"?", "explain"} }

// nextKeys are what can be done with a token; the last screen lists them.
func (m Model) nextKeys() []help {
	return []help{
		{"c", "copy the token"},
		{"r", "show it as a QR code"},
		{"s", "show the login code"},
		{"x", "show the calls"},
		{"i", "explain the token"},
		{"n", "sign a new token"},
		{"u", "create another user"},
	}
}

// nextLines are what can be done with the token now.
func (m Model) nextLines(width int) []string {
	t := m.theme
	var lines []string
	line := ""
	for _, k := range m.nextKeys() {
		cell := t.accent.Render(k.key) + "  " + k.does
		cell += strings.Repeat(" ", max(nextWidth-visible(cell), 2))
		if line != "" && visible(line+cell) > width {
			lines, line = append(lines, line), ""
		}
		line += cell
	}
	return append(lines, line)
}

const nextWidth = 25 // three beside each other in 80 columns

const nextField = "next field"

func (m Model) askingKeys() []help {
	enter := help{"enter", m.current().Verb(m.env, m.begin(), m.answering())}
	form, all := m.form().enter()
	switch {
	case !all && form.focus != m.form().focus:
		enter.does = nextField
	case !all:
		enter.does = "take the answer"
	}
	keys := []help{enter}
	if len(m.form().fields) > 0 && m.form().fields[m.form().focus].Choices != nil {
		keys = append(keys, help{m.theme.glyph.upDown, "choose"})
	}
	if len(m.form().fields) > 1 && enter.does != nextField {
		keys = append(keys, help{"tab", nextField})
	}
	if m.step > 0 {
		keys = append(keys, help{"esc", "back"})
	}
	if _, ok := m.panelFor("?"); ok {
		keys = append(keys, explainKey())
	}
	return keys
}

func (m Model) failedKeys() []help {
	advice := steps.Advise(m.job.err)
	// The offers stand above, each with its key.
	keys := []help{{"enter", "change the answers"}}
	if advice.Retry {
		keys = []help{{"enter", "try again"}, {"e", "change the answers"}}
	}
	if _, ok := m.panelFor("?"); ok {
		keys = append(keys, explainKey())
	}
	return keys
}

package screen

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"

	"credwiz/ui/style"
)

// keyLine is the last line. To fit, it shortens what the keys do to one word, the first key's last, and then drops
// the keys before the last one: what Enter does and how to leave stay.
func (m Model) keyLine(width int, scrolls bool) string {
	var keys []key.Binding
	for _, c := range m.commands() {
		if !c.hidden {
			keys = append(keys, c.Binding)
		}
	}
	if scrolls {
		keys = slices.Insert(keys, 1, withHelp(m.keys.choose, "more"))
	}
	for round := range 3 {
		for i := 0; i < len(keys) && style.Visible(m.theme.KeyLine(keys)) > width; i++ {
			what, _, _ := strings.Cut(keys[i].Help().Desc, " ")
			switch {
			case round == 0 && i > 0, round == 2:
				keys[i] = withHelp(keys[i], what)
			case round == 1 && keys[i].Help() == m.keys.explain.Help():
				keys[i] = withHelp(keys[i], "")
			}
		}
	}
	for len(keys) > 2 && style.Visible(m.theme.KeyLine(keys)) > width {
		keys = slices.Delete(keys, len(keys)-2, len(keys)-1)
	}
	return m.theme.KeyLine(keys)
}

// tokenKeyLines are the keys for a token: what it is for, and fainter what else there is.
func (m Model) tokenKeyLines(width int) []string {
	primary, rest := m.tokenCommands()
	return append(m.keyRows(primary, m.theme.Plain, width), m.keyRows(rest, m.theme.Faint, width)...)
}

func (m Model) keyRows(commands []command, look lipgloss.Style, width int) []string {
	const gap = "    "
	var lines []string
	for _, c := range commands {
		cell := m.theme.Accent.Render(c.Help().Key) + " " + look.Render(c.Help().Desc)
		if n := len(lines) - 1; n >= 0 && style.Visible(lines[n]+gap+cell) <= width {
			lines[n] += gap + cell
			continue
		}
		lines = append(lines, cell)
	}
	return lines
}

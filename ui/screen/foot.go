package screen

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"

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

func (m Model) tokenKeyLines(width int) []string {
	t := m.theme
	var lines []string
	for row := range slices.Chunk(m.tokenCommands(), max(width/keyColumn, 1)) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = style.Pad(t.Accent.Render(c.Help().Key)+"  "+c.Help().Desc, keyColumn)
		}
		lines = append(lines, strings.Join(cells, ""))
	}
	return lines
}

const keyColumn = 25 // three side by side in 80 columns

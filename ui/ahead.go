package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// settling is how long somebody who types pauses when they have seen that nothing takes it.
const settling = 500 * time.Millisecond

// settledMsg tells that a pause came after a key.
type settledMsg struct{ keys int }

// typedAhead takes the keys of somebody who types while work is under way, and has not seen yet that it has ended: until they
// pause, their letters are no commands. It reports false for any other key.
func (m Model) typedAhead(key tea.KeyMsg) (Model, tea.Cmd, bool) {
	text := key.Type == tea.KeyRunes || key.Type == tea.KeySpace
	switch {
	case m.phase == running && text:
	case m.ahead == 0 || m.phase == running || m.phase == asking || key.String() == "esc":
		return m, nil, false
	}
	m.ahead++
	keys := m.ahead
	return m, tea.Tick(settling, func(time.Time) tea.Msg { return settledMsg{keys} }), true
}

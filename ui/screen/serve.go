package screen

import (
	"cmp"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
)

// servedMsg is the result of serving tokens to the page that logs in with them.
type servedMsg struct {
	address string
	opened  bool // in a browser
	err     error
}

// serve starts the backend for as long as the wizard runs, and opens its page.
func (m Model) serve(session steps.Session) tea.Cmd {
	tools, ctx := m.tools, m.ctx
	return func() tea.Msg {
		address, err := tools.Serve(ctx, session)
		opened := err == nil && tools.Browse != nil && tools.Browse(address) == nil
		return servedMsg{address, opened, err}
	}
}

func (m Model) onServed(msg servedMsg) Model {
	if !m.finished() && !m.atHome() || m.panel.open() {
		return m
	}
	m.scroll = 0
	switch {
	case msg.err != nil:
		a := advice.For(msg.err)
		m.notice = cmp.Or(a.What+" "+a.Do, msg.err.Error())
	case msg.opened:
		m.notice = "Opened " + msg.address + " in your browser. It works until you quit."
	default:
		m.notice = "Open " + msg.address + " in your browser. It works until you quit."
	}
	return m
}

package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// copiedMsg tells what came of copying.
type copiedMsg struct {
	words   string
	session steps.Session // with the file that the text went to, if no clipboard was sure
}

// copyToken puts the token on every clipboard there is, and into a file if none of them is sure.
func (m Model) copyToken() tea.Cmd {
	clipboard, session := m.clipboard, m.after[m.step]
	return func() tea.Msg {
		done := clipboard.put(session.Token.JWT.Reveal())
		words := done.words("Token")
		if done.sure() {
			return copiedMsg{words, session}
		}
		kept, path, err := steps.KeepToken(session)
		if err != nil {
			return copiedMsg{words + " " + steps.Advise(err).What, session}
		}
		return copiedMsg{words + " It is in " + path + " too.", kept}
	}
}

// copyText puts a text on every clipboard there is.
func (m Model) copyText(what, text string) tea.Cmd {
	clipboard := m.clipboard
	return func() tea.Msg { return noticeMsg{clipboard.put(text).words(strings.ToUpper(what[:1]) + what[1:])} }
}

// noticeMsg is something to tell about what was copied from a panel.
type noticeMsg struct{ words string }

func (m Model) copied(msg copiedMsg) Model {
	if !m.finished() {
		return m
	}
	m.notice, m.scroll = msg.words, 0
	m.session = msg.session
	m.after = append(m.after[:m.step:m.step], msg.session)
	return m
}

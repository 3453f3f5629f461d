package screen

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
)

// copiedMsg tells what came of copying a text from a panel, or a token, which may be when there is another one already.
type copiedMsg struct {
	words string
	token string         // its id; empty for a text
	files []workdir.File // where it went too, if no clipboard was sure
}

// copyToken puts the token on every clipboard there is, and into a file if none of them is sure.
func (m Model) copyToken() tea.Cmd {
	clipboard, session := m.clipboard, m.result()
	return func() tea.Msg {
		done := clipboard.put(session.Token.JWT.Reveal())
		msg := copiedMsg{words: done.words("Token"), token: session.Token.ID}
		if done.sure() {
			return msg
		}
		kept, path, err := steps.SaveToken(session)
		if err != nil {
			msg.words += " " + advice.For(err).What
			return msg
		}
		msg.words += " It is in " + path + " too."
		msg.files = kept.Files[len(session.Files):]
		return msg
	}
}

// copyText puts a text on every clipboard there is.
func (m Model) copyText(what, text string) tea.Cmd {
	clipboard := m.clipboard
	return func() tea.Msg { return copiedMsg{words: clipboard.put(text).words(style.Sentence(what))} }
}

func (m Model) copied(msg copiedMsg) Model {
	for _, file := range msg.files {
		if !slices.Contains(m.kept, file) {
			m.kept = append(slices.Clip(m.kept), file)
		}
	}
	switch {
	case msg.token == "" && m.panel.open():
		m.notice = msg.words
	case m.finished() && m.result().Token.ID == msg.token:
		m.notice, m.scroll = msg.words, 0
	}
	return m
}

// withKept is a session with the files that copying has left.
func (m Model) withKept(s steps.Session) steps.Session {
	s.Files = slices.Concat(s.Files, m.kept)
	return s
}

package screen

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
)

// Clipboard has the ways to copy a text; each may be nil.
type Clipboard struct {
	// Local is the clipboard of this machine.
	Local func(text string) error
	// Tmux is a tmux buffer.
	Tmux func(text string) error
	// Terminal writes an escape sequence.
	Terminal func(sequence string) error
}

// maxCopied bounds OSC 52, in bytes: some terminals cut or drop longer texts.
const maxCopied = 8 << 10

type copied struct {
	local, tmux, terminal bool
	masked                bool // the last two were not tried
}

func (c copied) sure() bool { return c.local || c.tmux }

// put tries every way, because each may be another machine's clipboard. With mask, nothing goes through the terminal,
// because a recording would keep it.
func (c Clipboard) put(text string, mask bool) copied {
	if mask {
		c.Tmux, c.Terminal = nil, nil
	}
	done := func(way func(string) error, text string) bool { return way != nil && way(text) == nil }
	return copied{
		local: done(c.Local, text),
		tmux:  done(c.Tmux, text),
		// OSC 52 reaches the user's own machine, over SSH too.
		terminal: len(text) <= maxCopied && done(c.Terminal, osc52.New(text).String()),
		masked:   mask,
	}
}

// words claims no more than is known, and fits in one line.
func (c copied) words(what string) string {
	way := "not copied: no clipboard was found"
	switch {
	case c.local && c.tmux:
		way = "copied to the clipboard and tmux"
	case c.local:
		way = "copied to the clipboard"
	case c.tmux:
		way = "copied to tmux (prefix ] pastes)"
	case c.terminal:
		way = "sent to the terminal's clipboard (unconfirmed)"
	case c.masked:
		way = "not copied: --mask keeps it out of the terminal"
	}
	if c.terminal && c.sure() {
		way += ", sent to the terminal"
	}
	return what + ": " + way + "."
}

// browsedMsg is the result of opening a page.
type browsedMsg struct{ err error }

func (m Model) onBrowsed(msg browsedMsg) Model {
	if msg.err == nil || m.phase != asking {
		return m
	}
	f := m.form()
	f.notice = "No browser could be opened. Go to " + strings.TrimPrefix(f.focused().Link, "https://") + "."
	return m.withForm(f)
}

// copiedMsg is the result of copying, perhaps of a token that is no longer the current one.
type copiedMsg struct {
	words string
	token string         // its id; empty for a text
	files []workdir.File // where it went too, if no clipboard was sure
}

// copyToken also writes a file if no clipboard is certain.
func (m Model) copyToken() tea.Cmd {
	clipboard, session, mask := m.tools.Clipboard, m.result(), m.env.Mask
	return func() tea.Msg {
		done := clipboard.put(session.Token.JWT.Reveal(), mask)
		msg := copiedMsg{words: done.words("Token"), token: session.Token.ID}
		if done.sure() {
			return msg
		}
		kept, path, err := steps.SaveToken(session)
		if err != nil {
			msg.words += " " + advice.For(err).What
			return msg
		}
		msg.words += " Saved in " + path + "."
		msg.files = kept.Files[len(session.Files):]
		return msg
	}
}

func (m Model) copyText(what, text string) tea.Cmd {
	clipboard, mask := m.tools.Clipboard, m.env.Mask
	return func() tea.Msg { return copiedMsg{words: clipboard.put(text, mask).words(style.Sentence(what))} }
}

func (m Model) onCopied(msg copiedMsg) Model {
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

// withKept adds the files that copying has written, and the applications that were left.
func (m Model) withKept(s steps.Session) steps.Session {
	s.Left = m.left
	s.Files = slices.Concat(s.Files, m.kept)
	return s
}

package ui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// panel is something to look at over a step. It changes nothing of the step, and esc puts it away.
type panel struct {
	kind panelKind
}

type panelKind int

const (
	noPanel panelKind = iota
	explaining
	scanning
)

// panelFor is the panel that a key opens now. In a text the question mark is a letter, but nobody begins with it.
func (m Model) panelFor(key string) panelKind {
	if key == "f1" {
		key = "?"
	} else if m.phase == asking && m.form.typing() && m.form.input.Value() != "" {
		return noPanel
	}
	switch {
	case m.phase == running:
		return noPanel
	case key == "?" && len(m.current().Topics) > 0:
		return explaining
	case key == "q" && m.finished():
		return scanning
	}
	return noPanel
}

// finished reports whether the last step is done and shown.
func (m Model) finished() bool { return m.phase == shown && m.last() }

func (m Model) open(kind panelKind) Model {
	m.panel, m.scroll, m.notice = panel{kind: kind}, 0, ""
	return m
}

// pressPanel is a key while a panel is open.
func (m Model) pressPanel(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	if scrolled, ok := m.scrolled(key.String()); ok {
		return scrolled, nil
	}
	m.scroll = 0
	switch k := key.String(); k {
	case "esc", "enter", "?", "f1":
		m.panel = panel{}
	case "q":
		if m.panel.kind == scanning {
			m.panel = panel{}
		}
	}
	return m, nil
}

func (m Model) panelTitle() string {
	switch m.panel.kind {
	case explaining:
		return "What this step is about"
	case scanning:
		return "The token, for a camera"
	case noPanel:
	}
	return ""
}

func (m Model) panelBody(width int) []string {
	switch m.panel.kind {
	case explaining:
		return m.explanation(width)
	case scanning:
		_, refusal := m.qr()
		return paint(m.theme.warn, wrap(refusal, width))
	case noPanel:
	}
	return nil
}

func (m Model) explanation(width int) []string {
	var lines []string
	for i, topic := range m.current().Topics {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, m.theme.accent.Render(cut(m.theme, topic.Name, width)))
		lines = append(lines, wrap(topic.What, width)...)
		lines = append(lines, paint(m.theme.faint, wrap(topic.Used, width))...)
	}
	return lines
}

// qr is the token as a QR code, which takes the whole window but for the last line.
func (m Model) qr() (lines []string, refusal string) {
	if m.env.Mask {
		return nil, "A QR code shows the whole token to everybody who looks on, and presenter mode (--mask) shows none. " +
			"Copying it with c is safe."
	}
	return qrCode(m.theme, m.after[m.step].Token.JWT.Reveal(), m.width, m.height-1)
}

// qrScreen is the QR code in the middle of the window; ok is false if it does not fit.
func (m Model) qrScreen() (screen string, ok bool) {
	if m.panel.kind != scanning {
		return "", false
	}
	code, refusal := m.qr()
	if refusal != "" {
		return "", false
	}
	left := strings.Repeat(" ", (m.width-visible(code[0]))/2)
	lines := make([]string, 0, m.height)
	for range (m.height - 1 - len(code)) / 2 {
		lines = append(lines, "")
	}
	for _, line := range code {
		lines = append(lines, left+line)
	}
	for len(lines) < m.height-1 {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, cut(m.theme, " "+m.foot(m.width-2, false), m.width)), "\n"), true
}

func (m Model) panelKeys() []help { return []help{{"esc", "close"}, {"ctrl+c", "quit"}} }

// another begins anew with a user more, in the same application. What is finished is kept.
func (m Model) another() Model {
	m.complete = m.after
	m.session = m.session.Another()
	m.step = slices.IndexFunc(m.script, func(s steps.Step) bool { return s.ID == steps.UserStep })
	m.after = m.after[:m.step:m.step]
	m.answers = m.answers.With(steps.AnswerUser, "").With(steps.AnswerDisplayName, "").With(steps.AnswerExistingUser, "")
	return m.ask()
}

// backToComplete is the last screen again, after no other user was wanted.
func (m Model) backToComplete() Model {
	m.after, m.complete = m.complete, nil
	m.step = len(m.script) - 1
	m.session = m.after[m.step]
	m.phase, m.err, m.events = shown, nil, nil
	return m
}

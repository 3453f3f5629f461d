package screen

import (
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps/advice"
	"credwiz/ui/tty"
)

func (m Model) onKey(msg tea.KeyMsg) (tea.Model, tea.Cmd) {
	switch {
	case key.Matches(msg, m.keys.interrupt):
		return m.leave(tty.ErrInterrupted)
	case key.Matches(msg, m.keys.suspend):
		return m, m.suspend(true)
	case m.tooSmall():
		return m, nil // nothing is answered that cannot be seen
	}
	if ahead, settle, ok := m.swallowTypeAhead(msg); ok {
		return ahead, settle
	}
	resting := !m.panel.open() && (m.phase == failed || m.phase == shown)
	if m.panel.open() {
		m.notice = ""
	}
	if m.panel.open() || resting {
		if scrolled, ok := m.scrolledBy(msg); ok {
			return scrolled, nil
		}
	}
	if resting {
		m.scroll, m.notice = 0, ""
	}
	commands := Model.commands
	if m.questioning() && !m.panel.open() && m.form().typing() && isText(msg) {
		commands = Model.wordlessCommands // any other letter is typed
	}
	for _, c := range commands(m) {
		if c.do != nil && key.Matches(msg, c.Binding) {
			return c.do(m)
		}
	}
	if m.questioning() && !m.panel.open() {
		return m.editForm(msg)
	}
	return m, nil
}

// questioning reports whether a form takes the keys.
func (m Model) questioning() bool { return m.phase == asking || m.atHome() }

func (m Model) editForm(msg tea.KeyMsg) (tea.Model, tea.Cmd) {
	m = m.withForm(m.form().update(m.keys, msg))
	m = m.withForm(m.form().with(m.fields(m.answering())))
	return m, nil
}

func (m Model) enter() (tea.Model, tea.Cmd) {
	f, all := m.form().enter()
	if m = m.withForm(f); all {
		return m.start(m.answering())
	}
	return m, nil
}

func (m Model) escape() Model {
	if f, ok := m.form().leaveTyped(); ok {
		m = m.withForm(f)
		return m.withForm(f.with(m.fields(m.answering())))
	}
	switch {
	case m.done():
		return m.edit(m.step, func(v *visit) { v.form.refusal = advice.Advice{} }).show()
	case m.nothingAdded():
		return m.backToComplete()
	case m.step == 0 && m.home.found == nil:
		return m
	}
	return m.withDraft().back()
}

func (m Model) advance() (tea.Model, tea.Cmd) {
	m.step++
	if m.done() {
		return m.show(), nil
	}
	return m.openStep()
}

func (m Model) askChange() Model {
	m.changing = true
	return m.ask()
}

func (m Model) takeOffer(offer advice.Offer) (tea.Model, tea.Cmd) {
	m = m.edit(m.step, func(v *visit) { v.initial = v.initial.With(offer.Answer, offer.Value) })
	return m.startWith(m.answers.With(offer.Answer, offer.Value))
}

func (m Model) finish() (tea.Model, tea.Cmd) { return m.leave(errFinished) }

func (m Model) quit() (tea.Model, tea.Cmd) {
	if m.phase == failed {
		return m.leave(m.job.err)
	}
	return m.leave(tty.ErrInterrupted)
}

func (m Model) scrolledBy(msg tea.KeyMsg) (Model, bool) {
	k := m.keys.scroll
	if !key.Matches(msg, k.Up, k.Down, k.PageUp, k.PageDown, m.keys.top, m.keys.bottom) {
		return m, false
	}
	width, _ := m.column()
	l := m.layout(width)
	v := l.viewport(l.see.from + m.scroll)
	switch {
	case key.Matches(msg, m.keys.top):
		v.GotoTop()
	case key.Matches(msg, m.keys.bottom):
		v.GotoBottom()
	default:
		v.KeyMap = k
		v, _ = v.Update(msg)
	}
	m.scroll = v.YOffset - l.see.from
	return m, true
}

// repeatable reports whether the step may be done again: it and later ones created nothing.
func (m Model) repeatable() bool {
	return !m.current().Creates && (m.last() || !m.session.Application.Exists)
}

func (m Model) changeable() bool {
	return m.done() && m.current().Change != nil && m.current().Heading(m.result(), m.answers) != ""
}

// typingPause is how long a user stops who notices that typing has no effect.
const typingPause = 500 * time.Millisecond

type typingPausedMsg struct{ keys int }

// swallowTypeAhead ignores keys typed while work ran, until a pause: they were not meant as commands, or for the next
// question. Where an answer was refused they may correct it.
func (m Model) swallowTypeAhead(msg tea.KeyMsg) (Model, tea.Cmd, bool) {
	refused := m.questioning() && m.form().refusal.What != ""
	switch {
	case m.phase == running && isText(msg):
	case m.typeAhead == 0 || m.phase == running || refused || key.Matches(msg, m.keys.back):
		return m, nil, false
	}
	m.typeAhead++
	keys := m.typeAhead
	return m, tea.Tick(typingPause, func(time.Time) tea.Msg { return typingPausedMsg{keys} }), true
}

func isText(msg tea.KeyMsg) bool { return msg.Type == tea.KeyRunes || msg.Type == tea.KeySpace }

package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// preparedMsg is what a step's questions have to offer, looked up while they are asked.
type preparedMsg struct {
	step    int
	session steps.Session
}

// asked opens the questions of a step that comes for the first time, and looks up what they offer.
func (m Model) asked() (tea.Model, tea.Cmd) {
	m = m.ask()
	prepare := m.current().Prepare
	if prepare == nil {
		return m, nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	m.preparing = cancel
	env, session, step := m.env, m.begin(), m.step
	return m, func() tea.Msg {
		defer cancel()
		session, err := prepare(ctx, env, session)
		if err != nil {
			return nil // the questions can be answered without
		}
		return preparedMsg{step, session}
	}
}

// prepared takes what was looked up, if the questions are still open.
func (m Model) prepared(msg preparedMsg) Model {
	if m.phase != asking || msg.step != m.step || m.step != len(m.after) {
		return m
	}
	m.session = msg.session
	m.form = m.form.with(m.fields(m.form.answers(m.answers)))
	return m
}

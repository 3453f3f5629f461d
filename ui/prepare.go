package ui

import (
	"context"
	"maps"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// preparedMsg is what a step's questions have to offer, looked up while they are asked.
type preparedMsg struct {
	preparation int
	step        int
	session     steps.Session
}

// asked opens the questions of a step that comes for the first time, and looks up what they offer. If an earlier run
// has answered them, they are not asked.
func (m Model) asked() (tea.Model, tea.Cmd) {
	m = m.unprepared().ask()
	if answers, ok := steps.Resumed(m.env, m.current().ID, m.answers); ok && !m.resumed[m.step] {
		// Once: whoever comes back to the questions wants to answer them.
		m.resumed = maps.Clone(m.resumed)
		m.resumed[m.step] = true
		return m.startWith(answers)
	}
	prepare := m.current().Prepare
	if prepare == nil {
		return m, nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	m.preparing = cancel
	env, session, step, number := m.env, m.begin(), m.step, m.preparations
	return m, func() tea.Msg {
		defer cancel()
		session, err := prepare(ctx, env, session)
		if err != nil {
			return nil // the questions can be answered without
		}
		return preparedMsg{number, step, session}
	}
}

// unprepared ends what is looked up, and lets its answer come too late.
func (m Model) unprepared() Model {
	if m.preparing != nil {
		m.preparing()
		m.preparing = nil
	}
	m.preparations++
	return m
}

// prepared takes what was looked up, if the questions are still open. Whoever is typing the name of a new user wants that,
// and none of those who have turned up.
func (m Model) prepared(msg preparedMsg) Model {
	if msg.preparation != m.preparations || m.phase != asking || msg.step != m.step || m.step != len(m.after) {
		return m
	}
	m.session = msg.session
	answers := m.answering()
	_, offered := m.form.chosen[steps.AnswerPickedUser]
	if !offered && m.form.typed[steps.AnswerUser]+m.form.typed[steps.AnswerDisplayName] != "" {
		answers = answers.With(steps.AnswerPickedUser, steps.NewOne)
		m.form = m.form.pick(steps.AnswerPickedUser, picked{value: steps.NewOne})
	}
	m.form = m.form.with(m.fields(answers))
	return m
}

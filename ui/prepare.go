package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// preparedMsg is what a step's questions have to offer, looked up while they are asked.
type preparedMsg struct {
	job     int
	session steps.Session
}

// asked opens the questions of a step that comes for the first time, and looks up what they offer. If an earlier run
// has answered them, they are not asked.
func (m Model) asked() (tea.Model, tea.Cmd) {
	m = m.ask()
	if answers, ok := steps.Resumed(m.env, m.current().ID, m.answers); ok && !m.visit().resumed {
		// Once: a user who comes back to the questions wants to answer them.
		return m.edit(m.step, func(v *visit) { v.resumed = true }).startWith(answers)
	}
	prepare := m.current().Prepare
	if prepare == nil {
		return m, nil
	}
	m.job = m.newJob()
	env, session, job := m.env, m.begin(), m.job
	return m, func() tea.Msg {
		defer job.cancel()
		session, err := prepare(job.ctx, env, session)
		if err != nil {
			return nil // the questions can be answered without
		}
		return preparedMsg{job.id, session}
	}
}

// prepared takes what was looked up, if the questions are still open. Whoever is typing the name of a new user wants that,
// and none of those who have turned up.
func (m Model) prepared(msg preparedMsg) Model {
	if msg.job != m.job.id {
		return m
	}
	m.session = msg.session
	f, answers := m.form(), m.answering()
	if f.entries[steps.AnswerPickedUser].chosen == nil && f.entries[steps.AnswerUser].text+f.entries[steps.AnswerDisplayName].text != "" {
		answers = answers.With(steps.AnswerPickedUser, steps.NewOne)
		f = f.pick(steps.AnswerPickedUser, picked{value: steps.NewOne})
	}
	return m.withForm(f.with(m.fields(answers)))
}

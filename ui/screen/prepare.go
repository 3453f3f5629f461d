package screen

import (
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/answer"
)

// preparedMsg is what a step's questions have to offer, looked up while they are asked.
type preparedMsg struct {
	job     int
	session steps.Session
}

// openStep opens the questions of a step that comes for the first time, and looks up what they offer. If an earlier run
// has answered them, they are not asked.
func (m Model) openStep() (tea.Model, tea.Cmd) {
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

// onPrepared takes what was looked up, if the questions are still open. Whoever is typing the name of a new user wants that,
// and none of those who have turned up.
func (m Model) onPrepared(msg preparedMsg) Model {
	if msg.job != m.job.id {
		return m
	}
	m.session = msg.session
	f, answers := m.form(), m.answering()
	if f.entries[answer.PickedUser].chosen == nil && f.entries[answer.User].text+f.entries[answer.DisplayName].text != "" {
		answers = answers.With(answer.PickedUser, answer.NewOne)
		f = f.withPicked(answer.PickedUser, picked{value: answer.NewOne})
	}
	return m.withForm(f.with(m.fields(answers)))
}

package screen

import (
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/answer"
)

type preparedMsg struct {
	job     int
	session steps.Session
}

// openStep asks a step for the first time, unless flags or an earlier run have answered it.
func (m Model) openStep() (tea.Model, tea.Cmd) { return m.ask().skipOrPrepare() }

// skipOrPrepare skips questions that are answered, only once: a user who comes back wants to answer. Otherwise it looks
// up what they need.
func (m Model) skipOrPrepare() (tea.Model, tea.Cmd) {
	skipped := m.visit().skipped
	m = m.edit(m.step, func(v *visit) { v.skipped = true })
	if answers, ok := steps.Resumed(m.env, m.current().ID, m.answers); ok && !skipped {
		return m.startWith(answers)
	}
	if !skipped && !m.stops() && m.env.Answered(m.form().fields) {
		return m.start(m.answering())
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

// onPrepared keeps "new user" chosen if the user is already typing a name.
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

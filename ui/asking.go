package ui

import (
	"maps"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// What the user is asked, what of it was typed, and what the answers are.

// ask opens the questions of the current step.
func (m Model) ask() Model {
	m.phase, m.err, m.events = asking, nil, nil
	if m.step == len(m.before) {
		m.before = append(m.before[:m.step:m.step], m.answers)
	}
	if draft, ok := m.drafts[m.step]; ok && !m.changing {
		m.form = draft
		m.form = m.form.with(m.fields(m.answering())).rebuild()
		return m
	}
	m.form = newForm(m.fields(m.answers)).answered(m.answers)
	return m
}

// drafted keeps what is typed for when the step is asked again.
func (m Model) drafted() Model {
	m.drafts = maps.Clone(m.drafts)
	m.drafts[m.step] = m.form
	return m
}

// undrafted forgets what was typed for some of the steps.
func (m Model) undrafted(those func(step int) bool) Model {
	m.drafts = maps.Clone(m.drafts)
	maps.DeleteFunc(m.drafts, func(step int, _ form) bool { return those(step) })
	return m
}

// reask opens the questions again with what was answered, at the one to blame.
func (m Model) reask(field string) Model {
	m.phase, m.err, m.events = asking, nil, nil
	m.form = m.form.with(m.fields(m.answering())).focusOn(field)
	return m
}

// refused opens the questions again, with why under the one to blame: what goes on being typed then is typed there, and does
// nothing else. It reports false if an error is not about one of them, or has another way out.
func (m Model) refused() (Model, bool) {
	advice := steps.Advise(m.err)
	if advice.Retry || len(advice.Offers) > 0 || !m.form.asks(advice.Field) {
		return m, false
	}
	m.phase, m.err = asking, nil
	m.form = m.form.with(m.fields(m.answering())).refusedBy(advice)
	return m, true
}

// answering is what the form would be sent with: its answers on top of those from before it. What was answered to
// questions that are not asked any more is not among them.
func (m Model) answering() steps.Answers {
	if m.changing {
		return m.form.answers(m.answers) // whose questions are few, and always the same
	}
	return m.form.answers(m.before[m.step])
}

// answered are the answers that count now: what is in a form that was left does not.
func (m Model) answered() steps.Answers {
	if m.phase == asking {
		return m.answering()
	}
	return m.answers
}

func (m Model) fields(a steps.Answers) []steps.Field { return m.current().Fields(m.env, m.begin(), a) }

func (m Model) pressAsking(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	switch key.String() {
	case "esc":
		switch {
		case m.step < len(m.after):
			m.phase, m.events, m.changing = shown, nil, false
			m.form.refusal = steps.Advice{}
			return m, nil
		case m.step == 0:
			return m, nil
		case m.noneMore():
			return m.drafted().backToComplete(), nil
		}
		return m.drafted().back(), nil
	case "enter":
		var all bool
		if m.form, all = m.form.enter(); all {
			return m.start(m.answering())
		}
		return m, nil
	}
	m.form = m.form.update(key)
	m.form = m.form.with(m.fields(m.answering()))
	return m, nil
}

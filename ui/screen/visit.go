package screen

import (
	"slices"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// visit is what the wizard knows of a step.
type visit struct {
	state   visitState
	initial answer.Answers // those from before its questions were asked
	form    form           // its questions
	draft   *form          // what was typed and not sent when the user went back; never changed
	events  []task.Event   // of its last run
	result  steps.Session  // where it is done
	resumed bool           // an earlier run of the program has answered it
}

// visitState is how far the user has come with a step. No step is further than the one before it.
type visitState int

const (
	unasked visitState = iota
	begun
	done
)

// visit is that of the current step.
func (m Model) visit() visit { return m.visits[m.step] }

// edit changes the visit of a step in a copy, because the models before this one share the slice.
func (m Model) edit(step int, change func(*visit)) Model {
	m.visits = slices.Clone(m.visits)
	change(&m.visits[step])
	return m
}

// editAfter changes the visits of all later steps.
func (m Model) editAfter(step int, change func(*visit)) Model {
	for i := step + 1; i < len(m.visits); i++ {
		m = m.edit(i, change)
	}
	return m
}

// form has the questions of the current step.
func (m Model) form() form { return m.visits[m.step].form }

func (m Model) withForm(f form) Model { return m.edit(m.step, func(v *visit) { v.form = f }) }

// done reports whether the current step is done; it may be asked again all the same.
func (m Model) done() bool { return m.visits[m.step].state == done }

// result is what exists since the current step is done.
func (m Model) result() steps.Session { return m.visits[m.step].result }

// begin is what the current step begins with.
func (m Model) begin() steps.Session {
	switch {
	case m.changing, !m.done():
		return m.session
	case m.step == 0:
		return steps.Session{}
	}
	return m.visits[m.step-1].result
}

// ask opens the questions of the current step.
func (m Model) ask() Model {
	m.phase, m.job = asking, m.job.abandoned()
	m = m.edit(m.step, func(v *visit) {
		if v.state == unasked {
			v.state, v.initial = begun, m.answers
		}
	})
	if draft := m.visit().draft; draft != nil && !m.changing {
		m = m.withForm(*draft)
		return m.withForm(m.form().with(m.fields(m.answering())).withInput())
	}
	return m.withForm(newForm(m.fields(m.answers)).answered(m.answers))
}

// withDraft keeps what is typed for when the step is asked again.
func (m Model) withDraft() Model {
	typed := m.form()
	return m.edit(m.step, func(v *visit) { v.draft = &typed })
}

// reask opens the questions again with what was answered, at the one to blame.
func (m Model) reask(field string) Model {
	m.phase, m.job = asking, m.job.abandoned()
	return m.withForm(m.form().with(m.fields(m.answering())).focusOn(field))
}

// reaskRefused opens the questions again, with why under the one to blame: what goes on being typed then is typed there, and does
// nothing else. It reports false if an error is not about one of them, or has another way out.
func (m Model) reaskRefused() (Model, bool) {
	advice := advice.For(m.job.err)
	if advice.Retry || len(advice.Offers) > 0 || m.form().indexOf(advice.Field) < 0 {
		return m, false
	}
	m.phase, m.job.err = asking, nil
	return m.withForm(m.form().with(m.fields(m.answering())).withRefusal(advice)), true
}

// answering is what the form would be sent with: its answers on top of those from before it. What was answered to
// questions that are not asked any more is not among them.
func (m Model) answering() answer.Answers {
	if m.changing {
		return m.form().answers(m.answers) // whose questions are few, and always the same
	}
	return m.form().answers(m.visit().initial)
}

// answered are the answers that count now: what is in a form that was left does not.
func (m Model) answered() answer.Answers {
	if m.phase == asking {
		return m.answering()
	}
	return m.answers
}

func (m Model) fields(a answer.Answers) []answer.Field {
	return m.current().Fields(m.env, m.begin(), a)
}

// back shows the results of the step before. Nothing is undone, and nothing is done again.
func (m Model) back() Model {
	m.step--
	return m.show()
}

// show shows the results of the current step.
func (m Model) show() Model {
	m.phase, m.job, m.changing = shown, m.job.abandoned(), false
	return m
}

// another begins anew with a user more, in the same application. What is finished is kept.
func (m Model) another() Model {
	m.complete = m.visits
	m.session = m.session.Another()
	m.step = slices.IndexFunc(m.script, func(s steps.Step) bool { return s.ID == steps.UserStep })
	m = m.editAfter(m.step-1, func(v *visit) { v.state = unasked })
	m.answers = m.answers.With(answer.User, "").With(answer.DisplayName, "").
		With(answer.ExistingUser, "").With(answer.PickedUser, "")
	return m.ask()
}

// nothingAdded reports whether another user was begun of whom nothing exists, and nothing may exist.
func (m Model) nothingAdded() bool {
	return m.complete != nil && !m.done() && !m.session.User.Exists && !m.session.User.Uncertain
}

// backToComplete is the last screen again, after no other user was wanted. What was typed of one is kept.
func (m Model) backToComplete() Model {
	step, typed := m.step, m.form()
	m.visits, m.complete = m.complete, nil
	m = m.edit(step, func(v *visit) { v.draft = &typed })
	m.step = len(m.script) - 1
	m.session = m.result()
	return m.show()
}

package screen

import (
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

type visit struct {
	state   visitState
	initial answer.Answers // those from before its questions were asked
	form    form           // its questions
	draft   *form          // what was typed and not sent when the user went back; never changed
	events  []task.Event   // of its last run
	result  steps.Session  // where it is done
	skipped bool           // its questions were answered by flags or an earlier run: only once
}

// visitState never exceeds that of an earlier step.
type visitState int

const (
	unasked visitState = iota
	begun
	done
)

func (m Model) visit() visit { return m.visits[m.step] }

// edit copies the slice, which earlier models share.
func (m Model) edit(step int, change func(*visit)) Model {
	m.visits = slices.Clone(m.visits)
	change(&m.visits[step])
	return m
}

func (m Model) editAfter(step int, change func(*visit)) Model {
	for i := step + 1; i < len(m.visits); i++ {
		m = m.edit(i, change)
	}
	return m
}

func (m Model) form() form {
	if m.atHome() {
		return m.home.form
	}
	return m.visits[m.step].form
}

func (m Model) withForm(f form) Model {
	if m.atHome() {
		m.home.form = f
		return m
	}
	return m.edit(m.step, func(v *visit) { v.form = f })
}

// done may be true while the step is asked again.
func (m Model) done() bool { return m.visits[m.step].state == done }

func (m Model) result() steps.Session { return m.visits[m.step].result }

// begin is the session that the current step starts from.
func (m Model) begin() steps.Session {
	switch {
	case m.changing, !m.done():
		return m.session
	case m.step == 0:
		return steps.Session{}
	}
	return m.visits[m.step-1].result
}

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
	if m.changing { // What exists is there to edit: of several users, the answer named them all.
		return m.withForm(newForm(m.fields(m.answers)).toEdit().withInput())
	}
	return m.withForm(newForm(m.fields(m.answers)).answered(m.answers))
}

// withDraft keeps unsent text for when the step is asked again.
func (m Model) withDraft() Model {
	typed := m.form()
	return m.edit(m.step, func(v *visit) { v.draft = &typed })
}

// reask returns to the answers, at the one to blame.
func (m Model) reask(field string) Model {
	m.phase, m.job = asking, m.job.abandoned()
	return m.withForm(m.form().with(m.fields(m.answering())).focusOn(field).withFresh(field, true))
}

// reaskRefused returns to the questions with the advice under the one to blame, unless the error offers another way
// out. Letters typed meanwhile are text.
func (m Model) reaskRefused() (Model, bool) {
	advice := advice.For(m.job.err)
	if advice.Retry || len(advice.Offers) > 0 || m.form().indexOf(advice.Field) < 0 {
		return m, false
	}
	m.phase, m.job.err = asking, nil
	return m.withForm(m.form().with(m.fields(m.answering())).withRefusal(advice)), true
}

// answering is what the form would send, without answers to questions that are no longer asked.
func (m Model) answering() answer.Answers {
	if m.atHome() {
		return m.answers
	}
	if m.changing {
		return m.form().answers(m.answers) // whose questions are few, and always the same
	}
	return m.form().answers(m.visit().initial)
}

// answered are the answers in effect; those of an abandoned form are not.
func (m Model) answered() answer.Answers {
	if m.phase == asking {
		return m.answering()
	}
	return m.answers
}

func (m Model) fields(a answer.Answers) []answer.Field {
	if m.atHome() {
		return []answer.Field{m.homeField()}
	}
	fields := m.current().Fields(m.env, m.begin(), a)
	for i := range fields {
		if m.tools.Browse == nil {
			fields[i].Link = ""
		}
	}
	return fields
}

// back shows the previous result, or home, or what was complete before, and undoes nothing.
func (m Model) back() Model {
	switch {
	case m.nothingAdded():
		return m.backToComplete()
	case m.step == 0:
		return m.goHome()
	}
	m.step--
	return m.show()
}

func (m Model) show() Model {
	m.phase, m.job, m.changing = shown, m.job.abandoned(), false
	return m
}

// keptAnswers names those that another application has too.
func keptAnswers() []string {
	return []string{
		answer.Account, answer.APIKey, answer.APISecret, answer.TrustHost, answer.AcceptSkew, answer.Expires, answer.ACL, answer.Write,
	}
}

func (m Model) leavingApplication() Model {
	app := m.session.Application
	if app.Exists {
		m.before = m.session
	}
	again := slices.ContainsFunc(m.left, func(left steps.Application) bool { return left.ID == app.ID })
	if app.Created && !again && !m.session.Place.Sandbox {
		m.left = append(slices.Clip(m.left), app)
	}
	return m
}

// restart begins again, with another account or application, and keeps what exists.
func (m Model) restart() Model {
	m = m.leavingApplication()
	if m.visits[len(m.visits)-1].state == done {
		m.complete = m.visits
	}
	kept := answer.Answers{answer.Resume: answer.No, answer.APIKey: m.session.Credentials.APIKey}
	for _, key := range keptAnswers() {
		if value := m.answers[key]; value != "" {
			kept[key] = value
		}
	}
	if kept[answer.APISecret] == "" { // after home
		m = m.suggesting(kept[answer.APIKey])
		delete(kept, answer.APIKey)
	}
	m.answers, m.session, m.step = kept, steps.Session{}, 0
	m.visits = make([]visit, len(m.script))
	for i := range m.visits {
		m.visits[i].skipped = true
	}
	return m.ask()
}

// anotherApplication reads the account again, if its secret is known, and then asks.
func (m Model) anotherApplication() (tea.Model, tea.Cmd) {
	m = m.restart()
	if m.answers[answer.APISecret] == "" {
		return m.onSecret(), nil
	}
	return m.start(m.answering())
}

// suggesting suggests the account's key, unless it is known.
func (m Model) suggesting(apiKey string) Model {
	if _, known := m.env.Known[answer.APIKey]; !known && m.env.Known != nil {
		m.env.Known = maps.Clone(m.env.Known)
		m.env.Known[answer.APIKey] = answer.Known{Value: apiKey, Source: "your last run", Suggested: true}
	}
	return m
}

// onSecret is at the secret, if only that is missing.
func (m Model) onSecret() Model {
	f := m.form()
	for _, field := range f.fields {
		if f.refused(field) != (field.Key == answer.APISecret) {
			return m
		}
	}
	return m.withForm(f.focusOn(answer.APISecret))
}

// another starts over with another user of the same application, and keeps what is finished.
func (m Model) another() Model {
	m.complete, m.before = m.visits, m.session
	m.session = m.session.Another()
	m.step = m.index(steps.UserStep)
	m = m.editAfter(m.step-1, func(v *visit) { v.state = unasked })
	m.answers = m.answers.With(answer.User, "").With(answer.DisplayName, "").
		With(answer.ExistingUser, "").With(answer.PickedUser, answer.NewOne)
	return m.ask()
}

// nothingAdded reports whether another user was begun, but none can exist yet.
func (m Model) nothingAdded() bool {
	if m.complete == nil {
		return false
	}
	if app := m.session.Application; app.ID != m.before.Application.ID {
		return !app.Exists && !app.Uncertain && m.session.Key.Private == nil
	}
	return !m.done() && !m.session.User.Exists && !m.session.User.Uncertain
}

// backToComplete returns to the last screen without the other user, and keeps what was typed.
func (m Model) backToComplete() Model {
	step, typed := m.step, m.form()
	m.visits, m.complete = m.complete, nil
	m = m.edit(step, func(v *visit) { v.draft = &typed })
	m.step = len(m.script) - 1
	m.session = m.result()
	return m.show()
}

package screen

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

// job is what is under way: the work of a step, or what is looked up while its questions are asked. What a run has
// reported stays in it until the next.
type job struct {
	id       int                // in each of its messages, so that those of an earlier one are recognized
	ctx      context.Context    //nolint:containedctx // It lives as long as the job.
	cancel   context.CancelFunc // nil when it has ended
	stopping bool
	events   []task.Event
	err      error // why it failed
	spinner  spinner.Model
	ticks    int // of the spinner, since the work that is under way began, or the wait for its next try
}

// newJob replaces the job.
func (m Model) newJob() job {
	ctx, cancel := context.WithCancel(m.ctx)
	return job{id: m.job.abandoned().id + 1, ctx: ctx, cancel: cancel, spinner: m.theme.Spinner()}
}

// abandoned ends the job, and lets its answer come too late.
func (j job) abandoned() job {
	if j.cancel != nil {
		j.cancel()
		j.id++
	}
	return job{id: j.id}
}

// start does the step's work with the answers.
func (m Model) start(a answer.Answers) (tea.Model, tea.Cmd) {
	m.phase, m.answers, m.job = running, a, m.newJob()
	m = m.edit(m.step, func(v *visit) { v.draft, v.form.refusal = nil, advice.Advice{} })
	updates := make(chan tea.Msg)
	return m, tea.Batch(runStep(m, updates), next(updates), m.startSpinner())
}

// startWith is start with answers that the user did not type, which are in the form when it is asked again.
func (m Model) startWith(a answer.Answers) (tea.Model, tea.Cmd) {
	return m.withForm(newForm(m.fields(a)).answered(a)).start(a)
}

// runStep performs the step. One channel carries the events and the end, because the messages of two commands may
// overtake each other.
func runStep(m Model, updates chan tea.Msg) tea.Cmd {
	job, env, session, answers, work := m.job, m.env, m.begin(), m.answers, m.current().Run
	if m.changing {
		work = m.current().Change
	}
	// When the program has ended, nothing listens any more.
	tell := func(msg tea.Msg) {
		select {
		case updates <- msg:
		case <-m.ctx.Done():
		}
	}
	report := func(e task.Event) {
		tell(progressMsg{job: job.id, event: e, rest: updates})
		if !underWay(e) {
			tty.Pause(job.ctx, env.Pause)
		}
	}
	return func() tea.Msg {
		done := doneMsg{job: job.id, session: session}
		defer close(updates)
		done.err = tty.RecoverFault(env.Log, env.Redactor, func() (err error) {
			done.session, err = work(job.ctx, env, session, answers, report)
			return err
		})
		tell(done)
		return nil
	}
}

// onProgress takes an event of a run.
func (m Model) onProgress(msg progressMsg) (tea.Model, tea.Cmd) {
	if msg.job == m.job.id {
		m.job.events = withEvent(m.job.events, safeEvent(msg.event))
		if underWay(msg.event) {
			m.job.ticks = 0
		}
	}
	return m, next(msg.rest)
}

// startSpinner begins to turn the spinner.
func (m Model) startSpinner() tea.Cmd {
	if m.theme.Still {
		return nil
	}
	turning := m.job.spinner
	return tea.Tick(style.SpinInterval, func(time.Time) tea.Msg { return turning.Tick() })
}

// onSpinnerTick turns the spinner of a run.
func (m Model) onSpinnerTick(msg spinner.TickMsg) (tea.Model, tea.Cmd) {
	if m.phase != running {
		return m, nil
	}
	var again tea.Cmd
	if m.job.spinner, again = m.job.spinner.Update(msg); again != nil {
		m.job.ticks++
	}
	return m, again
}

// next waits for one message of a run.
func next(rest <-chan tea.Msg) tea.Cmd { return func() tea.Msg { return <-rest } }

func underWay(e task.Event) bool { return e.State == task.Started || e.State == task.Waiting }

// withEvent adds an event, in the place of the one that it ends or goes on with.
func withEvent(events []task.Event, e task.Event) []task.Event {
	for i, open := range slices.Backward(events) {
		if open.Text == e.Text && underWay(open) {
			// What is under way stays the last line, whatever was told meanwhile.
			events = slices.Delete(slices.Clone(events), i, i+1)
			break
		}
	}
	return append(events[:len(events):len(events)], e)
}

// onDone takes the end of a run.
func (m Model) onDone(msg doneMsg) (tea.Model, tea.Cmd) {
	if msg.job != m.job.id || m.phase != running {
		return m, nil
	}
	m.job.cancel()
	m.job.cancel, m.job.err = nil, msg.err
	m.phase, m.scroll, m.notice = shown, 0, ""
	m = m.keep(msg.session)
	m.changing = m.changing && msg.err != nil
	m = m.edit(m.step, func(v *visit) { v.events = m.job.events })
	if msg.err != nil {
		m.phase = failed
	}
	var fault *tty.FaultError
	if m.leaving == nil && errors.As(msg.err, &fault) {
		m.leaving = fault // to try again would be to fail again
	}
	if m.leaving != nil {
		return m, tea.Quit
	}
	if m.phase == failed {
		if again, ok := m.reaskRefused(); ok {
			return again, nil
		}
	}
	return m, nil
}

// keep keeps what a run has made.
func (m Model) keep(session steps.Session) Model {
	switch {
	case m.changing:
		return m.changed(session)
	case m.job.err == nil:
		m = m.edit(m.step, func(v *visit) { v.state, v.result = done, session })
		// The later steps are asked anew.
		m = m.editAfter(m.step, func(v *visit) { v.state, v.draft = unasked, nil })
		if m.last() {
			m.complete = nil
		}
	case !m.done():
		// Kept beside an error too: it holds what exists by now.
	case session.Token.ID != "" && session.Token.ID != m.result().Token.ID:
		// So does this: the files have the new token, and the old one is no result any more.
		m = m.edit(m.step, func(v *visit) { v.state = begun })
	default:
		return m
	}
	m.session = session
	return m
}

// changed takes over what a change has made of what exists, in this step and those after it. A token that was signed for
// another name is gone, and its step is to be done again.
func (m Model) changed(session steps.Session) Model {
	change := func(v *visit) { v.result = v.result.Changed(session) }
	m = m.edit(m.step, change).editAfter(m.step, change)
	had := !m.session.Token.JWT.IsZero()
	m.session = m.session.Changed(session)
	if had && m.session.Token.JWT.IsZero() {
		m = m.editAfter(m.step, func(v *visit) { v.state = min(v.state, begun) })
	}
	return m
}

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

// job is the running work of a step, or the lookup for its questions. Its events stay until the next job.
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

func (m Model) newJob() job {
	ctx, cancel := context.WithCancel(m.ctx)
	return job{id: m.job.abandoned().id + 1, ctx: ctx, cancel: cancel, spinner: m.theme.Spinner()}
}

// abandoned cancels the job, and outdates its messages.
func (j job) abandoned() job {
	if j.cancel != nil {
		j.cancel()
		j.id++
	}
	return job{id: j.id}
}

func (m Model) start(a answer.Answers) (tea.Model, tea.Cmd) {
	m.phase, m.answers, m.job, m.taught = running, a, m.newJob(), true
	m = m.edit(m.step, func(v *visit) { v.draft, v.form.refusal = nil, advice.Advice{} })
	updates := make(chan tea.Msg)
	return m, tea.Batch(runStep(m, updates), next(updates), m.startSpinner())
}

// startWith starts with answers that were not typed, and puts them into the form.
func (m Model) startWith(a answer.Answers) (tea.Model, tea.Cmd) {
	return m.withForm(newForm(m.fields(a)).answered(a)).start(a)
}

// runStep sends events and the end on one channel, because messages of two commands may overtake each other.
func runStep(m Model, updates chan tea.Msg) tea.Cmd {
	job, env, session, answers, work := m.job, m.env, m.begin(), m.answers, m.current().Run
	if m.changing {
		work = m.current().Change
	}
	// After the program's end nothing receives.
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

func (m Model) onProgress(msg progressMsg) (tea.Model, tea.Cmd) {
	if msg.job == m.job.id {
		m.job.events = withEvent(m.job.events, safeEvent(msg.event))
		if underWay(msg.event) {
			m.job.ticks = 0
		}
	}
	return m, next(msg.rest)
}

func (m Model) startSpinner() tea.Cmd {
	if m.theme.Still {
		return nil
	}
	turning := m.job.spinner
	return tea.Tick(style.SpinInterval, func(time.Time) tea.Msg { return turning.Tick() })
}

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

func next(rest <-chan tea.Msg) tea.Cmd { return func() tea.Msg { return <-rest } }

func underWay(e task.Event) bool { return e.State == task.Started || e.State == task.Waiting }

// withEvent replaces the running event that e continues.
func withEvent(events []task.Event, e task.Event) []task.Event {
	for i, open := range slices.Backward(events) {
		if open.Text == e.Text && underWay(open) {
			// Running work stays last.
			events = slices.Delete(slices.Clone(events), i, i+1)
			break
		}
	}
	return append(events[:len(events):len(events)], e)
}

func (m Model) onDone(msg doneMsg) (tea.Model, tea.Cmd) {
	if msg.job != m.job.id || m.phase != running {
		return m, nil
	}
	m.job.cancel()
	m.job.cancel, m.job.err = nil, msg.err
	m.now = m.env.Now() // The countdown of a new token begins with it, not with the next second.
	m.phase, m.scroll, m.notice = shown, 0, ""
	m = m.keep(msg.session)
	if msg.err == nil || !m.done() { // or they belong to the result
		events := m.job.events
		if m.changing {
			events = slices.Concat(m.visit().events, events)
		}
		m = m.edit(m.step, func(v *visit) { v.events = events })
	}
	m.changing = m.changing && msg.err != nil
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
		return m, nil
	}
	if m.last() || m.stops() || m.incomplete() {
		return m, nil
	}
	return m.advance()
}

// incomplete reports whether some of several users were not created, which people should see before they go on.
func (m Model) incomplete() bool {
	return m.current().ID == steps.UserStep && len(m.result().Failed) > 0
}

// stops reports whether the result of each step stands until Enter, for an audience.
func (m Model) stops() bool { return m.env.Step }

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
		// Also after an error: it holds what exists.
	case session.Token.ID != "" && session.Token.ID != m.result().Token.ID:
		// The files have the new token; the old one is no result any more.
		m = m.edit(m.step, func(v *visit) { v.state = begun })
	default:
		return m
	}
	m.session = session
	return m
}

// changed updates this step and those after it. A token for another name is dropped, and its step reopened.
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

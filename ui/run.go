package ui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"credwiz/client"
	"credwiz/steps"
)

// run is the work of a step under way.
type run struct {
	ctx      context.Context //nolint:containedctx // It lives as long as the run.
	cancel   context.CancelFunc
	stopping bool
}

// start does the step's work with the answers.
func (m Model) start(a steps.Answers) (tea.Model, tea.Cmd) {
	ctx, cancel := context.WithCancel(m.ctx)
	m = m.unprepared().undrafted(func(step int) bool { return step == m.step })
	m.runs++
	m.answers, m.phase, m.events, m.err = a, running, nil, nil
	m.form.refusal = steps.Advice{}
	m.run = &run{ctx: ctx, cancel: cancel}
	updates := make(chan tea.Msg)
	return m, tea.Batch(work(ctx, m, updates), next(updates), m.spin())
}

// startWith is start with answers that the user did not type, which are in the form when it is asked again.
func (m Model) startWith(a steps.Answers) (tea.Model, tea.Cmd) {
	m.form = newForm(m.fields(a)).answered(a)
	return m.start(a)
}

// work performs the step. One channel carries the events and the end, because the messages of two commands may
// overtake each other.
func work(ctx context.Context, m Model, updates chan<- tea.Msg) tea.Cmd {
	env, session, answers, work, number := m.env, m.begin(), m.answers, m.current().Run, m.runs
	if m.changing {
		work = m.current().Change
	}
	// Nobody listens any more when the program has ended.
	tell := func(msg tea.Msg) {
		select {
		case updates <- msg:
		case <-m.ctx.Done():
		}
	}
	return func() tea.Msg {
		done := doneMsg{run: number, session: session}
		defer close(updates)
		done.session, done.err = perform(ctx, work, env, session, answers, func(e steps.Event) {
			tell(progressMsg{run: number, event: e})
		})
		tell(done)
		return nil
	}
}

// paced is next, after the time that an audience needs to read what has ended. The run waits meanwhile, because nobody
// takes what it tells; stopping it ends the pause.
func (m Model) paced(msg progressMsg) tea.Cmd {
	ended := msg.event.State != steps.Started && msg.event.State != steps.Waiting
	if m.env.Pause == 0 || !ended || m.run == nil {
		return next(msg.rest)
	}
	ctx, pause := m.run.ctx, m.env.Pause
	return func() tea.Msg {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		return next(msg.rest)()
	}
}

// next waits for one message of a run.
func next(rest <-chan tea.Msg) tea.Cmd {
	return func() tea.Msg {
		msg, open := <-rest
		if !open {
			return nil
		}
		if p, ok := msg.(progressMsg); ok {
			p.rest = rest
			return p
		}
		return msg
	}
}

// withEvent adds an event, in the place of the one that it ends or goes on with.
func withEvent(events []steps.Event, e steps.Event) []steps.Event {
	for i, open := range slices.Backward(events) {
		if open.Text == e.Text && (open.State == steps.Started || open.State == steps.Waiting) {
			// What is under way stays the last line, whatever was told meanwhile.
			events = slices.Delete(slices.Clone(events), i, i+1)
			break
		}
	}
	return append(events[:len(events):len(events)], e)
}

// done takes the end of a run.
func (m Model) done(msg doneMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.runs || m.phase != running {
		return m, nil
	}
	m.run.cancel()
	m.run = nil
	m.now = m.env.Now() // The countdown of a new token begins with it, not with the next second.
	m.phase, m.err, m.scroll = shown, msg.err, 0
	m.notice = ""
	switch {
	case m.changing:
		m = m.changed(msg.session)
	case msg.err == nil:
		m.after = append(m.after[:m.step:m.step], msg.session)
		// The later steps are asked anew.
		m.before = m.before[:m.step+1]
		m = m.undrafted(func(step int) bool { return step > m.step })
		m.session = msg.session
		if m.last() {
			m.complete = nil
		}
	case m.step == len(m.after):
		// Kept beside an error too: it holds what exists by now.
		m.session = msg.session
	case signed(msg.session, m.after[m.step]):
		// So does this: the files have the new token, and the old one is no result any more.
		m.after, m.session = m.after[:m.step], msg.session
	}
	m.changing = m.changing && msg.err != nil
	m.records = maps.Clone(m.records)
	m.records[m.step] = m.events
	if msg.err != nil {
		m.phase = failed
	}
	var fault *FaultError
	if m.leaving == nil && errors.As(msg.err, &fault) {
		m.leaving = fault // to try again would be to fail again
	}
	if m.leaving != nil {
		return m, tea.Quit
	}
	if m.phase == failed {
		if again, ok := m.refused(); ok {
			return again, nil
		}
	}
	return m, nil
}

// signed reports whether a session has a token that the earlier one has not.
func signed(s, earlier steps.Session) bool {
	return s.Token.ID != "" && s.Token.ID != earlier.Token.ID
}

// changed takes over what a change has made of what exists, in this step and those after it. A token that was signed for
// another name is gone, and its step is to be done again.
func (m Model) changed(session steps.Session) Model {
	m.after = slices.Clone(m.after)
	for i := m.step; i < len(m.after); i++ {
		m.after[i] = m.after[i].Changed(session)
	}
	had := !m.session.Token.JWT.IsZero()
	m.session = m.session.Changed(session)
	if had && m.session.Token.JWT.IsZero() {
		m.after = m.after[:m.step+1]
	}
	return m
}

// stop cancels the run; its end is waited for.
func (m Model) stop() Model {
	m.run.cancel()
	m.run = &run{ctx: m.run.ctx, cancel: m.run.cancel, stopping: true}
	return m
}

// leave ends the program: at once, or when what runs has ended. A second ctrl+c does not wait.
func (m Model) leave(cause error) (tea.Model, tea.Cmd) {
	if errors.Is(cause, ErrInterrupted) && (m.finished() || m.complete != nil) {
		cause = errFinished // what was wanted is there
	}
	again := m.leaving != nil
	if !again {
		m.leaving = cause
	}
	if m.phase != running || again {
		return m, tea.Quit
	}
	return m.stop(), overdue()
}

// told leaves for a reason that is no key. A second one shortens nothing: a terminal that is closed ends the input and
// sends a signal, in any order.
func (m Model) told(cause error) (tea.Model, tea.Cmd) {
	switch {
	case m.leaving == nil:
		return m.leave(cause)
	case errors.Is(m.leaving, ErrTerminalGone):
		m.leaving = cause // the signal says it better
	}
	return m, nil
}

// overdue ends the wait for what runs.
func overdue() tea.Cmd {
	return tea.Tick(steps.Grace+time.Second/2, func(time.Time) tea.Msg { return overdueMsg{} })
}

// creating is the call under way that creates something, if there is one.
func (m Model) creating() (steps.Event, bool) {
	if n := len(m.events); m.phase == running && n > 0 {
		last := m.events[n-1]
		return last, last.State == steps.Started && last.Creates
	}
	return steps.Event{}, false
}

func (m Model) spin() tea.Cmd {
	if m.theme.still {
		return nil
	}
	number := m.runs
	return tea.Tick(spinInterval, func(time.Time) tea.Msg { return spinMsg{number} })
}

func (m Model) tick() tea.Cmd {
	now := m.env.Now
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{now()} })
}

// ErrInterrupted is the user's ctrl+c.
var ErrInterrupted = errors.New("interrupted")

// ErrTerminalGone is the end of the input: the terminal was closed.
var ErrTerminalGone = errors.New("the terminal is gone")

// outcome is why the program ended: nil at the end of the script.
func (m Model) outcome() error {
	cause := m.leaving
	if pending, ok := m.creating(); ok {
		if errors.Is(cause, errFinished) {
			cause = ErrInterrupted // what was wanted beyond that is not there
		}
		return &PendingError{Call: client.Printable(pending.Call), Err: cause}
	}
	if errors.Is(cause, errFinished) {
		return nil
	}
	return cause
}

// PendingError is leaving while a call that creates something had no answer.
type PendingError struct {
	Call string
	Err  error
}

// Error names the call.
func (e *PendingError) Error() string { return "left while " + e.Call + " had no answer" }

// Unwrap gives why the program ended.
func (e *PendingError) Unwrap() error { return e.Err }

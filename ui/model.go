package ui

import (
	"context"
	"errors"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
)

// phase is where the wizard is within a step.
type phase int

//	         enter             ok             enter
//	asking ---------> running ----> shown ------------> asking (next step), or the end
//	   ^  ^              |             |
//	   |  | e, esc       | error       | esc: shown, one step back; nothing is created again
//	   |  +--- failed <--+             | e: asking, where nothing was created since
//	   |         | r: running          esc while running: cancel, and wait for the end:
//	   +---------+                       stopped -> failed;  succeeded after all -> shown
//
// An error that is about an answer goes back to asking by itself, unless it has another way out.
//
// Leaving, by ctrl+c or a signal, cancels what runs and waits for its end, because a call that came through has made
// something that must be kept and told; a second ctrl+c does not wait.
const (
	asking phase = iota
	running
	failed
	shown
)

// Model is the wizard: the one Bubble Tea model, a state machine that performs any script of steps. It is a value, and
// Update and View do no I/O: work is done by commands, which report what happened in messages.
type Model struct {
	ctx       context.Context //nolint:containedctx // The program's own; each job derives its context from it.
	env       steps.Env
	script    []steps.Step
	theme     theme
	clipboard Clipboard
	jobs      *Jobs          // nil where there are none
	measure   func() tea.Msg // the size of the window

	step     int
	phase    phase
	visits   []visit       // one for each step
	complete []visit       // as they were when another user was begun
	changing bool          // the shown step's answers are changed, rather than asked for the first time
	session  steps.Session // of the furthest step, with what a failed try of the next one left
	answers  steps.Answers
	job      job
	leaving  error      // why the program ends, once it is to end; errFinished when the last step is done
	faults   chan error // panics of View, which can return nothing else

	panel  panel
	scroll int          // lines of a body that is longer than the window
	notice string       // the result of copying
	kept   []steps.File // that copying has written
	ahead  int          // keys of a text that no field takes
	now    time.Time
	width  int
	height int
}

var errFinished = errors.New("finished")

// What happened.
type (
	// progressMsg is an event of a run, and the rest of its messages.
	progressMsg struct {
		job   int
		event steps.Event
		rest  <-chan tea.Msg
	}
	// doneMsg is the end of a run.
	doneMsg struct {
		job     int
		session steps.Session
		err     error
	}
	// secondMsg is the clock of the countdown.
	secondMsg struct{ now time.Time }
	// leaveMsg asks to end the program: a signal, a fault, or a terminal that is gone.
	leaveMsg struct{ cause error }
	// overdueMsg tells that what ran has not ended in time.
	overdueMsg struct{}
	// pasteCutMsg tells that the paste that comes next was longer than the terminal's guard lets through.
	pasteCutMsg struct{}
	// warmMsg tells that the first frame is out.
	warmMsg struct{}
)

const (
	framesPerSecond = 120
	warmAfter       = 30 * time.Millisecond // when the first frame is out
)

// New returns the wizard at its first question.
func New(ctx context.Context, env steps.Env, script []steps.Step, t theme) Model {
	m := Model{
		ctx: ctx, env: env, script: script, theme: t,
		visits:  make([]visit, len(script)),
		answers: steps.Given(env),
		now:     env.Now(),
		faults:  make(chan error, 1),
	}
	return m.ask()
}

// Session is what exists so far.
func (m Model) Session() steps.Session { return m.withKept(m.session) }

// Init starts the clock, and after the first frame the making of the key pair.
func (m Model) Init() tea.Cmd {
	return m.guarded(tea.Batch(
		tea.Tick(warmAfter, func(time.Time) tea.Msg { return warmMsg{} }),
		m.tick(),
		m.awaitFault,
	))
}

// Update takes one message. A panic in it, or in a command that comes of it, is a reason for leaving.
func (m Model) Update(msg tea.Msg) (after tea.Model, cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			after, cmd = m.crashed(msg, m.caught(r))
		}
		cmd = m.guarded(cmd)
	}()
	return m.update(msg)
}

func (m Model) update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyMsg:
		return m.press(msg)
	case progressMsg:
		return m.progressed(msg)
	case doneMsg:
		return m.ended(msg)
	case copiedMsg:
		return m.copied(msg), nil
	case noticeMsg:
		if m.panel.open() {
			m.notice = msg.words
		}
	case preparedMsg:
		return m.prepared(msg), nil
	case spinner.TickMsg:
		return m.spun(msg)
	case secondMsg:
		m.now = msg.now
		return m, m.tick()
	case leaveMsg:
		return m.told(msg.cause)
	case stopMsg:
		return m, m.suspend(false)
	case overdueMsg:
		return m, tea.Quit
	case pasteCutMsg:
		f := m.form()
		f.cutting = true
		return m.withForm(f), nil
	case settledMsg:
		if msg.keys == m.ahead {
			m.ahead = 0
		}
	case warmMsg:
		return m, func() tea.Msg { m.env.Keys.Warm(); return nil }
	}
	return m, nil
}

func (m Model) current() steps.Step { return m.script[m.step] }

func (m Model) last() bool { return m.step == len(m.script)-1 }

// press is one key, or one paste.
func (m Model) press(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	switch key.String() {
	case "ctrl+c":
		return m.leave(ErrInterrupted)
	case "ctrl+z":
		return m, m.suspend(true)
	}
	if m.tooSmall() {
		return m, nil // nothing is answered that cannot be seen
	}
	if ahead, settle, ok := m.typedAhead(key); ok {
		return ahead, settle
	}
	if key.String() == "q" && m.commanding() {
		cause := m.job.err
		if m.phase != failed {
			cause = ErrInterrupted
		}
		return m.leave(cause)
	}
	if m.panel.open() {
		return m.pressPanel(key)
	}
	if p, ok := m.panelFor(key.String()); ok {
		m.panel, m.scroll, m.notice = p, 0, ""
		return m, nil
	}
	switch m.phase {
	case asking:
		return m.pressAsking(key)
	case running:
		if key.String() == "esc" {
			return m.stop(), nil
		}
	case failed, shown:
		if scrolled, ok := m.scrolled(key.String()); ok {
			return scrolled, nil
		}
		m.scroll = 0
		if m.phase == failed {
			return m.pressFailed(key)
		}
		return m.pressShown(key)
	}
	return m, nil
}

// commanding reports whether a letter is a command now: nothing is typed, and nobody may be typing for want of an answer.
func (m Model) commanding() bool {
	switch {
	case m.panel.open():
		return true
	case m.phase == asking:
		return !m.form().takesLetters()
	}
	return m.phase != running
}

// scrolled moves a body that is longer than the window.
func (m Model) scrolled(key string) (Model, bool) {
	by := map[string]int{"up": -1, "down": 1, "pgup": 1 - m.height, "pgdown": m.height - 1}[key]
	width, _ := m.column()
	l := m.layout(width)
	m.scroll = max(min(m.scroll+by, len(l.body)-l.room-l.see.from), -l.see.from)
	return m, by != 0
}

func (m Model) pressFailed(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	advice := steps.Advise(m.job.err)
	for _, offer := range advice.Offers {
		if key.String() == offer.Key {
			m = m.edit(m.step, func(v *visit) { v.before = v.before.With(offer.Answer, offer.Value) })
			return m.startWith(m.answers.With(offer.Answer, offer.Value))
		}
	}
	switch key.String() {
	case "r", "enter":
		if advice.Retry {
			return m.start(m.answers)
		}
		return m.reask(advice.Field), nil
	case "e", "esc":
		return m.reask(advice.Field), nil
	}
	return m, nil
}

func (m Model) pressShown(key tea.KeyMsg) (tea.Model, tea.Cmd) {
	m.notice = ""
	switch k := key.String(); {
	case m.last() && k == "enter":
		return m.leave(errFinished)
	case m.last() && k == "c":
		return m, m.copyToken()
	case m.last() && k == "n":
		return m.ask(), nil
	case m.last() && k == "u":
		return m.another(), nil
	case k == "enter":
		m.step++
		if m.done() {
			m.job = m.job.dropped()
			return m, nil
		}
		return m.asked()
	case k == "esc" && m.step > 0:
		return m.back(), nil
	case k == "e" && m.repeatable():
		return m.ask(), nil
	case k == "e" && m.changeable():
		m.changing = true
		return m.ask(), nil
	}
	return m, nil
}

// repeatable reports whether the shown step may be done again: neither it nor a later one has created anything.
func (m Model) repeatable() bool {
	return !m.current().Creates && (m.last() || !m.session.Application.Exists)
}

// changeable reports whether what the shown step has made can be changed.
func (m Model) changeable() bool {
	return m.done() && m.current().Change != nil && len(m.current().Fields(m.env, m.session, m.answers)) > 0
}

func (m Model) tick() tea.Cmd {
	now := m.env.Now
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{now()} })
}

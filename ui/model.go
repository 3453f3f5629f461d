package ui

import (
	"context"
	"errors"
	"slices"
	"time"

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
// Update and View do no I/O: work is done by commands, and tells what happened in messages.
type Model struct {
	ctx    context.Context //nolint:containedctx // The program's own; each run derives its context from it.
	env    steps.Env
	script []steps.Step
	theme  theme

	step    int
	phase   phase
	after   []steps.Session // what each finished step gave; going back looks at it again
	session steps.Session   // the furthest: the last of after, and what a failed try of the next step left
	answers steps.Answers
	before  []steps.Answers // by step: those from before its questions were asked
	drafts  map[int]form    // by step: what was typed and not sent when the user went back
	form    form
	events  []steps.Event // of the run that is shown
	err     error         // why it failed
	run     *run          // while running
	runs    int           // counts runs, so that a message of an earlier one is known

	faults  chan error // panics of View, which can return nothing else
	leaving error      // why the program ends, once it is to end; errFinished when the last step is done
	frame   int        // of the spinner
	since   int        // the frame at which the work that is under way began, or the wait for its next try
	scroll  int        // lines of a body that is longer than the window
	panel   panel
	notice  string       // what came of copying
	kept    []steps.File // that copying has written
	// records are the events of each step's last run, for those who want to see the calls.
	records  map[int][]steps.Event
	resumed  map[int]bool // the steps that an earlier run has answered
	changing bool         // the shown step's answers are changed, rather than asked for the first time
	// complete is after as it was when another user was begun.
	complete  []steps.Session
	clipboard Clipboard
	jobs      *Jobs              // nil where there are none
	measure   func() tea.Msg     // the size of the window
	preparing context.CancelFunc // of what is looked up while the questions are asked; nil if nothing is
	// preparations counts them, so that the answer to an earlier one is known.
	preparations int
	// ahead tells that text is typed which no field takes, and aheadKeys counts its keys.
	ahead     bool
	aheadKeys int
	now       time.Time
	width     int
	height    int
}

var errFinished = errors.New("finished")

// What happened.
type (
	// progressMsg is an event of a run, and the rest of its messages.
	progressMsg struct {
		run   int
		event steps.Event
		rest  <-chan tea.Msg
	}
	// doneMsg is the end of a run.
	doneMsg struct {
		run     int
		session steps.Session
		err     error
	}
	// spinMsg moves the spinner of a run.
	spinMsg struct{ run int }
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
	spinInterval    = 100 * time.Millisecond
	warmAfter       = 30 * time.Millisecond // when the first frame is out
)

// New returns the wizard at its first question.
func New(ctx context.Context, env steps.Env, script []steps.Step, t theme) Model {
	m := Model{
		ctx: ctx, env: env, script: script, theme: t,
		answers: steps.Given(env),
		records: map[int][]steps.Event{}, resumed: map[int]bool{}, drafts: map[int]form{},
		now:    env.Now(),
		faults: make(chan error, 1),
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
		if msg.run == m.runs {
			m.events = withEvent(m.events, safeEvent(msg.event))
			if msg.event.State == steps.Started || msg.event.State == steps.Waiting {
				m.since = m.frame
			}
		}
		return m, m.paced(msg)
	case doneMsg:
		return m.done(msg)
	case copiedMsg:
		return m.copied(msg), nil
	case noticeMsg:
		if m.panel.open() {
			m.notice = msg.words
		}
	case preparedMsg:
		return m.prepared(msg), nil
	case spinMsg:
		if m.phase != running || msg.run != m.runs {
			return m, nil
		}
		m.frame++
		return m, m.spin()
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
		m.form.cutting = true
	case settledMsg:
		m.ahead = m.ahead && msg.keys != m.aheadKeys
	case warmMsg:
		return m, func() tea.Msg { m.env.Keys.Warm(); return nil }
	}
	return m, nil
}

// begin is what the current step begins with.
func (m Model) begin() steps.Session {
	switch {
	case m.changing, m.step == len(m.after):
		return m.session
	case m.step == 0:
		return steps.Session{}
	}
	return m.after[m.step-1]
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
		cause := m.err
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
		return !m.form.takesLetters()
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
	advice := steps.Advise(m.err)
	for _, offer := range advice.Offers {
		if key.String() == offer.Key {
			m.before = slices.Clone(m.before)
			m.before[m.step] = m.before[m.step].With(offer.Answer, offer.Value)
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
		if m.step < len(m.after) {
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
	return m.step < len(m.after) && m.current().Change != nil && len(m.current().Fields(m.env, m.session, m.answers)) > 0
}

// back shows the results of the step before. Nothing is undone, and nothing is done again.
func (m Model) back() Model {
	m.step--
	m.phase, m.err, m.events = shown, nil, nil
	return m
}

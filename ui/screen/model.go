package screen

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/charmbracelet/bubbles/spinner"
	tea "github.com/charmbracelet/bubbletea"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

type phase int

//	welcome (a folder that is set up) ----> asking, or running the last step
//
//	         enter              ok
//	asking ---------> running ------> asking (next step), or shown at the end
//	   ^  ^              |            and, for presenters, shown after each step
//	   |  | e, esc       | error
//	   |  +--- failed <--+            esc: shown, one step back; nothing is created again
//	   |         | r: running         esc while running: cancel, and wait for the end:
//	   +---------+                      stopped -> failed;  succeeded after all -> as ok
//
// An error about an answer goes back to asking, unless it offers another way out. Leaving cancels what runs and waits for
// its end, because a call that came through has made something to keep; a second ctrl+c does not wait.
const (
	asking phase = iota
	running
	failed
	shown
	welcome
)

// Model is the wizard: a state machine for any script of steps. It is a value; Update and View do no I/O, commands
// do, and report back in messages.
type Model struct {
	ctx     context.Context //nolint:containedctx // The program's own; each job derives its context from it.
	env     steps.Env
	script  []steps.Step
	theme   style.Theme
	keys    keymap
	tools   Tools
	jobs    *tty.Jobs      // nil where there are none
	measure func() tea.Msg // the size of the window

	home     home
	step     int
	phase    phase
	taught   bool          // a question was answered, so that how to do it need not be said again
	visits   []visit       // one for each step
	complete []visit       // as they were when another user or application was begun
	before   steps.Session // what existed then
	changing bool          // the shown step's answers are changed, rather than asked for the first time
	session  steps.Session // of the furthest step, with what a failed try of the next one left
	answers  answer.Answers
	job      job
	leaving  error      // why the program ends, once it is to end; errFinished when the last step is done
	faults   chan error // panics of View, which can return nothing else

	panel     panel
	scroll    int                 // lines of a body that is longer than the window
	notice    string              // the result of copying
	kept      []workdir.File      // that copying has written
	left      []steps.Application // created, and not the current one
	typeAhead int                 // keys of a text that no field takes
	now       time.Time
	width     int
	height    int
}

var errFinished = errors.New("finished")

type (
	progressMsg struct {
		job   int
		event task.Event
		rest  <-chan tea.Msg
	}
	doneMsg struct {
		job     int
		session steps.Session
		err     error
	}
	secondMsg struct{ now time.Time }
	// beginMsg opens the first step, whose questions flags may have answered.
	beginMsg struct{}
	// leaveMsg is a signal, a fault, or a terminal that is gone.
	leaveMsg struct{ cause error }
	// pasteCutMsg announces that the next paste was cut at PasteLimit.
	pasteCutMsg struct{}
)

const (
	framesPerSecond = 120
	warmAfter       = 30 * time.Millisecond // when the first frame is out
)

// New returns the wizard at its first question, or at home in a folder that is set up.
func New(ctx context.Context, env steps.Env, script []steps.Step, t style.Theme, tools Tools) Model {
	m := Model{
		ctx: ctx, env: env, script: script, theme: t, keys: newKeymap(t.Glyph), tools: tools,
		home:    home{found: tools.Home},
		visits:  make([]visit, len(script)),
		answers: steps.Given(env),
		now:     env.Now(),
		faults:  make(chan error, 1),
	}
	if tools.Home != nil {
		return m.goHome()
	}
	return m.ask()
}

// Session returns what exists so far. Before another application exists, that is the one before.
func (m Model) Session() steps.Session {
	if app := m.session.Application; !app.Exists && !app.Uncertain && m.before.Application.Exists {
		return m.withKept(m.before)
	}
	return m.withKept(m.session)
}

// Init starts the clock, and after the first frame generates the key pair.
func (m Model) Init() tea.Cmd {
	return m.guarded(tea.Batch(
		tea.Tick(warmAfter, func(time.Time) tea.Msg { m.env.Keys.Warm(); return nil }),
		m.tick(),
		m.awaitFault,
		func() tea.Msg { return beginMsg{} },
	))
}

// Update handles one message. A panic in it or its command is a reason for leaving.
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
		return m.onKey(msg)
	case progressMsg:
		return m.onProgress(msg)
	case doneMsg:
		return m.onDone(msg)
	case servedMsg:
		return m.onServed(msg), nil
	case browsedMsg:
		return m.onBrowsed(msg), nil
	case copiedMsg:
		return m.onCopied(msg), nil
	case preparedMsg:
		return m.onPrepared(msg), nil
	case beginMsg:
		if m.phase != asking || m.step > 0 {
			return m, nil // keys were faster
		}
		return m.skipOrPrepare()
	case openedMsg:
		return m.onOpened(msg)
	case spinner.TickMsg:
		return m.onSpinnerTick(msg)
	case secondMsg:
		m.now = msg.now
		return m, m.tick()
	case leaveMsg:
		return m.onLeave(msg.cause)
	case stopMsg:
		return m, m.suspend(false)
	case pasteCutMsg:
		f := m.form()
		f.cutting = true
		return m.withForm(f), nil
	case typingPausedMsg:
		if msg.keys == m.typeAhead {
			m.typeAhead = 0
		}
	}
	return m, nil
}

func (m Model) current() steps.Step { return m.script[m.step] }

func (m Model) index(id string) int {
	return slices.IndexFunc(m.script, func(s steps.Step) bool { return s.ID == id })
}

func (m Model) last() bool { return m.step == len(m.script)-1 }

func (m Model) tick() tea.Cmd {
	now := m.env.Now
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return secondMsg{now()} })
}

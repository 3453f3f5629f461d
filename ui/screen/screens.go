// Package screen is the wizard as a Bubble Tea state machine. It writes to the terminal only, never to standard
// output.
package screen

import (
	"context"
	"fmt"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"

	"credwiz/steps"
	"credwiz/steps/resign"
	"credwiz/ui/style"
	_ "credwiz/ui/tone" // must be initialised before Bubble Tea
	"credwiz/ui/tty"
)

// Terminal is the user's terminal.
type Terminal struct {
	In, Out *os.File
	Jobs    *tty.Jobs
}

// Tools are what the screens reach beyond the terminal.
type Tools struct {
	Clipboard Clipboard
	Browse    func(address string) error // opens a page in the browser; nil if there is none
	// Serve starts the backend and its page until ctx ends, and returns the address; nil if it cannot.
	Serve func(ctx context.Context, s steps.Session) (address string, err error)
	Home  *resign.Home // what is set up in the folder; nil if nothing is
}

// Run runs the wizard until the last step is done or the user leaves, and restores the terminal. The session is what
// exists, even with an error: tty.ErrInterrupted, the cause of ctx, or the error of the failed step.
func Run(ctx context.Context, terminal Terminal, env steps.Env, look style.Look, tools Tools) (steps.Session, error) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var program *tea.Program
	var in io.Reader = terminal.In
	out := terminal.Out
	if f := terminal.In; term.IsTerminal(f.Fd()) {
		if tty.Repair(f) {
			defer func() { _, _ = io.WriteString(out, tty.RepairedNotice) }()
		}
		in = &tty.PasteGuard{
			File:     f,
			Filter:   tty.PasteFilter{Limit: tty.PasteLimit},
			Readable: tty.InputWithin(f),
			Waiting:  tty.InputWaiting(f),
			Cut:      func() { program.Send(pasteCutMsg{}) },
			Gone:     func() { program.Send(leaveMsg{tty.ErrTerminalGone}) },
		}
	}
	m := New(running, env, steps.Script(), style.NewTheme(out, look), tools)
	m.jobs = terminal.Jobs
	m.measure = func() tea.Msg {
		size := tty.WindowSize(out, look.Window)
		return tea.WindowSizeMsg{Width: size.Columns, Height: size.Rows}
	}
	program = tea.NewProgram(m,
		tea.WithInput(in),
		tea.WithOutput(programOutput(out)),
		// Inline frames leave debris when the window narrows.
		tea.WithAltScreen(),
		tea.WithFPS(framesPerSecond),
		// Bubble Tea ignores SIGHUP, and treats SIGTERM as success.
		tea.WithoutSignalHandler(),
	)
	stop := context.AfterFunc(ctx, func() { program.Send(leaveMsg{context.Cause(ctx)}) })
	defer stop()
	go terminal.watch(running, m.measure, program.Send)
	final, err := program.Run()
	last, ok := final.(Model)
	switch {
	case ok && err == nil:
		return last.Session(), last.outcome()
	case ctx.Err() != nil:
		// The signal explains why the terminal is gone.
		err = context.Cause(ctx)
	default:
		err = fmt.Errorf("terminal: %w", err)
	}
	if !ok {
		return steps.Session{}, err
	}
	return last.Session(), err
}

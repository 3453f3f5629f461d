// Package plain performs the steps line by line.
package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

// Input is where answers come from.
type Input struct {
	// Lines are the user's; nil to ask nothing.
	Lines *bufio.Reader
	// Terminal is nil if Lines come from a file or a pipe.
	Terminal *os.File
	Jobs     *tty.Jobs
}

// Run runs the script line by line: for screen readers, simple terminals, pipes and scripts. Without input, every
// open question is an error before anything is done, unless env.Yes answers it. It returns what screen.Run returns.
func Run(ctx context.Context, in Input, out io.Writer, env steps.Env, look style.Look) (steps.Session, error) {
	p := plain{input: in, out: out, env: env, look: look}
	run := p.attended
	if in.Lines == nil && !env.Yes {
		run = p.unattended
	}
	s, err := run(ctx)
	if err == nil {
		p.say("") // above the receipt
	}
	if err == nil && ctx.Err() != nil {
		// The last step succeeded, and so returned no error of its own.
		err = context.Cause(ctx)
	}
	return s, err
}

// Ask asks one question until its answer is valid.
func Ask(ctx context.Context, in Input, out io.Writer, f answer.Field, look style.Look) (string, error) {
	return plain{input: in, out: out, look: look}.askField(ctx, f)
}

// Confirm asks a question for yes or no. Nothing typed is no.
func Confirm(ctx context.Context, in Input, out io.Writer, question string, look style.Look) (bool, error) {
	given, err := Ask(ctx, in, out, answer.Field{Key: "confirm", Label: question, Suggestion: answer.No, YesNo: true}, look)
	return given == answer.Yes, err
}

// Reporter returns a Report that prints each event when it has ended.
func Reporter(out io.Writer, look style.Look) task.Report {
	return plain{out: out, look: look}.printEvent
}

type plain struct {
	input Input
	out   io.Writer
	env   steps.Env
	look  style.Look
}

func (p plain) say(format string, args ...any) { p.print(format+"\n", args...) }

func (p plain) print(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p.look.Columns > 0 {
		text = style.BreakMarked(text, p.look.Columns)
	}
	_, _ = io.WriteString(p.out, p.look.Draw(text))
}

func (p plain) unattended(ctx context.Context) (steps.Session, error) {
	answers, err := steps.KnownAnswers(p.env)
	if err != nil {
		return steps.Session{}, err
	}
	p.env.Keys.Warm()
	var s steps.Session
	for i, step := range steps.Script() {
		if ctx.Err() != nil {
			return s, context.Cause(ctx)
		}
		p.printHeading(i, step)
		s, err = p.runStep(ctx, step, s, answers)
		switch {
		case err != nil && ctx.Err() != nil:
			return s, interruption(err, context.Cause(ctx))
		case err != nil:
			return s, err
		}
		p.printFacts(step, s)
	}
	return s, nil
}

func (p plain) attended(ctx context.Context) (steps.Session, error) {
	p.env.Keys.Warm()
	for _, note := range p.env.Notes {
		p.say("! %s", note)
	}
	if !p.env.Yes {
		p.say("Press Enter to accept the value in brackets, or type another one.")
	}
	var s steps.Session
	answers := steps.Given(p.env)
	for i, step := range steps.Script() {
		if i > 0 && p.env.Step {
			if err := p.waitForEnter(ctx); err != nil {
				return s, err
			}
		}
		p.printHeading(i, step)
		if !p.env.Yes {
			p.say("  %s", p.env.IntroFor(step, p.env.Demo))
		}
		var err error
		s, answers, err = p.perform(ctx, step, s, answers)
		if err != nil {
			return s, err
		}
		p.printFacts(step, s)
	}
	return s, nil
}

func (p plain) waitForEnter(ctx context.Context) error {
	if p.input.Terminal == nil {
		return nil // a line of a pipe is an answer
	}
	_, err := p.readLine(ctx, answer.Field{}, func() { p.print("\nPress Enter to continue. ") })
	if errors.Is(err, errNoMoreInput) {
		return nil
	}
	return err
}

func (p plain) perform(ctx context.Context, step steps.Step, s steps.Session, a answer.Answers) (steps.Session, answer.Answers, error) {
	given := a
	if step.Prepare != nil {
		// The questions work without what Prepare looks up.
		if prepared, err := step.Prepare(ctx, p.env, s); err == nil {
			s = prepared
		}
	}
	var err error
	if resumed, ok := steps.Resumed(p.env, step.ID, a); ok {
		p.say("  ✓ Already answered by the earlier run.")
		a = resumed
	} else {
		a, err = p.askFields(ctx, step, s, a, nil)
	}
	for err == nil {
		var failure error
		s, failure = p.runStep(ctx, step, s, a)
		if failure == nil {
			return s, a, nil
		}
		var fault *tty.FaultError
		switch {
		case errors.As(failure, &fault):
			return s, a, failure
		case ctx.Err() != nil:
			return s, a, interruption(failure, context.Cause(ctx))
		case p.env.Yes:
			return s, a, failure
		}
		var again bool
		a, again, err = p.askRecovery(ctx, failure, a)
		if err == nil && !again {
			a, err = p.askFields(ctx, step, s, given, a)
		}
	}
	return s, a, err
}

func (p plain) runStep(ctx context.Context, step steps.Step, s steps.Session, a answer.Answers) (steps.Session, error) {
	err := tty.RecoverFault(p.env.Log, p.env.Redactor, func() (err error) {
		s, err = step.Run(ctx, p.env, s, a, p.reporter(ctx))
		return err
	})
	return s, err
}

// interruption is cause, with the call that may still have created something.
func interruption(failure, cause error) error {
	if uncertain, ok := errors.AsType[*task.UncertainError](failure); ok {
		return &tty.PendingError{Call: "creating the " + uncertain.What, Err: cause}
	}
	return cause
}

func (p plain) printHeading(i int, step steps.Step) {
	p.say("\n● Step %d of %d: %s", i+1, len(steps.Script()), step.Name)
}

func (p plain) reporter(ctx context.Context) task.Report {
	tenths := 0
	creating := func() bool { return true } // once called, nothing is being created
	return func(e task.Event) {
		creating()
		if e.Creates && e.State == task.Started {
			creating = context.AfterFunc(ctx, func() { p.say("  ! %s", task.GraceNotice()) })
		}
		if e.Progress != nil && e.State == task.Started {
			// A line for each tenth: enough to hear that it continues.
			if now := (e.Progress.Done + e.Progress.Failed) * 10 / e.Progress.Total; now > tenths || e.Progress.Rest > 0 {
				tenths = now
				p.say("  ● %s", style.Pad(e.Title(), eventWidth)+e.Progress.Text())
			}
		}
		p.printEvent(e)
		if e.State != task.Started && e.State != task.Waiting {
			tty.Pause(ctx, p.env.Pause)
		}
	}
}

// eventWidth aligns what follows the texts of most events.
const eventWidth = 26

// factWidth aligns what follows the labels of facts and of suggestions.
const factWidth = len("New private key file  ")

func (p plain) printEvent(e task.Event) {
	var mark string
	var parts []string
	switch e.State {
	case task.Started:
		return
	case task.Done:
		mark = style.MarkDone
	case task.Warned:
		mark = style.MarkWarned
	case task.Waiting:
		mark, parts = style.MarkNow, []string{e.Waits(e.Wait)}
	case task.Failed:
		mark, parts = style.MarkFailed, []string{"failed"}
	}
	if e.Call != "" {
		parts = append(parts, e.Call)
	}
	if e.Note != "" {
		parts = append(parts, e.Note)
	}
	if took := e.Took.Round(time.Millisecond); e.Call != "" && e.State != task.Waiting && took > 0 {
		parts = append(parts, took.String())
	}
	text := e.Title()
	if len(parts) > 0 {
		text = style.Pad(text, eventWidth) + "  " + strings.Join(parts, " · ")
	}
	p.say("  %s %s", mark, text)
}

func (p plain) printFacts(step steps.Step, s steps.Session) {
	p.say("  %s", step.Sum(p.env, s))
	for _, f := range step.Show(p.env, s) {
		if !f.Whole {
			p.printFact(f.Label, f.Value)
		}
	}
}

func (p plain) printFact(label, value string) {
	p.say("    %s%s", style.Pad(label, max(factWidth, style.Visible(label)+2)), value)
}

var errNoMoreInput = errors.New("the input ended")

// readLine returns early when ctx ends, although the read itself continues.
func (p plain) readLine(ctx context.Context, f answer.Field, question func()) (string, error) {
	if p.input.Terminal != nil {
		// Set the mode before the question appears, because people type at once.
		defer tty.StartQuestion(p.input.Terminal, p.input.Jobs, f.Secret, question)()
	} else {
		question()
	}
	type read struct {
		text string
		err  error
	}
	lines := make(chan read, 1)
	go func() {
		text, err := p.input.Lines.ReadString('\n')
		if errors.Is(err, io.EOF) && text != "" {
			err = nil
		}
		text = strings.TrimRight(text, "\r\n")
		lines <- read{text, err}
	}()
	select {
	case <-ctx.Done():
		p.say("")
		return "", context.Cause(ctx)
	case r := <-lines:
		if f.Secret || p.input.Terminal == nil || r.err != nil {
			p.say("") // where the line break was not shown
		}
		if errors.Is(r.err, io.EOF) {
			if f.Key == "" {
				return "", errNoMoreInput
			}
			return "", &answer.MissingAnswersError{Fields: []answer.Field{f}, Why: "standard input has ended"}
		}
		if p.input.Terminal == nil {
			return r.text, r.err
		}
		typed := tty.WithoutSequences(r.text)
		if typed == "" && r.text != "" && r.err == nil {
			p.say("  ✗ Arrow keys don't work here. Type an answer.")
			return p.readLine(ctx, f, question)
		}
		return typed, r.err
	}
}

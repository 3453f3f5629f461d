// Package task makes calls and local work visible as events, and repeats what may be repeated.
package task

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/words"
)

// Event reports the progress of a step. Its texts are safe to print.
type Event struct {
	State    State
	Text     string        // what is being done: "create the application"
	Call     string        // the call that does it: "POST /v2/applications"; empty for work on this machine
	Note     string        // how it ended: "201 Created", "readable only by you"
	Took     time.Duration // how long it took, once it has ended
	Wait     time.Duration // of a Waiting: until the next try
	Try      int           // the try that this is about, from 1 on; of a Waiting, the next one
	Progress *Progress     // of work on many things; nil for others
	// Creates marks work to wait for: stopping it leaves in doubt what exists.
	Creates bool
	Wire    *client.Wire // the finished call on the wire; nil for local work
	absent  bool         // what was asked for does not exist
}

// State is the progress of a piece of work.
type State int

// The states of work. After Started comes another state with the same Text and Call. After Waiting comes Started
// again, or Failed.
const (
	Started State = iota
	Done
	Warned  // done, with something to know about it
	Waiting // failed in a way that may pass: it is tried again
	Failed
)

// Waits describes the remaining wait: "waiting 2 s, try 2 of 4".
func (e Event) Waits(left time.Duration) string {
	seconds := max(int(math.Ceil(left.Seconds())), 1)
	return fmt.Sprintf("waiting %d s, try %d of %d", seconds, e.Try, client.MaxTries)
}

// Report receives events on the goroutine of the step.
type Report func(Event)

// Runner makes the calls of a step and reports them.
type Runner struct {
	API    *client.Client
	Report Report
	Now    func() time.Time
	Wait   func(context.Context, time.Duration) error
	Random func() float64
	Skew   *time.Duration // the clock difference of the last answer with a date
}

// Wait waits by the real clock.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Read makes a call that changes nothing, with retries.
func (w Runner) Read(ctx context.Context, text string, do func(*client.Client) error) error {
	return w.call(ctx, Event{Text: text}, do)
}

// LookUp is Read for a question that 404 answers, too.
func (w Runner) LookUp(ctx context.Context, text string, do func(*client.Client) error) error {
	looking := w
	looking.Report = func(e Event) {
		if e.State == Failed && e.absent {
			e.State = Done
		}
		w.Report(e)
	}
	return looking.Read(ctx, text, do)
}

// Change makes a call that changes something and outlives ctx like a create. It is retried only if it cannot have
// succeeded.
func (w Runner) Change(ctx context.Context, text string, do func(context.Context, *client.Client) error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.call(ctx, Event{Text: text, Creates: true}, func(api *client.Client) error { return Graceful(ctx, api, do) })
}

func (w Runner) call(ctx context.Context, e Event, do func(*client.Client) error) error {
	for t := w.tries(e); ; {
		_ = t.once(do)
		if again, err := t.again(ctx); !again {
			return err
		}
	}
}

// tries are the attempts of one call.
type tries struct {
	Runner
	event Event // as the last try began
	began time.Time
	ended Event // how it ended
	err   error
	told  bool // how it ended
}

func (w Runner) tries(e Event) *tries { return &tries{Runner: w, event: e, began: w.Now()} }

// once makes the call and reports its start; again reports its end.
func (t *tries) once(do func(*client.Client) error) error {
	t.event.Try++
	t.told = false
	t.err = do(t.watched(t.event, func(e Event) { t.ended = e }))
	if t.err != nil {
		// A good status may come with a bad body.
		t.ended.State, t.ended.absent = Failed, client.IsNotFound(t.err)
	}
	return t.err
}

// again reports the end of the last try. If the policy allows another, it waits and returns true; otherwise it
// returns the error.
func (t *tries) again(ctx context.Context) (bool, error) {
	if t.told {
		return false, tried(t.err, t.event.Try)
	}
	t.told = true
	failed := client.Attempt{Err: t.err, Tries: t.event.Try, Elapsed: t.Now().Sub(t.began), Creates: t.event.Creates}
	pause, again := failed.Next(t.Random)
	if !again || ctx.Err() != nil {
		if t.event.Try > 1 {
			t.ended.Note += fmt.Sprintf(", try %d", t.event.Try)
		}
		t.Report(t.ended)
		return false, tried(t.err, t.event.Try)
	}
	waiting := t.ended
	waiting.State, waiting.Wait, waiting.Try = Waiting, pause, t.event.Try+1
	t.Report(waiting)
	if stopped := t.Wait(ctx, pause); stopped != nil {
		t.Report(t.ended)
		return false, stopped
	}
	return true, nil
}

// TriedError is a call that failed each time.
type TriedError struct {
	Tries int // 2 or more
	Err   error
}

func (e *TriedError) Error() string { return fmt.Sprintf("%v (tried %d times)", e.Err, e.Tries) }

func (e *TriedError) Unwrap() error { return e.Err }

func tried(err error, tries int) error {
	if _, told := errors.AsType[*TriedError](err); err == nil || told || tries < 2 {
		return err
	}
	return &TriedError{Tries: tries, Err: err}
}

// watched is the API with its calls reported: the start to Report, the end to ended.
func (w Runner) watched(e Event, ended func(Event)) *client.Client {
	return w.API.Observed(client.Observer{
		Started: func(method, path string) {
			e.State, e.Call, e.Wire = Started, method+" "+redact.Printable(path), nil
			w.Report(e)
		},
		Wire: func(w client.Wire) { e.Wire = &w },
		Finished: func(x client.Exchange) {
			e.State, e.Took = Done, x.Took
			e.Note = "no answer"
			if x.Status != 0 {
				e.Note = strconv.Itoa(x.Status) + " " + http.StatusText(x.Status)
				*w.Skew = x.Skew
			}
			ended(e)
		},
	})
}

// Local runs local work and reports it.
func (w Runner) Local(text string, do func() (note string, err error)) error {
	e := Event{State: Started, Text: text}
	w.Report(e)
	began := w.Now()
	note, err := do()
	e.State, e.Note, e.Took = Done, redact.Printable(note), w.Now().Sub(began)
	if err != nil {
		e.State, e.Note = Failed, ""
	}
	w.Report(e)
	return err
}

// Tell reports a fact without work of its own.
func (w Runner) Tell(text, note string) {
	_ = w.Local(text, func() (string, error) { return note, nil })
}

// Warn reports a problem that does not stop the step.
func (w Runner) Warn(text, note string) {
	w.Report(Event{State: Warned, Text: redact.Printable(text), Note: redact.Printable(note)})
}

// WarnOf warns of an error that does not stop the step; nil is none.
func (w Runner) WarnOf(text string, err error) {
	if err != nil {
		w.Warn(text, err.Error())
	}
}

// Grace is how long to wait for a create after the user asked to leave.
const Grace = 2 * time.Second

// GraceNotice says to a user who leaves during a create why the program doesn't end at once.
func GraceNotice() string {
	return fmt.Sprintf("Waiting up to %d seconds for the answer, because something is being created. Nothing will be lost: "+
		"if it comes too late, the next try looks for it.", int(Grace/time.Second))
}

// Graceful runs do with a context that outlives ctx by Grace, so that leaving does not cut off an answer.
func Graceful(ctx context.Context, api *client.Client, do func(context.Context, *client.Client) error) error {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(Grace, cancel)
		context.AfterFunc(late, func() { timer.Stop() })
	})
	defer stop()
	return do(late, api)
}

// Advice adds the number of tries to the advice about the failure.
func (e *TriedError) Advice() advice.Advice {
	a := advice.For(e.Err)
	a.What += fmt.Sprintf(" It was tried %d times.", e.Tries)
	return a
}

// String names the state, for logs.
func (s State) String() string {
	return map[State]string{Started: "started", Done: "done", Warned: "warned", Failed: "failed"}[s]
}

// Progress counts the work on many things.
type Progress struct {
	Done, Failed, Total int
	Rate                float64       // a second; 0 while it is not known
	Left                time.Duration // until all is done, at that rate; 0 while it is not known
	Rest                time.Duration // that the API has asked for; 0 if it has not
}

// Text describes it: "240 of 1,000, 310 a second, 3 seconds left".
func (p Progress) Text() string {
	text := words.Grouped(p.Done) + " of " + words.Grouped(p.Total)
	if p.Failed > 0 {
		text += ", " + words.Grouped(p.Failed) + " failed"
	}
	if p.Rest > 0 {
		return text + ", waiting " + words.InWords(p.Rest) + ", as the API asks"
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %.0f a second", p.Rate)
	}
	if p.Left >= time.Second {
		text += ", " + words.InWords(p.Left) + " left"
	}
	return text
}

// Package task makes calls and local work visible as events, and repeats what may be repeated.
package task

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
)

// Event is something that a running step tells. Its texts are safe to print.
type Event struct {
	State    State
	Text     string        // what is being done: "create the application"
	Call     string        // the call that does it: "POST /v2/applications"; empty for work on this machine
	Note     string        // how it ended: "201 Created", "only you can read it"
	Took     time.Duration // how long it took, once it has ended
	Wait     time.Duration // of a Waiting: until the next try
	Try      int           // the try that this is about, from 1 on; of a Waiting, the next one
	Progress *Progress     // of work on many things; nil for others
	// Creates marks work that should be waited for: cutting it off leaves the user in doubt about what exists.
	Creates bool
	// Wire is what went over the wire, once the call has ended; nil for work on this machine. See Equivalent.
	Wire   *client.Wire
	absent bool // what was asked for does not exist
}

// State is how far a piece of work is.
type State int

// The states of a piece of work. A Started is followed by one of the others, with the same Text and Call; a Waiting is
// followed by another Started, or by Failed if the wait is given up.
const (
	Started State = iota
	Done
	Warned  // done, with something to know about it
	Waiting // failed in a way that may pass: it is tried again
	Failed
)

// Waits says what a Waiting waits for when so much of the wait is left: "waiting 2 s, try 2 of 4".
func (e Event) Waits(left time.Duration) string {
	seconds := max(int(math.Ceil(left.Seconds())), 1)
	return fmt.Sprintf("waiting %d s, try %d of %d", seconds, e.Try, client.MaxTries)
}

// Report receives events, on the goroutine of the step.
type Report func(Event)

// Runner is a step's way to make calls and to tell of them.
type Runner struct {
	API    *client.Client
	Report Report
	Now    func() time.Time
	Wait   func(context.Context, time.Duration) error
	Random func() float64
	// Skew is that of the last answer with a date.
	Skew *time.Duration
}

// Wait is the waiting of a real clock.
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

// Read makes a call that changes nothing, and tells of it as text. What may pass is tried again.
func (w Runner) Read(ctx context.Context, text string, do func(*client.Client) error) error {
	return w.call(ctx, Event{Text: text}, do)
}

// LookUp is read for a question that "there is none" answers too.
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

// Change makes a call that changes something, and outlives ctx like one that creates: see create. It is made again only
// where it cannot have done anything.
func (w Runner) Change(ctx context.Context, text string, do func(context.Context, *client.Client) error) error {
	// Whoever has left already wants nothing more changed.
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.call(ctx, Event{Text: text, Creates: true}, func(api *client.Client) error { return Graceful(ctx, api, do) })
}

// call makes one call and tells of it; and again, for as long as the client's policy has it.
func (w Runner) call(ctx context.Context, e Event, do func(*client.Client) error) error {
	for t := w.tries(e); ; {
		_ = t.once(do)
		if again, err := t.again(ctx); !again {
			return err
		}
	}
}

// tries are those of one call.
type tries struct {
	Runner
	event Event // as the last try began
	began time.Time
	ended Event // how it ended
	err   error
	told  bool // how it ended
}

func (w Runner) tries(e Event) *tries { return &tries{Runner: w, event: e, began: w.Now()} }

// once makes the call, and tells of its start. Of its end tells again.
func (t *tries) once(do func(*client.Client) error) error {
	t.event.Try++
	t.told = false
	t.err = do(t.watched(t.event, func(e Event) { t.ended = e }))
	if t.err != nil {
		// Also if what came with a good status was no good answer.
		t.ended.State, t.ended.absent = Failed, client.IsNotFound(t.err)
	}
	return t.err
}

// again tells how the last try ended. If the client's policy has another one, it waits for as long as that says, or until ctx
// ends, and reports true; else it returns the error.
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

// TriedError is a call that failed each time that it was made.
type TriedError struct {
	Tries int // 2 or more
	Err   error
}

func (e *TriedError) Error() string { return fmt.Sprintf("%v (tried %d times)", e.Err, e.Tries) }

func (e *TriedError) Unwrap() error { return e.Err }

func tried(err error, tries int) error {
	if err == nil || tries < 2 {
		return err
	}
	return &TriedError{Tries: tries, Err: err}
}

// watched is the API with its calls told: their starts as they are, their ends to ended.
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

// Local does something on this machine and tells of it.
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

// Tell reports something that is so, without work of its own.
func (w Runner) Tell(text, note string) {
	_ = w.Local(text, func() (string, error) { return note, nil })
}

// Warn tells of something that went otherwise than it should and does not stop the step.
func (w Runner) Warn(text, note string) {
	w.Report(Event{State: Warned, Text: redact.Printable(text), Note: redact.Printable(note)})
}

// Grace is how long a create is waited for after the user has asked to leave.
const Grace = 2 * time.Second

// Graceful does something that outlives ctx by the grace period, so that leaving the wizard does not cut off an answer that
// is on its way.
func Graceful(ctx context.Context, api *client.Client, do func(context.Context, *client.Client) error) error {
	late, cancel := withGrace(ctx, Grace)
	defer cancel()
	return do(late, api)
}

// withGrace returns a context that is cancelled a while after ctx is.
func withGrace(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(late, func() { timer.Stop() })
	})
	return late, func() { stop(); cancel() }
}

// Advice is that of the failure, with how often it was tried.
func (e *TriedError) Advice() advice.Advice {
	a := advice.For(e.Err)
	a.What += fmt.Sprintf(" It was tried %d times.", e.Tries)
	return a
}

// String names the state, for logs.
func (s State) String() string {
	return map[State]string{Started: "started", Done: "done", Warned: "warned", Failed: "failed"}[s]
}

package steps

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"credwiz/client"
)

// Event is something that a running step tells. Its texts are safe to print.
type Event struct {
	State State
	Text  string        // what is being done: "create the application"
	Call  string        // the call that does it: "POST /v2/applications"; empty for work on this machine
	Note  string        // how it ended: "201 Created", "only you can read it"
	Took  time.Duration // how long it took, once it has ended
	// Creates marks work that should be waited for: cutting it off leaves the user in doubt about what exists.
	Creates bool
	absent  bool // what was asked for does not exist
}

// State is how far a piece of work is.
type State int

// The states of a piece of work. A Started is followed by one of the others, with the same Text and Call.
const (
	Started State = iota
	Done
	Warned // done, with something to know about it
	Failed
)

// Report receives events, on the goroutine of the step.
type Report func(Event)

// work is a step's way to make calls and to tell of them.
type work struct {
	api    *client.Client
	report Report
	now    func() time.Time
	// skew is that of the last answer with a date.
	skew *time.Duration
}

func newWork(env Env, place Place, report Report) work {
	return work{api: place.API, report: report, now: env.Now, skew: new(time.Duration)}
}

// read makes a call that changes nothing, and tells of it as text.
func (w work) read(text string, do func(*client.Client) error) error {
	return do(w.watched(Event{Text: text}))
}

// lookUp is read for a question that "there is none" answers too.
func (w work) lookUp(text string, do func(*client.Client) error) error {
	looking := w
	looking.report = func(e Event) {
		if e.State == Failed && e.absent {
			e.State = Done
		}
		w.report(e)
	}
	return looking.read(text, do)
}

// create makes a call that creates something. It outlives ctx by the grace period, so that leaving the wizard does not
// cut off an answer that is on its way.
func (w work) create(ctx context.Context, text string, do func(context.Context, *client.Client) error) error {
	// Whoever has left already wants nothing more created.
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ctx, cancel := withGrace(ctx, Grace)
	defer cancel()
	return do(ctx, w.watched(Event{Text: text, Creates: true}))
}

func (w work) watched(e Event) *client.Client {
	return w.api.Observed(client.Observer{
		Started: func(method, path string) {
			e.State, e.Call = Started, method+" "+client.Printable(path)
			w.report(e)
		},
		Finished: func(x client.Exchange) {
			e.State, e.Took = Done, x.Took
			e.Note = "no answer"
			if x.Status != 0 {
				e.Note = strconv.Itoa(x.Status) + " " + http.StatusText(x.Status)
				*w.skew = x.Skew
			}
			if x.Err != nil {
				e.State, e.absent = Failed, client.IsNotFound(x.Err)
			}
			w.report(e)
		},
	})
}

// local does something on this machine and tells of it.
func (w work) local(text string, do func() (note string, err error)) error {
	e := Event{State: Started, Text: text}
	w.report(e)
	began := w.now()
	note, err := do()
	e.State, e.Note, e.Took = Done, client.Printable(note), w.now().Sub(began)
	if err != nil {
		e.State, e.Note = Failed, ""
	}
	w.report(e)
	return err
}

// tell reports something that is so, without work of its own.
func (w work) tell(text, note string) {
	_ = w.local(text, func() (string, error) { return note, nil })
}

// warn tells of something that went otherwise than it should and does not stop the step.
func (w work) warn(text, note string) {
	w.report(Event{State: Warned, Text: client.Printable(text), Note: client.Printable(note)})
}

// Grace is how long a create is waited for after the user has asked to leave.
const Grace = 2 * time.Second

// withGrace returns a context that is cancelled a while after ctx is.
func withGrace(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(late, func() { timer.Stop() })
	})
	return late, func() { stop(); cancel() }
}

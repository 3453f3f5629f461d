package task

import (
	"context"
	"errors"
	"fmt"

	"credwiz/client"
	"credwiz/steps/advice"
)

// Creation describes something that must not be created twice.
type Creation[T any] struct {
	What   string // "application", "user"
	Create func(context.Context) (T, error)
	// Find looks for it and reports whether it exists.
	Find func(context.Context) (T, bool, error)
	// Again reports whether to try again after an error, and has waited.
	Again func(context.Context, error) bool
	Ours  bool // no other program can have created what has its name
}

// CreateOnce creates one thing and never a second. Any request without a clear answer may have succeeded, so it looks
// before it asks again. After an *UncertainError the next run must look, too.
func CreateOnce[T any](ctx context.Context, c Creation[T]) (T, error) {
	var none T
	late := false
	for asked := c.Ours; ; asked = true {
		made, err := c.Create(ctx)
		if err == nil || !client.WasSent(err) && !late || client.IsDuplicateName(err) && !asked {
			return made, err
		}
		late = late || client.MayHaveHappened(err)
		again := c.Again(ctx, err)
		if ctx.Err() != nil {
			return none, &UncertainError{What: c.What, Err: ctx.Err()}
		}
		found, exists, lookErr := c.Find(ctx)
		switch {
		case lookErr != nil && (late || client.IsDuplicateName(err)): // else it was refused
			return none, &UncertainError{What: c.What, Err: err}
		case exists:
			return found, nil
		case again:
		case late:
			return none, &UncertainError{What: c.What, Err: err, Absent: true}
		default:
			return none, err
		}
	}
}

// Create is CreateOnce with an event for each request and look-up.
func Create[T any](ctx context.Context, w Runner, c Creation[T], do func(context.Context, *client.Client) (T, error)) (T, error) {
	t := w.tries(Event{Text: "create the " + c.What, Creates: true})
	looked := false
	c.Create = func(ctx context.Context) (made T, err error) {
		for {
			if ctx.Err() != nil {
				return made, ctx.Err()
			}
			err = t.once(func(api *client.Client) error {
				return Graceful(ctx, api, func(ctx context.Context, api *client.Client) (err error) {
					made, err = do(ctx, api)
					return err
				})
			})
			if err == nil || client.WasSent(err) {
				return made, err
			}
			if again, stopped := t.again(ctx); !again {
				return made, stopped
			}
		}
	}
	c.Again = func(ctx context.Context, _ error) bool {
		looked = true
		again, _ := t.again(ctx)
		if again {
			t.Report(t.ended) // because the look-up comes before another try
		}
		return again
	}
	made, err := CreateOnce(ctx, c)
	if t.event.Try > 0 {
		_, _ = t.again(ctx) // tells the end of the last try, if that is not told
	}
	var uncertain *UncertainError
	switch {
	case err == nil && t.err != nil:
		w.Tell("it was created", "the response was lost")
	case err != nil && looked && (!errors.As(err, &uncertain) || uncertain.Absent):
		w.Tell("it wasn't created", "it's safe to try again")
	}
	return made, tried(err, t.event.Try)
}

// UncertainError is a create whose result may exist.
type UncertainError struct {
	What string // "application", "user"
	Err  error  // of the create
	// Absent is set if a look-up did not find it. A late request may still create it.
	Absent bool
}

func (e *UncertainError) Error() string {
	if e.Absent {
		return "the " + e.What + " doesn't exist: " + e.Err.Error()
	}
	return "the " + e.What + " may exist: " + e.Err.Error()
}

func (e *UncertainError) doubtful() bool {
	var different *client.DifferentError
	return !e.Absent && !errors.As(e.Err, &different) && (client.MayHaveHappened(e.Err) || errors.Is(e.Err, context.Canceled))
}

func (e *UncertainError) Unwrap() error { return e.Err }

// Advice says what may exist, or why the create failed.
func (e *UncertainError) Advice() advice.Advice {
	if !e.doubtful() {
		return advice.For(e.Err)
	}
	a := advice.Advice{
		What:  fmt.Sprintf("No answer: the %s may or may not exist.", e.What),
		Do:    "Try again: credwiz looks for it first, so it's never created twice.",
		Retry: true, Kind: advice.Remote,
	}
	if errors.Is(e.Err, context.Canceled) {
		a.Kind = advice.Stopped
	}
	if tried, ok := errors.AsType[*TriedError](e.Err); ok {
		a.What += fmt.Sprintf(" It was tried %d times.", tried.Tries)
	}
	return a
}

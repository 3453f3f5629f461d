package cleanup

import (
	"context"
	"errors"
	"slices"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/task"
)

// removeRemote deletes something, with retries. It counts as deleted only if the API says so, in its answer or in a
// look-up.
func removeRemote(ctx context.Context, w task.Runner, what string, do, find func(*client.Client) error) (ItemState, error) {
	err := w.LookUp(ctx, "delete the "+what, do)
	switch {
	case client.IsNotFound(err):
		return GoneAlready, nil
	case err == nil || ctx.Err() != nil:
		return Deleted, err
	}
	lookErr := w.LookUp(ctx, "check that it's gone", find)
	if client.IsNotFound(lookErr) {
		return Deleted, nil
	}
	return ToDelete, &NotDeletedError{What: what, Found: lookErr == nil, Err: err}
}

// NotDeletedError is something that may still exist.
type NotDeletedError struct {
	What  string // "user alice"; safe to print
	Found bool   // it was looked up, and exists
	Err   error  // of the deletion; nil if it was never there, and something else has its key
}

func (e *NotDeletedError) Error() string {
	if e.Err == nil {
		return "there's another " + e.What
	}
	return "not deleted: " + e.What + ": " + e.Err.Error()
}

func (e *NotDeletedError) Unwrap() error { return e.Err }

// checkGone looks for another application with the key of one that was missing: the recorded id may be wrong, and its
// key must stay.
func (r *run) checkGone(ctx context.Context, s steps.Session, p *planItem) error {
	found, err := steps.ApplicationOf(ctx, s.Credentials, p.app.KeySHA, "", steps.NewRunner(r.Env, s.Place, r.Report), "look for other applications with its key")
	noted := func(app journal.Application) bool { return app.ID == found.ID }
	if err != nil || found.ID == "" || slices.ContainsFunc(r.journal.Applications, noted) {
		return err
	}
	return &NotDeletedError{What: "application with its key: " + redact.Printable(found.Name+" ("+found.ID+")"), Found: true}
}

// Advice says what to do.
func (e *NotDeletedError) Advice() advice.Advice {
	if errors.Is(e.Err, context.Canceled) {
		return advice.For(e.Err)
	}
	a := advice.Advice{Do: "Its key and journal are kept. Run credwiz clean again to continue.", Kind: advice.Remote, Retry: true}
	switch {
	case e.Err == nil:
		a.What = "The account has another " + e.What + "."
		a.Do = "Its key is kept. Delete it in the dashboard (dashboard.vonage.com), then run credwiz clean again."
	case e.Found:
		a.What = "The " + e.What + " wasn't deleted: it still exists. " + advice.For(e.Err).What
	default:
		cause := advice.For(e.Err)
		a.What, a.Kind = "There's no proof that the "+e.What+" was deleted. "+cause.What, cause.Kind
	}
	return a
}

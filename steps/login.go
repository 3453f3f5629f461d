package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/words"
)

// testLogin logs in with the token once, and out again. A refused login is an error; a broken network is only
// reported, because the token may be good.
func (s Session) testLogin(ctx context.Context, w task.Runner) (Session, error) {
	e := task.Event{State: task.Started, Text: task.TestLogin}
	w.Report(e)
	began := w.Now()
	observed := w.API.Observed(client.Observer{Wire: func(x client.Wire) { e.Wire = &x }})
	login, err := observed.LogIn(ctx, s.Token.JWT, s.User.Region)
	if err == nil && (login.UserName != "" && login.UserName != s.Token.Subject || login.UserID != "" && !strings.EqualFold(login.UserID, s.User.ID)) {
		err = &OtherUserError{Asked: s.User.User, Got: login}
	}
	e.Took = w.Now().Sub(began)
	var refused *client.LoginError
	var other *OtherUserError
	switch {
	case err == nil:
		s.Login = login
		e.State = task.Done
		e.Note = redact.Printable(fmt.Sprintf("%s signed in: session %s, signed out again", s.Token.Subject, login.SessionID))
	case errors.As(err, &refused):
		s.LoginRefused = redact.Printable(refused.Code)
		if journal.MayBeGone(refused.Code) {
			err = &GoneError{Err: refused, session: s}
		}
	case errors.As(err, &other):
		s.LoginRefused = other.got() + " signed in"
	case ctx.Err() != nil:
		e.State, e.Note, err = task.Warned, "stopped", nil
	default:
		s.LoginProblem = "not tested: " + whyNoLogin(err)
		e.State, e.Note, err = task.Warned, s.LoginProblem, nil
	}
	if err != nil {
		e.State, e.Note = task.Failed, s.LoginRefused
	}
	w.Report(e)
	return s, err
}

// GoneError is a login that was refused maybe because the application no longer exists.
type GoneError struct {
	Err     *client.LoginError
	session Session
}

func (e *GoneError) Error() string { return e.Err.Error() }

func (e *GoneError) Unwrap() error { return e.Err }

// Advice names the way to start over.
func (e *GoneError) Advice() advice.Advice {
	a, s := advice.For(e.Err), e.session
	why := "The application may no longer exist."
	switch {
	case s.Place.Sandbox:
		return a
	case client.IsLoopback(s.Place.API.Host()):
		why = "The application may no longer exist: if the sandbox was restarted, everything in it is gone."
	case s.Application.Created:
		return a
	}
	command := s.command("--fresh")
	a.Do = why + " To start over with a new one: " + command
	a.Asked = why + " To start over with a new one, quit (Ctrl-C) and run " + command
	return a
}

// OtherUserError is a token that logs in a different user.
type OtherUserError struct {
	Asked client.User
	Got   client.Login
}

func (e *OtherUserError) Error() string {
	return fmt.Sprintf("logged in as %s instead of %s (%s)", e.got(), redact.Printable(e.Asked.Name), redact.Printable(e.Asked.ID))
}

func (e *OtherUserError) got() string {
	return redact.Printable(fmt.Sprintf("“%s” (%s)", e.Got.UserName, e.Got.UserID))
}

// Advice says what to do.
func (e *OtherUserError) Advice() advice.Advice {
	return advice.Advice{
		What: fmt.Sprintf("The token is for “%s” (%s), but logged in as %s.",
			redact.Printable(e.Asked.Name), redact.Printable(e.Asked.ID), e.got()),
		Do: "Don't use this token. Check the API host and any proxy in between. Then run credwiz again in the same folder: " +
			"it looks up the user first.",
		Kind: advice.Remote, Retry: true,
	}
}

func whyNoLogin(err error) string {
	if api, ok := errors.AsType[*client.Error](err); ok {
		return fmt.Sprintf("the login returned %d %s", api.Status, http.StatusText(api.Status))
	}
	return strings.TrimSuffix(words.LowerFirst(advice.For(err).What), ".")
}

package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/output"
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
		s.Login, s.KeyRejected = login, false
		e.State = task.Done
		e.Note = redact.Printable(fmt.Sprintf("%s signed in: session %s, signed out again", s.Token.Subject, login.SessionID))
	case errors.As(err, &refused):
		s.LoginRefused = redact.Printable(refused.Code)
		if journal.MayBeGone(refused.Code) {
			s.KeyRejected = true
			err = s.rejected(ctx, refused, w)
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

// GoneError is a token that was rejected although the application's key signed it: the application has another key
// now, or no longer exists.
type GoneError struct {
	Err              error
	why, do, command string
}

func (e *GoneError) Error() string { return e.Err.Error() }

func (e *GoneError) Unwrap() error { return e.Err }

// rejected says why a token was rejected. It looks the application up if the account's secret is here; if nothing is
// wrong with the application, the error stays.
func (s Session) rejected(ctx context.Context, err error, w task.Runner) error {
	unknown := &GoneError{err, advice.WhyRejected(s.Place.API.Host()), "To find out which,", s.inspection()}
	switch {
	case s.Place.Sandbox:
		return err
	case s.Credentials.APISecret.IsZero():
		return unknown
	}
	w.Report = func(task.Event) {}
	found, lookErr := getApplication(ctx, s, s.Application.ID, w)
	_, none := errors.AsType[*NoApplicationError](lookErr)
	switch fingerprint, _ := jwt.Fingerprint(found.PublicKey); {
	case none:
		return &GoneError{err, "The application no longer exists.", "To start over with a new application,", s.command("--fresh")}
	case lookErr != nil:
		return unknown
	case fingerprint == s.Key.Private.Fingerprint():
		return err
	}
	return &GoneError{
		err, "The application's key was replaced: " + redact.Printable(s.Key.Name) + " is its old key.",
		"Copy the new key into the folder as app.key, then",
		s.command("--app-id", s.Application.ID, "--key-file", "app.key"),
	}
}

// Advice tells the reason, or how to find it out.
func (e *GoneError) Advice() advice.Advice {
	a := advice.For(e.Err)
	a.Field, a.Retry = "", true
	a.Do = e.why + " " + e.do + " run " + e.command
	a.Asked = e.why + " " + e.do + " quit (Ctrl-C) and run " + e.command
	return a
}

func (s Session) inspection() string {
	return output.Inspection(s.Place.Folder, s.Place.API.Host().String(), s.Application.ID)
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

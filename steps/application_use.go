package steps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

func useApplication(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	if !env.given(answer.KeyFile) && a[answer.KeyFile] == workdir.DefaultKeyFile {
		// The journal may know its key under another name.
		a = a.With(answer.KeyFile, journal.KeyFile(s.Place.Folder, a.AppID()))
	}
	s, err := obtainKey(ctx, env, s, a, w)
	if errors.Is(err, fs.ErrNotExist) && !env.given(answer.KeyFile) {
		return s, s.whereKeyIs(ctx, a.AppID(), err, w)
	}
	if err != nil {
		return s, err
	}
	found, err := getApplication(ctx, s, a.AppID(), w)
	if err != nil {
		return s, err
	}
	fingerprint, err := jwt.Fingerprint(found.PublicKey)
	if err != nil || fingerprint != s.Key.Private.Fingerprint() {
		mismatch := &MismatchError{Application: found, KeyPath: s.Key.Path, Fits: output.KeysByFingerprint(s.Place.Folder, workdir.DefaultKeyFile)[fingerprint]}
		// The next try reads the file again.
		s.Key = workdir.Key{}
		if in := output.EmbeddedKeys(s.Place.Folder)[fingerprint].File; in != "" && mismatch.Fits == "" {
			return s, &EmbeddedKeyError{Application: found, In: in}
		}
		return s, mismatch
	}
	return s.adopt(ctx, env, a, found, w)
}

func (s Session) whereKeyIs(ctx context.Context, id string, missing error, w task.Runner) error {
	held := output.EmbeddedKeys(s.Place.Folder)
	if len(held) == 0 {
		return missing
	}
	app, err := getApplication(ctx, s, id, w)
	if err != nil {
		return err
	}
	if fingerprint, err := jwt.Fingerprint(app.PublicKey); err == nil && held[fingerprint].File != "" {
		return &EmbeddedKeyError{Application: app, In: held[fingerprint].File}
	}
	return missing
}

func getApplication(ctx context.Context, s Session, id string, w task.Runner) (client.Application, error) {
	var found client.Application
	err := w.Read(ctx, "look up the application", func(api *client.Client) (err error) {
		found, err = api.GetApplication(ctx, s.Credentials, id)
		return err
	})
	if client.IsNotFound(err) {
		return client.Application{}, &NoApplicationError{ID: id, Err: err}
	}
	return found, err
}

// NoApplicationError is an application id that the account does not have.
type NoApplicationError struct {
	ID  string
	Err error
}

func (e *NoApplicationError) Error() string { return "application " + e.ID + ": " + e.Err.Error() }

func (e *NoApplicationError) Unwrap() error { return e.Err }

// MismatchError is a private key that does not fit the application: the platform would refuse its tokens.
type MismatchError struct {
	Application client.Application
	KeyPath     string
	Fits        string // the name of another file in the folder, which has its key; empty if none has
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s is not the key of the application %s", e.KeyPath, e.Application.ID)
}

// Advice says what to do.
func (e *MismatchError) Advice() advice.Advice {
	do := "Give the application's own key with --key-file, give it new keys (--renew-key), or leave --app-id out and " +
		"make a new application."
	offer := advice.Offer{Key: "n", Label: "replace the key", Answer: answer.Key, Value: answer.RenewKey}
	if e.Fits != "" {
		do = "Its own key is here too: --key-file " + redact.Printable(e.Fits) + "."
		offer = advice.Offer{Key: "k", Label: "use " + redact.Printable(e.Fits), Answer: answer.KeyFile, Value: e.Fits}
	}
	return advice.Advice{
		What: fmt.Sprintf("%s is not the key of “%s”: tokens signed with it would be refused.",
			redact.Printable(e.KeyPath), redact.Printable(e.Application.Name)),
		Do:    do,
		Field: answer.KeyFile, Kind: advice.Other,
		Offers: []advice.Offer{offer},
	}
}

// Advice says what to do.
func (e *NoApplicationError) Advice() advice.Advice {
	return advice.Advice{
		What: "This account has no application with the id " + redact.Printable(e.ID) + ".",
		Do: "It was deleted, or belongs to another account: check --app-id and the API key, or leave --app-id out " +
			"and make a new application.",
		Kind: advice.Remote,
	}
}

package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"

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

func listApplications(ctx context.Context, env Env, s Session) (Session, error) {
	w := NewRunner(env, s.Place, func(task.Event) {})
	if s.ListedMore {
		for page, err := range applicationPages(ctx, s.Credentials, 2, w, "list the applications") {
			if err != nil {
				return s, err
			}
			if len(page.Applications) == 0 {
				break
			}
			s = s.withListed(page.Applications)
			s.ListedMore = page.More
		}
	}
	s.ListedMore = false
	return s, nil
}

func applicationPages(
	ctx context.Context, creds client.Credentials, from int, w task.Runner, text string,
) iter.Seq2[client.ApplicationPage, error] {
	return client.Pages("applications", client.MaxPages, func() (page client.ApplicationPage, mark string, err error) {
		err = w.Read(ctx, text, func(api *client.Client) (err error) {
			page, err = api.ListApplications(ctx, creds, from, perPage)
			return err
		})
		from++
		if page.More {
			mark = "an empty page"
			if len(page.Applications) > 0 {
				mark = page.Applications[0].ID
			}
		}
		return page, mark, err
	})
}

// withListed adds listed applications and finds the keys of each in the folder, once: it is too slow for each key
// press.
func (s Session) withListed(applications []client.Application) Session {
	s.Listed = append(slices.Clip(s.Listed), applications...)
	if len(s.KeyFiles)+len(s.embedded) == 0 {
		return s
	}
	files, held := map[string]string{}, map[string]string{}
	maps.Copy(files, s.KeyFileOf)
	maps.Copy(held, s.KeyEmbeddedIn)
	for _, app := range applications {
		fingerprint, err := jwt.Fingerprint(app.PublicKey)
		if err != nil {
			continue
		}
		if name := s.KeyFiles[fingerprint]; name != "" {
			files[app.ID] = name
		} else if in, ok := s.embedded[fingerprint]; ok {
			held[app.ID] = in.File
		}
	}
	s.KeyFileOf, s.KeyEmbeddedIn = files, held
	return s
}

func renameApplication(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	if a[answer.AppName] == s.Application.Name {
		w.Tell("same name", "nothing to do")
		return s, nil
	}
	return s.locked(ctx, w, func(s Session) (Session, error) {
		before := s
		if s.Credentials.APISecret.IsZero() {
			s.Credentials.APISecret = a.Credentials().APISecret
		}
		// The API replaces the whole application.
		found, err := getApplication(ctx, s, s.Application.ID, w)
		if err != nil {
			return before, refusedPair(env, s.Place, err)
		}
		changed, err := updateApplication(ctx, s, found, "rename the application", client.ApplicationChange{Name: a[answer.AppName]}, w)
		if err != nil {
			return s, err
		}
		s.Application.Application = changed
		renamed := func(app journal.Application) journal.Application { app.Asked = ""; return app }
		w.WarnOf("record the application", s.entry(w.Now()).Edit(renamed))
		return s, nil
	})
}

func updateApplication(
	ctx context.Context, s Session, app client.Application, text string, change client.ApplicationChange, w task.Runner,
) (client.Application, error) {
	var changed client.Application
	err := w.Change(ctx, text, func(ctx context.Context, api *client.Client) (err error) {
		changed, err = api.UpdateApplication(ctx, s.Credentials, app, change)
		return err
	})
	return changed, err
}

// renewKey gives an existing application a new key pair. It saves the private half first.
func renewKey(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	app, err := getApplication(ctx, s, a.AppID(), w)
	if err == nil && !names(app, a[answer.ReplaceKey]) {
		err = &ReplaceKeyError{Application: app}
		if _, listed := s.listed(app.ID); !listed {
			s = s.withListed([]client.Application{app}) // so that its name can be asked for
		}
	}
	if err != nil {
		return s, err
	}
	var before journal.Application
	note := func(s Session) error {
		before, err = s.entry(w.Now()).MarkRenewal(app)
		return err
	}
	if s.Key.Private != nil && s.Key.For == app.ID { // that of an earlier try
		if err = note(s); err == nil {
			err = s.Place.Folder.EnsureKey(s.Key, w)
		}
	} else {
		name := a[answer.KeyFile]
		if s.Place.Folder.Has(name) {
			name = s.Place.Folder.FreeName(name) // a key is never replaced
		}
		s, err = s.newKey(ctx, env, name, w, note)
		s.Key.For = app.ID
	}
	if err != nil {
		return s, err
	}
	changed, err := updateApplication(ctx, s, app, "replace the key", client.ApplicationChange{PublicKey: s.Key.Private.PublicPEM()}, w)
	if err != nil {
		changed = app
		if client.WasSent(err) {
			var lookErr error
			if changed, lookErr = getApplication(ctx, s, app.ID, w); lookErr != nil {
				return s, err
			}
		}
		if fingerprint, keyErr := jwt.Fingerprint(changed.PublicKey); keyErr != nil || fingerprint != s.Key.Private.Fingerprint() {
			if !client.MayHaveHappened(err) {
				w.WarnOf("record that it was refused", s.entry(w.Now()).RevertRenewal(app, before))
			}
			return s, err
		}
		w.Tell("its key is replaced", "the response was lost")
	}
	s.Key.Known = true
	return s.adopt(ctx, a, changed, w)
}

// Replacing a key cannot be undone: it is always confirmed with the application's name.

const oldKeyStops = "Tokens signed with the old key stop working at once."

// renews reports whether the answers replace a key. An application whose key is here keeps it, unless a flag asks for
// it.
func (s Session) renews(env Env, a answer.Answers) bool {
	return a.AppID() != "" && a[answer.Key] == answer.RenewKey && (s.KeyFileOf[a.AppID()] == "" || env.Known[answer.Key].Value == answer.RenewKey)
}

func replaceKeyField(app client.Application) answer.Field {
	return answer.Field{
		Key: answer.ReplaceKey, Flag: "--renew-key", Label: fmt.Sprintf("To replace its key, type the application's name: “%s”", redact.Printable(cmp.Or(app.Name, app.ID))),
		Warning: oldKeyStops,
		Clean:   answer.CleanName,
		Check: func(text string) error {
			if strings.EqualFold(text, answer.CleanName(app.Name)) && !names(app, text) {
				return errors.New("type it with the same capital letters")
			}
			if !names(app, text) {
				return errors.New("that's not the application's name")
			}
			return nil
		},
	}
}

// names reports whether a text is the application's name as screens show it, or its id.
func names(app client.Application, text string) bool {
	return text != "" && (text == app.ID || redact.Printable(text) == redact.Printable(answer.CleanName(app.Name)))
}

// ReplaceKeyError is the replacement of a key without confirmation.
type ReplaceKeyError struct{ Application client.Application }

func (e *ReplaceKeyError) Error() string {
	return "replacing the key of the application " + e.Application.ID + " was not confirmed"
}

// Advice says what to do.
func (e *ReplaceKeyError) Advice() advice.Advice {
	return advice.Advice{
		What:  "Nothing was changed.",
		Do:    fmt.Sprintf("%s To replace the key, type the application's name: “%s”.", oldKeyStops, redact.Printable(cmp.Or(e.Application.Name, e.Application.ID))),
		Asked: "Confirm it first.", // the question has the rest
		Field: answer.ReplaceKey, Kind: advice.Usage,
	}
}

func useApplication(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	if !env.given(answer.KeyFile) && a[answer.KeyFile] == workdir.DefaultKeyFile {
		// The journal may know its key under another name.
		a = a.With(answer.KeyFile, journal.KeyFile(s.Place.Folder, a.AppID()))
	}
	s, err := obtainKey(ctx, env, s, a, w)
	if errors.Is(err, fs.ErrNotExist) && !env.given(answer.KeyFile) {
		err = s.whereKeyIs(ctx, a.AppID(), err, w)
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
	return s.adopt(ctx, a, found, w)
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
	do := "Use the application's own key (--key-file), replace its key (--renew-key), or create a new " +
		"application with --app-name and without --app-id."
	asked := "Choose the file with the application's own key, replace its key, or create a new application."
	offer := advice.Offer{Key: "n", Label: "replace the key", Answer: answer.Key, Value: answer.RenewKey}
	if e.Fits != "" {
		do = "Its own key is here too: use --key-file " + redact.Printable(e.Fits) + "."
		asked = "Its own key is here too, in " + redact.Printable(e.Fits) + "."
		offer = advice.Offer{Key: "k", Label: "use " + redact.Printable(e.Fits), Answer: answer.KeyFile, Value: e.Fits}
	}
	return advice.Advice{
		What: fmt.Sprintf("%s is not the key of “%s”, so its tokens would be refused.",
			redact.Printable(e.KeyPath), redact.Printable(e.Application.Name)),
		Do:    do,
		Asked: asked,
		Field: answer.KeyFile, Kind: advice.Other,
		Offers: []advice.Offer{offer},
	}
}

// Advice says what to do.
func (e *NoApplicationError) Advice() advice.Advice {
	return advice.Advice{
		What: "This account has no application with the ID " + redact.Printable(e.ID) + ".",
		Do: "It was deleted or belongs to another account. Check --app-id and the API key, or leave out --app-id " +
			"and create a new application.",
		Asked: "It was deleted or belongs to another account. Choose another application, or create a new one.",
		Kind:  advice.Remote,
	}
}

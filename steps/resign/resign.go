// Package resign signs another token for a user who is known: credwiz token.
package resign

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Sign signs a new token for a user in the journal, without a call. The key is checked first: the error is a
// *NotTheKeyError or an *OpenKeyError. With an answer.Write, the token goes into .env as well.
//
// The journal records the token for credwiz status. A failure of that is a warning; with write it is an error,
// because credwiz clean would leave an unrecorded .env.
func Sign(ctx context.Context, env steps.Env, place workdir.Place, g UserRef, a answer.Answers, report task.Report) (steps.Session, error) {
	w, write := steps.NewRunner(env, place, report), a[answer.Write] != ""
	lifetime, err := words.ParseLifetime(cmp.Or(a[answer.Expires], "24h"))
	if err != nil {
		return steps.Session{}, &answer.InvalidAnswerError{Field: answer.Field{Key: answer.Expires, Flag: "--expires"}, Err: err}
	}
	acl, err := steps.ParseACL(cmp.Or(a[answer.ACL], steps.DefaultACL))
	if err != nil {
		return steps.Session{}, &answer.InvalidAnswerError{Field: answer.Field{Key: answer.ACL, Flag: "--acl"}, Err: err}
	}
	if choice := a[answer.OpenKey]; choice != "" {
		if err := workdir.CheckOpenKey(choice); err != nil {
			return steps.Session{}, &answer.InvalidAnswerError{Field: answer.Field{Key: answer.OpenKey, Flag: "--open-key"}, Err: err}
		}
	}
	s := g.session(place)
	if write {
		err = cmp.Or(place.Folder.CheckMergeable(workdir.DotenvFile), output.CheckSpelling(dotfile.Variable{Name: output.DotenvUserName, Value: g.User.Name}))
	}
	if err != nil {
		return s, err
	}
	if s.Key, err = KeyOf(place.Folder, g.App, a, w); err != nil {
		return s, err
	}
	s.Key.Private.HideIn(env.Redactor)
	s, err = s.Sign(jwt.Request{
		ApplicationID: g.App.ID, User: g.User.Name, ACL: acl, IssuedAt: env.Now(), Lifetime: lifetime, ID: env.NewID(),
	}, w)
	if err != nil {
		return s, err
	}
	env.Redactor.Hide(s.Token.JWT)
	patience, waiting := workdir.LockPatience, w
	if !write {
		patience, waiting.Report = workdir.ShortLockPatience, func(task.Event) {} // too short to tell of
	}
	unlock, err := place.Folder.LockWithin(ctx, waiting, patience)
	if err == nil {
		defer unlock()
		if write {
			s.InDotenv, err = s.Values().DotenvChanges(s.Place.Folder, renewedDotenv(s))
		}
		if err == nil {
			err = noteToken(s)
		}
	}
	switch {
	case err != nil && write:
		return s, err
	case err != nil:
		w.Warn("record the token", "credwiz status won't show it: "+err.Error())
	}
	if !write {
		return s, nil
	}
	s = s.AddToGitignore(w, s.Key.Name)
	was := output.DotenvUser(place.Folder)
	s, err = s.WriteDotenv(renewedDotenv(s), "the token for your app", w)
	if err == nil && was != "" && was != g.User.Name {
		w.Warn(workdir.DotenvFile, "now has "+g.User.Name+"'s token (was "+was+"'s)")
	}
	return s, err
}

func (g UserRef) session(place workdir.Place) steps.Session {
	return steps.Session{
		Place:       place,
		Credentials: client.Credentials{APIKey: g.App.APIKey},
		Application: steps.Application{Application: client.Application{ID: g.App.ID, Name: g.App.Name}, Exists: true, Ours: g.App.Created},
		Member: steps.Member{User: steps.User{
			User: client.User{ID: g.User.ID, Name: g.User.Name, DisplayName: g.User.DisplayName, Region: g.User.Region}, Exists: true, Created: g.User.Created,
		}},
	}
}

// KeyOf reads an application's private key, which is checked against the recorded one.
func KeyOf(f *workdir.Dir, app journal.Application, a answer.Answers, w task.Runner) (workdir.Key, error) {
	name := cmp.Or(a[answer.KeyFile], app.KeyFile, workdir.DefaultKeyFile)
	if err := workdir.CheckKeyFile(name); err != nil {
		return workdir.Key{}, &answer.InvalidAnswerError{Field: answer.Field{Key: answer.KeyFile, Flag: "--key-file"}, Err: err}
	}
	key, err := f.UseKey(name, a, w)
	if err == nil && key.Fingerprint() == app.KeySHA {
		return workdir.Key{Private: key, Name: name, Path: f.Path(name), Known: true}, nil
	}
	if _, bad := errors.AsType[*workdir.KeyError](err); err != nil && !bad {
		return workdir.Key{}, err
	}
	return workdir.Key{}, &NotTheKeyError{App: app, Path: f.Path(name), Elsewhere: OtherKeyFile(f, app, name), CopyIn: copyOf(f, app), dir: f.Given(), Err: err}
}

// OtherKeyFile returns another file of the folder with the application's key; empty if there is none.
func OtherKeyFile(f *workdir.Dir, app journal.Application, than string) string {
	if name := output.KeysByFingerprint(f, app.KeyFile)[app.KeySHA]; name != than {
		return name
	}
	return ""
}

// copyOf returns the settings file that has a copy of the application's key; empty if there is none.
func copyOf(f *workdir.Dir, app journal.Application) string {
	return output.EmbeddedKeys(f)[app.KeySHA].File
}

// LostKey says how to sign again without the application's key file.
func LostKey(f *workdir.Dir, app journal.Application) (do, command string) {
	target := f.Target(app.APIHost)
	renew := target.Command("--app-id", app.ID, "--renew-key")
	if other := OtherKeyFile(f, app, app.KeyFile); other != "" {
		return "It's in another file. Sign with that one:", target.Command("token", "--app-id", app.ID, "--key-file", other)
	}
	if in := copyOf(f, app); in != "" {
		return "A copy is in " + redact.Printable(in) + ". Save it as a file:", target.Command("--app-id", app.ID, "--save-key")
	}
	if !app.Created {
		return "Ask the application's owner for it. Replace it only if it's lost, because all tokens stop working:", renew
	}
	return "Copy it back, or if it's lost, replace it:", renew
}

// NotTheKeyError is a key file without the application's recorded key.
type NotTheKeyError struct {
	App       journal.Application
	Path      string
	Elsewhere string // a file of the folder that has it; empty if there is none
	CopyIn    string // a settings file that has a copy of it; empty if there is none
	Err       error  // why what is there is no key; nil if it is another key

	dir string // the folder, as the user gave it
}

func (e *NotTheKeyError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s is not the key of the application %s", e.Path, e.App.ID)
}

func (e *NotTheKeyError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *NotTheKeyError) Advice() advice.Advice {
	if owner, ok := errors.AsType[*workdir.OwnerError](e.Err); ok {
		return owner.Advice()
	}
	name := redact.Printable(e.App.Name)
	a := advice.Advice{
		What:  fmt.Sprintf("%s is not the key of “%s”, so its tokens would be refused.", redact.Printable(e.Path), name),
		Field: answer.KeyFile, Kind: advice.Other,
	}
	bad, isNone := errors.AsType[*workdir.KeyError](e.Err)
	if isNone {
		a.What = bad.Advice().What
	}
	target := words.Target{Dir: e.dir, Host: e.App.APIHost}
	renew := target.Command("--app-id", e.App.ID, "--renew-key")
	switch {
	case e.Elsewhere != "":
		a.Do = fmt.Sprintf("The key of “%s” is in another file. Use --key-file %s.", name, redact.Printable(words.InShell(e.Elsewhere)))
	case e.CopyIn != "":
		a.Do = fmt.Sprintf("A copy of the key is in %s. To save it as a file: %s.", redact.Printable(e.CopyIn), target.Command("--app-id", e.App.ID, "--save-key"))
	case !e.App.Created && !isConvertible(bad):
		a.Do = fmt.Sprintf("Ask the owner of “%s” for its key. Replace it only if it's lost, because all tokens stop working: %s.", name, renew)
	case errors.Is(e.Err, fs.ErrNotExist):
		a.Do = fmt.Sprintf("Copy it here, or if it's lost, replace the key of “%s”: %s.", name, renew)
	case isConvertible(bad):
		a.Do = workdir.ConvertAdvice(bad)
	default:
		a.Do = fmt.Sprintf("Use the key of “%s” (--key-file), or if it's lost, replace it: %s.", name, renew)
	}
	return a
}

func isConvertible(bad *workdir.KeyError) bool { return bad != nil && workdir.ConvertAdvice(bad) != "" }

// noteToken records the session's token. The current application and user stay the same.
func noteToken(s steps.Session) error {
	folder := s.Place.Folder
	journal1, err := journal.Read(folder)
	if err != nil {
		return err
	}
	issued, expires := s.Token.IssuedAt.UTC(), s.Token.ExpiresAt.UTC()
	for i, app := range journal1.Applications {
		if app.ID != s.Application.ID {
			continue
		}
		if s.InDotenv != nil {
			journal1.Applications[i] = app.WithEntries(output.Entries(workdir.DotenvFile, s.InDotenv))
		}
		for j, user := range app.Users {
			if user.ID == s.User.ID {
				user.TokenID, user.IssuedAt, user.ExpiresAt = s.Token.ID, &issued, &expires
				if !journal.MayBeGone(user.Refused) { // signing brings no application back
					user.Refused = ""
				}
				journal1.Applications[i].Users[j] = user
			}
		}
	}
	return journal.Write(folder, journal1)
}

// renewedDotenv returns the variables that a new token changes; all of them if .env is for another application.
func renewedDotenv(s steps.Session) []dotfile.Variable {
	all := s.Values().Dotenv()
	if output.DotenvValue(s.Place.Folder, output.DotenvAppID) != s.Application.ID {
		return all
	}
	renewed := []string{output.DotenvUserName, output.DotenvUserID, output.DotenvJWT}
	return slices.DeleteFunc(all, func(v dotfile.Variable) bool { return !slices.Contains(renewed, v.Name) })
}

// TokenResult returns the session's user and token for --json.
func TokenResult(env steps.Env, s steps.Session) steps.UserResult {
	return steps.ResultOf(env, s).Users[0]
}

package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// SignAgain signs a new token for a user that the journal knows. It makes no call. The key is judged as in the wizard:
// it has to be private, and the one that the application was noted with; what is wrong with it is a *NotTheKeyError or an
// *OpenKeyError, before anything is signed. With write, the token goes into .env as well.
//
// The journal is told of the token, for credwiz status. To fail at that, or at having the folder alone, is only warned of;
// with write it is an error, because what is in .env and not noted would stay when all else is cleared away.
func SignAgain(ctx context.Context, env Env, place Place, g Signable, a Answers, write bool, report Report) (Session, error) {
	w := newWork(env, place, report)
	lifetime, err := ParseLifetime(cmp.Or(a[AnswerExpires], defaultExpiry))
	if err != nil {
		return Session{}, &InvalidAnswerError{Field: Field{Key: AnswerExpires, Flag: "--expires"}, Err: err}
	}
	acl, err := parseACL(cmp.Or(a[AnswerACL], aclClientSDK))
	if err != nil {
		return Session{}, &InvalidAnswerError{Field: Field{Key: AnswerACL, Flag: "--acl"}, Err: err}
	}
	if choice := a[AnswerOpenKey]; choice != "" {
		if err := checkOpenKey(choice); err != nil {
			return Session{}, &InvalidAnswerError{Field: Field{Key: AnswerOpenKey, Flag: "--open-key"}, Err: err}
		}
	}
	s := g.session(place)
	if write {
		err = cmp.Or(place.Folder.checkMergeable(dotenvFile), spelled(Variable{dotenvUserName, g.user.Name}))
	}
	if err != nil {
		return s, err
	}
	if s.Key, err = place.Folder.keyOf(g.app, a, w); err != nil {
		return s, err
	}
	s.Key.Private.HideIn(env.Redactor)
	s, err = s.sign(jwt.Request{
		ApplicationID: g.app.ID, User: g.user.Name, ACL: acl, IssuedAt: env.Now(), Lifetime: lifetime, ID: env.NewID(),
	}, w)
	if err != nil {
		return s, err
	}
	env.Redactor.Hide(s.Token.JWT)
	patience, waiting := lockPatience, w
	if !write {
		patience, waiting.report = noteWait, func(Event) {} // too short to tell of
	}
	unlock, err := place.Folder.lockWithin(ctx, waiting, patience)
	if err == nil {
		defer unlock()
		if write {
			s.inDotenv, err = s.values().changesDotenv(s.Place.Folder, s.renewedDotenv())
		}
		if err == nil {
			err = s.noteToken()
		}
	}
	switch {
	case err != nil && write:
		return s, err
	case err != nil:
		w.warn("note the token", "credwiz status will not know of it: "+err.Error())
	}
	if !write {
		return s, nil
	}
	s = s.keptFromGit(w, s.Key.Name)
	return s.writeDotenv(s.renewedDotenv(), "the token, for your app to read", w)
}

// defaultExpiry is the most that the platform grants.
const defaultExpiry = "24h"

// session is what the journal knows of a user, as a run has it.
func (g Signable) session(place Place) Session {
	return Session{
		Place:       place,
		Credentials: client.Credentials{APIKey: g.app.APIKey},
		Application: Application{Application: client.Application{ID: g.app.ID, Name: g.app.Name}, Exists: true},
		Member: Member{User: User{
			User: client.User{ID: g.user.ID, Name: g.user.Name, DisplayName: g.user.DisplayName}, Exists: true, Created: g.user.Created,
		}},
	}
}

// keyOf reads the private key that is to sign for an application.
func (f *Folder) keyOf(app NotedApp, a Answers, w work) (Key, error) {
	name := cmp.Or(a[AnswerKeyFile], app.KeyFile, defaultKeyFile)
	if err := checkKeyFile(name); err != nil {
		return Key{}, &InvalidAnswerError{Field: Field{Key: AnswerKeyFile, Flag: "--key-file"}, Err: err}
	}
	key, err := f.useKey(name, a, w)
	var bad *KeyError
	switch {
	case errors.As(err, &bad):
		return Key{}, &NotTheKeyError{App: app, Path: f.Path(name), Elsewhere: f.elsewhere(app, name), dir: f.Given(), Err: err}
	case err != nil:
		return Key{}, err
	case key.Fingerprint() != app.KeySHA:
		return Key{}, &NotTheKeyError{App: app, Path: f.Path(name), Elsewhere: f.elsewhere(app, name), dir: f.Given()}
	}
	return Key{Private: key, Name: name, Path: f.Path(name), Known: true}, nil
}

// elsewhere is another file of the folder that has the application's key; empty if there is none.
func (f *Folder) elsewhere(app NotedApp, than string) string {
	if name := f.keysByFingerprint(app.KeyFile)[app.KeySHA]; name != than {
		return name
	}
	return ""
}

// NotTheKeyError is a key file that does not have the private key that an application was noted with.
type NotTheKeyError struct {
	App       NotedApp
	Path      string
	Elsewhere string // a file of the folder that has it; empty if there is none
	Err       error  // why what is there is no key; nil if it is another key

	dir string // the folder, as the user gave it
}

// Error names the file.
func (e *NotTheKeyError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s is not the key of the application %s", e.Path, e.App.ID)
}

// Unwrap gives the reason why what is there is no key.
func (e *NotTheKeyError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *NotTheKeyError) Advice() Advice {
	var owner *OwnerError
	if errors.As(e.Err, &owner) {
		return owner.Advice()
	}
	name := redact.Printable(e.App.Name)
	a := Advice{
		What:  fmt.Sprintf("%s is not the key of “%s”: tokens signed with it would be refused.", redact.Printable(e.Path), name),
		Field: AnswerKeyFile, Kind: Other,
	}
	var bad *KeyError
	if errors.As(e.Err, &bad) {
		a.What = bad.Advice().What
	}
	renew := target{e.dir, e.App.APIHost}.command("--app-id", e.App.ID, "--renew-key")
	switch {
	case e.Elsewhere != "":
		a.Do = fmt.Sprintf("The key of “%s” is in another file: --key-file %s.", name, redact.Printable(inShell(e.Elsewhere)))
	case errors.Is(e.Err, fs.ErrNotExist):
		a.Do = fmt.Sprintf("If it is elsewhere, copy it here. If it is lost, give “%s” a new one: %s.", name, renew)
	case bad != nil && convert(bad) != "":
		a.Do = convert(bad)
	default:
		a.Do = fmt.Sprintf("Give the key of “%s” with --key-file. If it is lost, give it a new one: %s.", name, renew)
	}
	return a
}

// noteToken notes when the session's token begins and ends. Everything stays in its place: this makes no application and
// no user the current one.
func (s Session) noteToken() error {
	folder := s.Place.Folder
	journal, err := folder.readJournal()
	if err != nil {
		return err
	}
	issued, expires := s.Token.IssuedAt.UTC(), s.Token.ExpiresAt.UTC()
	for i, app := range journal.Applications {
		if app.ID != s.Application.ID {
			continue
		}
		if s.inDotenv != nil {
			journal.Applications[i] = app.wrote(wroteInto(dotenvFile, s.inDotenv))
		}
		for j, user := range app.Users {
			if user.ID == s.User.ID {
				user.TokenID, user.IssuedAt, user.ExpiresAt, user.Refused = s.Token.ID, &issued, &expires, ""
				journal.Applications[i].Users[j] = user
			}
		}
	}
	return folder.writeJournal(journal)
}

// renewedDotenv are the variables that a new token changes; all of them, if the file is for another application.
func (s Session) renewedDotenv() []Variable {
	all := s.values().dotenv()
	if s.Place.Folder.variable(dotenvAppID) != s.Application.ID {
		return all
	}
	renewed := make([]Variable, 0, len(all))
	for _, v := range all {
		switch v.Name {
		case dotenvUserName, dotenvUserID, dotenvJWT:
			renewed = append(renewed, v)
		}
	}
	return renewed
}

// TokenResultOf is the session's user and token in the form that --json prints.
func TokenResultOf(env Env, s Session) UserResult { return ResultOf(env, s).Users[0] }

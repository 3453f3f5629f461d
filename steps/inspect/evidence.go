package inspect

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Evidence is what is known beside a token. The zero value is nothing.
type Evidence struct {
	Now  time.Time     // on this computer's clock; times are told in its zone
	Skew time.Duration // the API's clock minus ours, where it was asked
	// Dir is the folder as the user gave it, for the commands that are proposed.
	Dir string
	// APIHost is the API that is asked, for the commands too; empty for the one that is noted.
	APIHost string
	Keys    []KnownKey
	// NoKey says why there are no keys.
	NoKey string
	// Home is the application that the folder is for; empty if it is for none.
	Home string
	// Sandbox tells that the folder is one of the practice sandbox.
	Sandbox bool
	// OfDotenv tells that the token is the one in the folder's .env, so that a command which signs another one has to renew
	// that file too.
	OfDotenv bool
	// Online tells that the API was asked, also if it did not answer.
	Online      bool
	Application AskedApplication
	User        AskedUser

	signable []resign.UserRef               // for whom credwiz token signs with a key that is here
	noted    map[string]journal.Application // the applications of accounts that are noted, by their ids
}

// Host is the API host that is noted for the token's application, or else for the folder's, and where that is noted;
// empty if it is not.
func (e Evidence) Host(token jwt.Reading) (string, task.HostOrigin) {
	id, _ := token.Claims.Text("application_id")
	for _, id := range []string{id, e.Home} {
		if app, ok := e.noted[id]; ok {
			return app.APIHost, task.HostOrigin{File: filepath.Join(e.Dir, workdir.JournalFile), APIKey: app.APIKey}
		}
	}
	return "", task.HostOrigin{}
}

// KnownKey is a public key to check a signature with.
type KnownKey struct {
	Name          string // as people know it: "private.key"
	Public        string // PEM
	ApplicationID string // whose it is; empty if that is not known
	// Final marks the key that the platform checks with.
	Final bool

	file    string
	private *jwt.Key
}

// AskedApplication is what the API says of the token's application.
type AskedApplication struct {
	Asked, Exists, RTC bool
	Name               string
}

// AskedUser is what the API says of the token's user.
type AskedUser struct {
	Asked, Exists bool
	Name          string // of the user whose id the token has in the place of a name
}

// Gather collects what the folder knows: the keys of its applications, and the key file, by name; empty for the usual
// one. A key file that was named and cannot be read is a *CheckKeyError.
func Gather(f *workdir.Dir, keyFile string) (Evidence, error) {
	e := Evidence{Dir: f.Given(), noted: map[string]journal.Application{}}
	// A journal that cannot be read knows nothing, and a token can be explained without it.
	journal, _ := journal.Read(f)
	e.signable = usersWithKey(f, journal)
	for _, app := range journal.Applications {
		if !app.Sandbox && app.ID != "" {
			e.noted[app.ID] = app
		}
	}
	name := keyFile
	if name == "" {
		name = workdir.DefaultKeyFile
		for _, app := range slices.Backward(journal.Applications) {
			if k, err := knownKey(f, app.KeyFile, journal); err == nil {
				e = e.withKey(k)
			}
		}
	}
	if !filepath.IsLocal(name) {
		return e, &CheckKeyError{&workdir.KeyError{Path: name, Err: errElsewhere}}
	}
	k, err := knownKey(f, name, journal)
	switch {
	case err == nil:
		e = e.withKey(k)
	case keyFile != "":
		return e, &CheckKeyError{err}
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	e.NoKey = keyless(err)
	e.Home = output.DotenvValue(f, output.DotenvAppID)
	if n := len(journal.Applications); n > 0 {
		e.Home, e.Sandbox = journal.Applications[n-1].ID, journal.Applications[n-1].Sandbox
	}
	return e, nil
}

// errElsewhere is a key file that is in another folder.
var errElsewhere = errors.New("it is outside of the folder")

// CheckKeyError is a key file that was named to check a signature with, and cannot be used for it. Unlike one that is to
// sign, it has others that do as well, and nothing needs to be made.
type CheckKeyError struct{ Err error }

func (e *CheckKeyError) Error() string { return e.Err.Error() }

func (e *CheckKeyError) Unwrap() error { return e.Err }

// OfSession explains the session's token by what the session knows. It does no I/O.
func OfSession(env steps.Env, s steps.Session) Inspection {
	e := Evidence{
		Now: env.Now(), Skew: s.Skew, Home: s.Application.ID,
		Application: AskedApplication{Asked: true, Exists: true, RTC: s.Application.HasRTC(), Name: s.Application.Name},
		User:        AskedUser{Asked: true, Exists: true},
		Keys: []KnownKey{{
			Name: redact.Printable(s.Key.Name), Public: s.Key.Private.PublicPEM(), ApplicationID: s.Application.ID,
			file: s.Key.Name, private: s.Key.Private,
		}},
	}
	return Inspect(jwt.Read(s.Token.JWT), e)
}

// usersWithKey are the users for whom credwiz token would sign, because the key of their application is here.
func usersWithKey(f *workdir.Dir, journal journal.Journal) []resign.UserRef {
	var found []resign.UserRef
	for _, g := range resign.UsersIn(journal, "") {
		if key, err := f.ReadKey(g.App.KeyFile); err == nil && key.Fingerprint() == g.App.KeySHA && !g.App.Sandbox {
			found = append(found, g)
		}
	}
	return found
}

// withKey adds a key, once.
func (e Evidence) withKey(k KnownKey) Evidence {
	if !slices.ContainsFunc(e.Keys, func(other KnownKey) bool { return other.Public == k.Public }) {
		e.Keys = append(slices.Clip(e.Keys), k)
	}
	return e
}

func knownKey(f *workdir.Dir, name string, journal journal.Journal) (KnownKey, error) {
	if name == "" {
		return KnownKey{}, fs.ErrNotExist
	}
	key, err := f.ReadKey(name)
	if err != nil {
		return KnownKey{}, err
	}
	k := KnownKey{Name: redact.Printable(name), Public: key.PublicPEM(), file: name, private: key}
	for _, app := range journal.Applications {
		if app.KeySHA == key.Fingerprint() {
			k.ApplicationID = app.ID
		}
	}
	return k, nil
}

// PublicKey is a public key that the user gave, in PEM; name is what to call it.
func PublicKey(name string, text []byte) (KnownKey, error) {
	if _, err := jwt.ParseKey(text); err == nil {
		return KnownKey{}, errors.New("it is a private key: give that with --key-file")
	}
	if _, err := jwt.Fingerprint(string(text)); err != nil {
		return KnownKey{}, err
	}
	return KnownKey{Name: redact.Printable(name), Public: string(text)}, nil
}

// Ask adds what the API says of the token's application, and, if the application's private key is here, of its user.
// It changes nothing there. The evidence that it returns is good beside an error, too.
func (e Evidence) Ask(ctx context.Context, env steps.Env, place workdir.Place, creds client.Credentials, a answer.Answers, r jwt.Reading) (Evidence, error) {
	if err := env.HostFrom.Check(place.API.Host(), creds.APIKey, a); err != nil {
		return e, err
	}
	w := steps.NewRunner(env, place, func(task.Event) {})
	id, _ := r.Claims.Text("application_id")
	if !isUUID(id) {
		// The clock, and whether the key and secret are good, all the same.
		err := w.Read(ctx, "check the key and secret", func(api *client.Client) error {
			_, err := api.ListApplications(ctx, creds, 1, 1)
			return err
		})
		e.Skew = *w.Skew
		return e, err
	}
	var app client.Application
	err := w.Read(ctx, "look up the application", func(api *client.Client) (err error) {
		app, err = api.GetApplication(ctx, creds, id)
		return err
	})
	e.Skew = *w.Skew
	switch {
	case client.IsNotFound(err):
		e.Application = AskedApplication{Asked: true}
		return e, nil
	case err != nil:
		return e, err
	}
	e.Application = AskedApplication{Asked: true, Exists: true, RTC: app.HasRTC(), Name: app.Name}
	return e.withApplication(app).askUser(ctx, env, w, r)
}

// withApplication takes the platform's own key for the last word, and says which of the keys here it is.
func (e Evidence) withApplication(app client.Application) Evidence {
	fingerprint, err := jwt.Fingerprint(app.PublicKey)
	if err != nil {
		return e // nothing to check with
	}
	keys := []KnownKey{{Name: "the application's public key", Public: app.PublicKey, ApplicationID: app.ID, Final: true}}
	for _, k := range e.Keys {
		switch own, _ := jwt.Fingerprint(k.Public); {
		case own == fingerprint:
			k.ApplicationID = app.ID
		case k.ApplicationID == app.ID:
			k.ApplicationID = "" // what was noted of it is no longer so
		}
		keys = append(keys, k)
	}
	e.Keys = keys
	return e
}

func (e Evidence) askUser(ctx context.Context, env steps.Env, w task.Runner, r jwt.Reading) (Evidence, error) {
	id, _ := r.Claims.Text("application_id")
	user, _ := r.Claims.Text("sub")
	at := slices.IndexFunc(e.Keys, func(k KnownKey) bool { return k.private != nil && k.ApplicationID == id })
	if _, other := productOf(r); other || at < 0 || user == "" {
		return e, nil
	}
	admin, err := jwt.Sign(e.Keys[at].private, jwt.Request{
		ApplicationID: id, IssuedAt: env.Now().Add(e.Skew), Lifetime: steps.AdminLifetime, ID: env.NewID(),
	})
	if err != nil {
		return e, err
	}
	var found client.User
	err = w.LookUp(ctx, "look up the user", func(api *client.Client) (err error) {
		if answer.IsUserID(user) {
			found, err = api.GetUser(ctx, admin.JWT, user)
		} else {
			found, err = api.FindUser(ctx, admin.JWT, user)
		}
		return err
	})
	switch {
	case client.IsNotFound(err):
		e.User = AskedUser{Asked: true}
	case err != nil:
		return e, err
	default:
		e.User = AskedUser{Asked: true, Exists: true, Name: found.Name}
	}
	return e, nil
}

// Advice is about a key that was only to check with: no other one has to be made.
func (e *CheckKeyError) Advice() advice.Advice {
	var err *workdir.KeyError
	var owner *workdir.OwnerError
	a := advice.For(e.Err)
	if !errors.As(e.Err, &err) || errors.As(e.Err, &owner) {
		return a
	}
	a.Do = "Copy the key into the folder, or check with --public-key or --online."
	switch {
	case errors.Is(err, errElsewhere):
		a.What = redact.Printable(err.Path) + " is outside of the folder, and keys are looked for in it."
		a.Kind, a.Retry = advice.Usage, false
	case workdir.ConvertAdvice(err) != "":
		a.Do = workdir.ConvertAdvice(err) + " Or check with --public-key or --online."
	}
	return a
}

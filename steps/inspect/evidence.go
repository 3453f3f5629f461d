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

// Evidence is what is known besides the token; the zero value is nothing.
type Evidence struct {
	Now     time.Time     // on this computer's clock; times are shown in its zone
	Skew    time.Duration // the API's clock minus ours, where it was asked
	Dir     string        // the folder as the user gave it, for proposed commands
	APIHost string        // the API to ask, also for proposed commands; empty for the recorded one
	Keys    []KnownKey
	// NoKey says why Keys is empty.
	NoKey string
	Home  string // the id of the folder's application; empty if there is none
	// Sandbox tells that the folder is one of the practice sandbox.
	Sandbox     bool
	Session     bool // the token is a session's, signed with the API's time
	OfDotenv    bool // the token is from the folder's .env, which a new token then has to renew
	Online      bool // the API was asked, even without an answer
	Application AskedApplication
	User        AskedUser

	signable []resign.UserRef               // for whom credwiz token signs with a key that is here
	noted    map[string]journal.Application // the applications of accounts that are noted, by their ids
}

// Host returns the recorded API host of the token's application, or else the folder's, and where it is recorded.
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

// AskedApplication is the API's answer about the token's application.
type AskedApplication struct {
	Asked, Exists, LacksRTC bool
	Name                    string
}

// AskedUser is the API's answer about the token's user.
type AskedUser struct {
	Asked, Exists bool
	Name          string // of the user whose id the token has in the place of a name
}

// Gather collects what the folder knows. An empty keyFile is the usual one. A named key file that cannot be read is a
// *CheckKeyError.
func Gather(f *workdir.Dir, keyFile string) (Evidence, error) {
	e := Evidence{Dir: f.Given(), noted: map[string]journal.Application{}}
	// A token can be explained without a journal.
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

var errElsewhere = errors.New("it is outside the folder")

// CheckKeyError is a key file that cannot be used to check a signature. Unlike a signing key, it has alternatives.
type CheckKeyError struct{ Err error }

func (e *CheckKeyError) Error() string { return e.Err.Error() }

func (e *CheckKeyError) Unwrap() error { return e.Err }

// OfSession explains the session's token without I/O.
func OfSession(env steps.Env, s steps.Session) Inspection {
	e := Evidence{
		Now: env.Now(), Skew: s.Skew, Home: s.Application.ID, Session: true, Sandbox: s.Place.Sandbox,
		Application: AskedApplication{Asked: true, Exists: true, LacksRTC: s.Application.LacksRTC(), Name: s.Application.Name},
		User:        AskedUser{Asked: true, Exists: true},
		Keys: []KnownKey{{
			Name: redact.Printable(s.Key.Name), Public: s.Key.Private.PublicPEM(), ApplicationID: s.Application.ID,
			file: s.Key.Name, private: s.Key.Private,
		}},
	}
	if !env.Temporary || !s.Place.Sandbox {
		e.Dir = s.Place.Folder.Given()
	}
	if !s.Place.Sandbox {
		e.APIHost = s.Place.API.Host().String()
	}
	return Inspect(jwt.Read(s.Token.JWT), e)
}

func usersWithKey(f *workdir.Dir, journal journal.Journal) []resign.UserRef {
	return slices.DeleteFunc(resign.UsersIn(journal, ""), func(g resign.UserRef) bool {
		key, err := f.ReadKey(g.App.KeyFile)
		return err != nil || key.Fingerprint() != g.App.KeySHA || g.App.Sandbox
	})
}

func (e Evidence) withKey(k KnownKey) Evidence {
	if !slices.ContainsFunc(e.Keys, func(other KnownKey) bool { return other.Public == k.Public }) {
		e.Keys = append(slices.Clip(e.Keys), k)
	}
	return e
}

func knownKey(f *workdir.Dir, name string, journal journal.Journal) (KnownKey, error) {
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

// PublicKey reads a public key in PEM; name is its name on screens.
func PublicKey(name string, text []byte) (KnownKey, error) {
	if _, err := jwt.ParseKey(text); err == nil {
		return KnownKey{}, errors.New("it is a private key: use --key-file")
	}
	if _, err := jwt.Fingerprint(string(text)); err != nil {
		return KnownKey{}, err
	}
	return KnownKey{Name: redact.Printable(name), Public: string(text)}, nil
}

// Ask adds what the API says of the application and, with its private key, of the user. It changes nothing there. The
// evidence is valid even with an error.
func (e Evidence) Ask(ctx context.Context, env steps.Env, place workdir.Place, creds client.Credentials, a answer.Answers, r jwt.Reading) (Evidence, error) {
	if err := env.HostFrom.Check(place.API.Host(), creds.APIKey, a); err != nil {
		return e, err
	}
	w := steps.NewRunner(env, place, func(task.Event) {})
	id, _ := r.Claims.Text("application_id")
	if !isUUID(id) {
		// Still worth a check: the clock, the key and the secret.
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
	e.Application = AskedApplication{Asked: true, Exists: true, LacksRTC: !app.HasRTC(), Name: app.Name}
	return e.withApplication(app).askUser(ctx, env, w, r)
}

// withApplication makes the platform's key final, and marks which local key it is.
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
	if err == nil || client.IsNotFound(err) {
		e.User, err = AskedUser{Asked: true, Exists: err == nil, Name: found.Name}, nil
	}
	return e, err
}

// Advice suggests another key to check with; none has to be made.
func (e *CheckKeyError) Advice() advice.Advice {
	var err *workdir.KeyError
	var owner *workdir.OwnerError
	a := advice.For(e.Err)
	if !errors.As(e.Err, &err) || errors.As(e.Err, &owner) {
		return a
	}
	a.Do = "Copy the key into the folder, or use --public-key or --online."
	switch {
	case errors.Is(err, errElsewhere):
		a.What = redact.Printable(err.Path) + " is outside the folder, and credwiz only looks for keys inside it."
		a.Kind, a.Retry = advice.Usage, false
	case workdir.ConvertAdvice(err) != "":
		a.Do = workdir.ConvertAdvice(err) + " Or use --public-key or --online."
	}
	return a
}

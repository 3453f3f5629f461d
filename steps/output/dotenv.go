package output

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// A .env holds two records: the account with its secret, and the application with its key, user and token. A record
// is replaced as a whole. Lines of others stay as comments, from which credwiz clean restores them.

// Variables that other tools write too.
const (
	DotenvAPIKey    = "VONAGE_API_KEY"    //nolint:gosec // a name
	dotenvAPISecret = "VONAGE_API_SECRET" //nolint:gosec // a name
	DotenvAppID     = "VONAGE_APPLICATION_ID"
	DotenvKey       = "VONAGE_PRIVATE_KEY"
	DotenvUserName  = "VONAGE_USER_NAME"
	DotenvUserID    = "VONAGE_USER_ID"
	DotenvJWT       = "VONAGE_JWT"
)

// keyVariable matches the names under which apps look for a private key or its path.
var keyVariable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^VONAGE_(APPLICATION_)?PRIVATE_KEY`) })

// Values are the results that go into files.
type Values struct {
	Credentials client.Credentials
	AppID       string
	Key         workdir.Key
	User        client.User
	JWT         redact.Secret
}

// Dotenv returns the variables of Vonage's SDKs and samples. The key's path is relative to the file.
func (v Values) Dotenv() []dotfile.Variable {
	return []dotfile.Variable{
		{Name: DotenvAPIKey, Value: v.Credentials.APIKey},
		{Name: DotenvAppID, Value: v.AppID},
		{Name: DotenvKey, Value: v.Key.Name},
		{Name: "VONAGE_PRIVATE_KEY_PATH", Value: v.Key.Name},
		{Name: "VONAGE_APPLICATION_PRIVATE_KEY_PATH", Value: v.Key.Name},
		{Name: DotenvUserName, Value: v.User.Name},
		{Name: DotenvUserID, Value: v.User.ID},
		{Name: DotenvJWT, Value: v.JWT.Reveal()},
	}
}

func readDotenv(f *workdir.Dir, name string) (dotfile.Dotenv, error) {
	content, err := f.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return dotfile.Dotenv{}, &workdir.SaveError{Path: f.Path(name), Err: err}
	}
	d, err := dotfile.ParseDotenv(content)
	if err != nil {
		return dotfile.Dotenv{}, &workdir.SaveError{Path: f.Path(name), Err: err}
	}
	return d, nil
}

// DotenvValue returns a variable of the folder's .env; empty if it cannot be read.
func DotenvValue(f *workdir.Dir, name string) string {
	content, err := f.Read(workdir.DotenvFile)
	if err != nil {
		return ""
	}
	text, err := dotfile.DecodeText(content)
	if err != nil {
		text = content // a comment that is not UTF-8 does not hide the rest
	}
	if value := dotfile.DotenvOf(string(text)).Value(name); utf8.ValidString(value) {
		return value
	}
	return ""
}

// DotenvToken returns VONAGE_JWT of the folder's .env. The zero Secret is none.
func DotenvToken(f *workdir.Dir) redact.Secret { return redact.NewSecret(DotenvValue(f, DotenvJWT)) }

// dotenvChange is a planned change of .env.
type dotenvChange struct {
	unread    error // why the journal could not be read: then no line is known to be credwiz's
	file      dotfile.Dotenv
	set       []string // the names that get a value which they did not have
	aside     []string // the names whose old lines are kept as comments
	unspelled bool     // the user's name is left out because apps would read it differently
	moved     string   // the new application and the old one: "for “Workshop” (was “Mine”)"; empty if it is the same
}

func (v Values) planDotenv(folder *workdir.Dir, variables []dotfile.Variable) (dotenvChange, error) {
	d, err := readDotenv(folder, workdir.DotenvFile)
	if err != nil {
		return dotenvChange{}, err
	}
	c := dotenvChange{file: d, set: []string{}}
	was := d.Value(DotenvAppID)
	// A name that came from the API must not block the rest.
	spelling := func(v dotfile.Variable) bool { return v.Name == DotenvUserName && !dotfile.ReadAlike(v.Value) }
	if slices.ContainsFunc(variables, spelling) {
		variables, c.unspelled = slices.DeleteFunc(slices.Clone(variables), spelling), true
		c.file.Unset(DotenvUserName, true)
	}
	if err := CheckSpelling(variables...); err != nil {
		return dotenvChange{}, err
	}
	journal, unread := journal.Read(folder)
	c.unread = unread
	ours := func(name string) bool {
		return unread == nil && journal.Knew(was) && journal.HasEntry(workdir.DotenvFile, name)
	}
	for _, one := range variables {
		old, there := d.Get(one.Name)
		isKey := keyVariable().MatchString(one.Name)
		if there && (old == one.Value || isKey && refersTo(folder, v.Key, old)) {
			continue
		}
		c.set = append(c.set, one.Name)
		keep := old != "" && (!ours(one.Name) || isKey && workdir.ParseEmbeddedKey(old) != nil)
		if keep {
			c.aside = append(c.aside, one.Name)
		}
		c.file.Set(one.Name, one.Value, keep)
	}
	for _, name := range d.Names() {
		written := slices.ContainsFunc(variables, func(one dotfile.Variable) bool { return one.Name == name })
		foreignKey := keyVariable().MatchString(name) && d.Value(name) != "" && !refersTo(folder, v.Key, d.Value(name))
		foreignSecret := name == dotenvAPISecret && d.Value(DotenvAPIKey) != v.Credentials.APIKey
		if !written && slices.Contains(c.set, DotenvAppID) && foreignKey || foreignSecret && slices.Contains(c.set, DotenvAPIKey) {
			c.aside = append(c.aside, name)
			c.file.Unset(name, true)
		}
	}
	if was != "" && slices.Contains(c.set, DotenvAppID) {
		now, before := named(journal, v.AppID), named(journal, was)
		if now == before {
			now, before = v.AppID, was
		}
		c.moved = fmt.Sprintf("for %s (was %s)", now, before)
	}
	return c, nil
}

func named(j journal.Journal, id string) string {
	for _, app := range j.Applications {
		if app.Name != "" && app.ID == id {
			return "“" + app.Name + "”"
		}
	}
	return id
}

func refersTo(f *workdir.Dir, own workdir.Key, value string) bool {
	if path.Clean(value) == own.Name {
		return true
	}
	key := keyAt(f, value)
	return key != nil && own.Private != nil && key.Fingerprint() == own.Private.Fingerprint()
}

// keyAt returns the key that a variable holds or whose file it names; nil if there is none.
func keyAt(f *workdir.Dir, value string) *jwt.Key {
	if key := workdir.ParseEmbeddedKey(value); key != nil {
		return key
	}
	if name := path.Clean(value); value != "" && fs.ValidPath(name) {
		if key, err := f.ReadKey(name); err == nil {
			return key
		}
	}
	return nil
}

// WriteDotenv writes variables into .env and reports what happened to lines of others.
func (v Values) WriteDotenv(folder *workdir.Dir, variables []dotfile.Variable, w task.Runner) error {
	var c dotenvChange
	before, now := DotenvUser(folder), v.User.Name
	err := w.Local("write "+workdir.DotenvFile, func() (string, error) {
		var err error
		if c, err = v.planDotenv(folder, variables); err != nil {
			return "", err
		}
		note, user := "other lines unchanged", ""
		if before != "" && before != now {
			user = fmt.Sprintf("has %s's token (was %s's)", now, before)
		}
		switch {
		case !folder.Has(workdir.DotenvFile):
			note = "new file"
		case c.moved != "" && user != "":
			note = "now " + c.moved + ", and " + user
		case c.moved+user != "":
			note = "now " + c.moved + user
		}
		if info, err := folder.Stat(workdir.DotenvFile); err == nil && workdir.OthersPerm(info) != 0 {
			note += "; now readable only by you"
		}
		return note, folder.Replace(workdir.DotenvFile, c.file.Bytes(), workdir.SecretMode)
	})
	if err != nil {
		return err
	}
	if c.unread != nil {
		w.Warn("check "+workdir.DotenvFile, "lines from an earlier run may be kept as comments: "+c.unread.Error())
	}
	if len(c.aside) > 0 {
		w.Warn("check "+workdir.DotenvFile, redact.Printable(fmt.Sprintf("the old values of %s are now comments", strings.Join(c.aside, ", "))))
	}
	if c.unspelled {
		w.Warn("check "+workdir.DotenvFile, DotenvUserName+" was left out: apps read quotes, dollar signs and backslashes differently")
	}
	return nil
}

// DotenvChanges returns the names that WriteDotenv will set. The journal gets them first: otherwise credwiz clean
// would leave them.
func (v Values) DotenvChanges(folder *workdir.Dir, variables []dotfile.Variable) ([]string, error) {
	c, err := v.planDotenv(folder, variables)
	if err != nil {
		return []string{}, nil //nolint:nilerr // Writing the file reports it.
	}
	return c.set, c.unread
}

// DotenvUser returns the user that .env is for; empty if it names none.
func DotenvUser(f *workdir.Dir) string {
	subject, _ := jwt.Read(DotenvToken(f)).Claims.Text("sub")
	return cmp.Or(DotenvValue(f, DotenvUserName), subject)
}

// Inspection is the command that finds out why the API rejects an application's tokens.
func Inspection(f *workdir.Dir, host, appID string) string {
	if id, _ := jwt.Read(DotenvToken(f)).Claims.Text("application_id"); id != appID {
		return f.Target(host).Command("--app-id", appID) // which looks it up
	}
	return f.Target("").Command("inspect", "--online")
}

// DotenvHolder returns the application's user whose token is in .env, as the journal would have it had that token been
// the last one.
func DotenvHolder(f *workdir.Dir, app journal.Application) (journal.User, bool) {
	claims := jwt.Read(DotenvToken(f)).Claims
	name, _ := claims.Text("sub")
	appID, _ := claims.Text("application_id")
	tokenID, _ := claims.Text("jti")
	issued, expires := claims.Date("iat").Time, claims.Date("exp").Time
	user, known := app.Named(name)
	if !known || appID != app.ID || issued.IsZero() || expires.IsZero() {
		return journal.User{}, false
	}
	if user.TokenID != tokenID {
		user.TokenID, user.IssuedAt, user.ExpiresAt = tokenID, &issued, &expires
		if !journal.MayBeGone(user.Refused) { // which is so for each token of the application
			user.Refused = ""
		}
	}
	key, err := f.ReadKey(app.KeyFile)
	switch {
	case user.Name != name:
		user.Refused = journal.OldName
	case user.Refused == "" && err == nil && key.Fingerprint() == app.KeySHA && jwt.Read(DotenvToken(f)).VerifySignature(key.PublicPEM()) != nil:
		user.Refused = journal.OldKey
	}
	return user, true
}

// SpellingError is a value that the common readers of a .env would read differently.
type SpellingError struct{ Name string }

func (*SpellingError) Error() string {
	return "apps may misread it from .env: avoid quotes, dollar signs, backquotes and backslashes"
}

// CheckSpelling refuses such values.
func CheckSpelling(variables ...dotfile.Variable) error {
	for _, v := range variables {
		if !dotfile.ReadAlike(v.Value) {
			return &SpellingError{Name: v.Name}
		}
	}
	return nil
}

// Advice says what to do.
func (e *SpellingError) Advice() advice.Advice {
	a := advice.Advice{Do: "Choose a name without them, or skip .env: --write vonage.", Kind: advice.Other, Field: answer.User}
	what := "the user's name"
	switch e.Name {
	case DotenvKey:
		what, a.Field = "the private key's file name", answer.KeyFile
	case DotenvAPIKey:
		what, a.Field = "the API key", answer.APIKey
		a.Do = "Copy just the key again."
	}
	a.What = "Apps may misread " + what + " from .env: it contains quotes, dollar signs, backquotes or backslashes."
	return a
}

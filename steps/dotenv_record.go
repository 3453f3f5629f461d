package steps

import (
	"encoding/base64"
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
)

// A .env holds two records: the account with its secret, and the application with its key, user and token. What belongs
// together is replaced together, and what others wrote is kept as comments, from which credwiz clean restores it.

// The names of the records that others write too.
const (
	dotenvAPIKey    = "VONAGE_API_KEY"    //nolint:gosec // a name
	dotenvAPISecret = "VONAGE_API_SECRET" //nolint:gosec // a name
	dotenvAppID     = "VONAGE_APPLICATION_ID"
	dotenvKey       = "VONAGE_PRIVATE_KEY"
	dotenvUserName  = "VONAGE_USER_NAME"
	dotenvUserID    = "VONAGE_USER_ID"
	dotenvJWT       = "VONAGE_JWT"
)

// keyVariable is a name under which apps look for a private key, or for its path.
var keyVariable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^VONAGE_(APPLICATION_)?PRIVATE_KEY`) })

// Values are what was made, as it goes into files.
type Values struct {
	Credentials client.Credentials
	AppID       string
	Key         Key
	User        client.User
	JWT         redact.Secret
}

// dotenv are the variables under which Vonage's SDKs and samples look for what was made. The key's path is relative to
// the file, where apps are started.
func (v Values) dotenv() []Variable {
	return []Variable{
		{dotenvAPIKey, v.Credentials.APIKey},
		{dotenvAppID, v.AppID},
		{dotenvKey, v.Key.Name},
		{"VONAGE_PRIVATE_KEY_PATH", v.Key.Name},
		{"VONAGE_APPLICATION_PRIVATE_KEY_PATH", v.Key.Name},
		{dotenvUserName, v.User.Name},
		{dotenvUserID, v.User.ID},
		{dotenvJWT, v.JWT.Reveal()},
	}
}

// readDotenv returns a .env of the folder; an empty one if there is none.
func (f *Folder) readDotenv(name string) (dotenv, error) {
	content, err := f.Read(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return dotenv{}, &SaveError{Path: f.Path(name), Err: err}
	}
	d, err := parseDotenv(content)
	if err != nil {
		return dotenv{}, &SaveError{Path: f.Path(name), Err: err}
	}
	return d, nil
}

// variable reads a variable of .env; empty if it cannot be read.
func (f *Folder) variable(name string) string {
	content, err := f.Read(dotenvFile)
	if err != nil {
		return ""
	}
	text, err := client.DecodeText(content)
	if err != nil {
		text = content // a comment that is not UTF-8 does not hide the rest
	}
	if value := dotenvOf(string(text)).Value(name); utf8.ValidString(value) {
		return value
	}
	return ""
}

// Token returns the token of the folder's .env, VONAGE_JWT. The zero Secret is none.
func (f *Folder) Token() redact.Secret { return redact.NewSecret(f.variable(dotenvJWT)) }

// dotenvChange is what writing values into .env makes of it.
type dotenvChange struct {
	// unread is why the journal could not be read; then nothing in the file is known to be credwiz's.
	unread error
	file   dotenv
	set    []string // the names that get a value which they did not have
	aside  []string // the names whose old lines are kept as comments
	// unspelled tells that the user's name is left out, because apps would not all read it alike.
	unspelled bool
}

// changeDotenv is what the variables make of .env. It changes nothing.
func (v Values) changeDotenv(folder *Folder, variables []Variable) (dotenvChange, error) {
	d, err := folder.readDotenv(dotenvFile)
	if err != nil {
		return dotenvChange{}, err
	}
	c := dotenvChange{file: d, set: []string{}}
	was := d.Value(dotenvAppID)
	// A name that only the API told is no reason to be without the rest.
	spelling := func(v Variable) bool { return v.Name == dotenvUserName && !readAlike(v.Value) }
	if slices.ContainsFunc(variables, spelling) {
		variables, c.unspelled = slices.DeleteFunc(slices.Clone(variables), spelling), true
		c.file.Unset(dotenvUserName, true)
	}
	if err := spelled(variables...); err != nil {
		return dotenvChange{}, err
	}
	journal, unread := folder.readJournal()
	c.unread = unread
	ours := func(name string) bool {
		return unread == nil && was != "" && journal.knows(was) && journal.put(dotenvFile, name)
	}
	for _, one := range variables {
		old, there := d.Get(one.Name)
		isKey := keyVariable().MatchString(one.Name)
		if there && (old == one.Value || isKey && folder.leadsTo(v.Key, old)) {
			continue
		}
		c.set = append(c.set, one.Name)
		keep := old != "" && (!ours(one.Name) || isKey && heldKey(old) != nil)
		if keep {
			c.aside = append(c.aside, one.Name)
		}
		c.file.Set(one.Name, one.Value, keep)
	}
	for _, name := range d.Names() {
		written := slices.ContainsFunc(variables, func(one Variable) bool { return one.Name == name })
		foreignKey := keyVariable().MatchString(name) && d.Value(name) != "" && !folder.leadsTo(v.Key, d.Value(name))
		foreignSecret := name == dotenvAPISecret && d.Value(dotenvAPIKey) != v.Credentials.APIKey
		if !written && slices.Contains(c.set, dotenvAppID) && foreignKey || foreignSecret && slices.Contains(c.set, dotenvAPIKey) {
			c.aside = append(c.aside, name)
			c.file.Unset(name, true)
		}
	}
	return c, nil
}

// put reports whether it is noted that credwiz put a name into a file.
func (j Journal) put(file, name string) bool {
	return slices.ContainsFunc(j.Applications, func(app NotedApp) bool { return slices.Contains(app.Wrote[file], name) })
}

// leadsTo reports whether a key's variable says what a key is: by the name of its file, or by itself.
func (f *Folder) leadsTo(own Key, value string) bool {
	if path.Clean(value) == own.Name {
		return true
	}
	key := f.keyBehind(value)
	return key != nil && own.Private != nil && key.Fingerprint() == own.Private.Fingerprint()
}

// keyBehind is the key that a variable holds, or the one in the file of the folder that it names; nil if there is none.
func (f *Folder) keyBehind(value string) *jwt.Key {
	if key := heldKey(value); key != nil {
		return key
	}
	if name := path.Clean(value); value != "" && fs.ValidPath(name) {
		if key, err := f.readKey(name); err == nil {
			return key
		}
	}
	return nil
}

// heldKey reads a key that stands in a file of settings: as it is, with \n for its line ends, or in base64. It is nil if
// it is none.
func heldKey(value string) *jwt.Key {
	if key, err := jwt.ParseKey([]byte(strings.ReplaceAll(value, `\n`, "\n"))); err == nil {
		return key
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return nil
	}
	key, err := jwt.ParseKey(text)
	if err != nil {
		return nil
	}
	return key
}

// writeDotenv writes variables into .env, and says what became of those of others.
func (v Values) writeDotenv(folder *Folder, variables []Variable, w work) error {
	var c dotenvChange
	before, now := folder.dotenvUser(), v.User.Name
	err := w.local("write "+dotenvFile, func() (string, error) {
		var err error
		if c, err = v.changeDotenv(folder, variables); err != nil {
			return "", err
		}
		return "other lines stay as they were", folder.Replace(dotenvFile, c.file.Bytes(), secretMode)
	})
	if err != nil {
		return err
	}
	if c.unread != nil {
		w.warn("look at "+dotenvFile, "lines of an earlier run may be kept as comments: "+c.unread.Error())
	}
	if before != "" && before != now {
		w.warn("look at "+dotenvFile, fmt.Sprintf("it was for %s, and is for %s now", before, now))
	}
	if len(c.aside) > 0 {
		w.warn("look at "+dotenvFile, redact.Printable(fmt.Sprintf("what it had as %s is in comments now", strings.Join(c.aside, ", "))))
	}
	if c.unspelled {
		w.warn("look at "+dotenvFile, dotenvUserName+" is left out: apps do not all read quotes, dollars and backslashes alike")
	}
	return nil
}

// changesDotenv are the names of the variables that writeDotenv is going to set or change. They are noted first: what is
// written and not noted would stay when all else is cleared away.
func (v Values) changesDotenv(folder *Folder, variables []Variable) ([]string, error) {
	c, err := v.changeDotenv(folder, variables)
	if err != nil {
		return []string{}, nil //nolint:nilerr // Writing the file reports it.
	}
	return c.set, c.unread
}

// changedIn are the names of the values that are not there as they are to be. There is a list even if it has none.
func changedIn(old map[string]string, values []Variable) []string {
	names := []string{}
	for _, v := range values {
		if was, ok := old[v.Name]; !ok || was != v.Value {
			names = append(names, v.Name)
		}
	}
	return names
}

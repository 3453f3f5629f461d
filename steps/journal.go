package steps

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"time"

	"credwiz/client"
)

// journalFile says what was made from this folder, so that a later run can go on, renew a token, or clean up. There is
// no secret in it.
const journalFile = ".credwiz.json"

const journalVersion = 1

// maxJournal bounds what is read of a journal, and so what is written: ten thousand users take some 4 MB.
const maxJournal = 64 << 20

const journalPurpose = "what was made here, for the next run"

// Journal is the content of the journal.
type Journal struct {
	Version      int        `json:"version"`
	Applications []NotedApp `json:"applications"` // the last one is the current one
}

// NotedApp is an application in the journal. Without an ID its creation was begun and no answer was noted: it must
// be looked for by its key.
type NotedApp struct {
	ID       string    `json:"id,omitempty"`
	Name     string    `json:"name"`
	Created  bool      `json:"created"` // by credwiz, from this folder
	APIHost  string    `json:"api_host"`
	Practice bool      `json:"practice,omitempty"` // in the sandbox, which forgets it when it ends
	APIKey   string    `json:"api_key"`
	KeyFile  string    `json:"private_key_path"`
	KeyMade  bool      `json:"private_key_created,omitempty"` // by credwiz
	KeySHA   string    `json:"public_key_sha256"`             // of the public half's SubjectPublicKeyInfo in DER
	Noted    time.Time `json:"noted_at"`
	Deleted  bool      `json:"deleted,omitempty"` // by credwiz clean, which has not come to its files yet
	Files    []string  `json:"files,omitempty"`   // of other tools, into which it was written
	// Wrote are the names of what credwiz put into files that others write too, .env among them. What was there before
	// with the same value is not among them.
	Wrote map[string][]string `json:"wrote,omitempty"`
	Users []NotedUser         `json:"users,omitzero"`
}

// NotedUser is a user in the journal. Without an ID its creation was begun and no answer was noted.
type NotedUser struct {
	ID          string     `json:"id,omitempty"`
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name,omitempty"`
	Created     bool       `json:"created"`
	TokenID     string     `json:"token_id,omitempty"`
	IssuedAt    *time.Time `json:"token_issued_at,omitempty"`
	ExpiresAt   *time.Time `json:"token_expires_at,omitempty"`
}

// JournalError is a journal that cannot be understood. It is left alone: what it says may be all that is known of
// what exists.
type JournalError struct {
	Path string
	Err  error
}

// Error names the path and the reason.
func (e *JournalError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *JournalError) Unwrap() error { return e.Err }

// readJournal returns the zero Journal if there is no journal.
func (f *Folder) readJournal() (Journal, error) {
	text, err := f.readUpTo(journalFile, maxJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return Journal{}, nil
	}
	if err != nil {
		return Journal{}, &JournalError{Path: f.Path(journalFile), Err: err}
	}
	journal, err := parseJournal(text)
	if err != nil {
		return Journal{}, &JournalError{Path: f.Path(journalFile), Err: err}
	}
	return journal, nil
}

func parseJournal(text []byte) (Journal, error) {
	var journal Journal
	if err := json.Unmarshal(text, &journal); err != nil {
		return Journal{}, fmt.Errorf("not a journal of credwiz: %w", err)
	}
	if journal.Version != journalVersion {
		return Journal{}, fmt.Errorf("it has version %d, and this credwiz knows version %d", journal.Version, journalVersion)
	}
	return journal, nil
}

func (f *Folder) writeJournal(journal Journal) error {
	journal.Version = journalVersion
	return f.replace(journalFile, journal, secretMode, true)
}

// errJournalFull is a journal that nobody could read any more. The one that was there stays.
var errJournalFull = fmt.Errorf("it would be over %d MB, and never be read again: use another folder", maxJournal>>20)

// bounded is a writer that takes no more than a journal may have.
type bounded struct {
	to   io.Writer
	left int
}

func (b *bounded) Write(text []byte) (int, error) {
	if len(text) > b.left {
		return 0, errJournalFull
	}
	b.left -= len(text)
	return b.to.Write(text)
}

// WriteTo writes the journal as indented JSON.
func (j Journal) WriteTo(w io.Writer) (int64, error) {
	var lists [][]NotedUser
	j.Applications = slices.Clone(j.Applications)
	for i, app := range j.Applications {
		if len(app.Users) > 0 {
			lists = append(lists, app.Users)
			j.Applications[i].Users = []NotedUser{}
		} else {
			j.Applications[i].Users = nil
		}
	}
	whole := bufio.NewWriter(&bounded{w, maxJournal})
	n, err := writeJSON(whole, j, lists...)
	if err == nil {
		err = whole.Flush()
	}
	return n, err
}

// find returns the application of a key in one account, if it was noted.
func (j Journal) find(fingerprint string, place Place, apiKey string) (NotedApp, bool) {
	for _, app := range j.Applications {
		if app.KeySHA == fingerprint && app.APIKey == apiKey && app.isAt(place) {
			return app, true
		}
	}
	return NotedApp{}, false
}

// notedKeyFile is the file of an application's key that is noted and there; else the usual one.
func (f *Folder) notedKeyFile(id string) string {
	journal, err := f.readJournal()
	if err != nil {
		return defaultKeyFile
	}
	for _, app := range journal.Applications {
		if app.ID == id && app.KeyFile != "" && f.has(app.KeyFile) {
			return app.KeyFile
		}
	}
	return defaultKeyFile
}

// findID returns an application of one account by its id, whatever its key was.
func (j Journal) findID(id string, place Place, apiKey string) (NotedApp, bool) {
	for _, app := range j.Applications {
		if app.ID == id && app.APIKey == apiKey && app.isAt(place) {
			return app, true
		}
	}
	return NotedApp{}, false
}

// isAt compares places. The sandbox has another port each time.
func (n NotedApp) isAt(place Place) bool {
	if n.Practice || place.Practice {
		return n.Practice == place.Practice
	}
	return n.APIHost == place.API.Host().String()
}

// with returns the journal with app in the place of what it said of the same application, as the current one.
func (j Journal) with(app NotedApp) Journal {
	j.Applications = append(slices.DeleteFunc(slices.Clone(j.Applications), app.isSame), app)
	return j
}

func (n NotedApp) isSame(m NotedApp) bool {
	sameAccount := n.APIKey == m.APIKey && n.Practice == m.Practice && (n.Practice || n.APIHost == m.APIHost)
	return sameAccount && (n.KeySHA == m.KeySHA || n.ID != "" && n.ID == m.ID)
}

// withUser returns the application with user in the place of the one that has the same name, or had another one.
func (n NotedApp) withUser(user NotedUser) NotedApp {
	n.Users = slices.DeleteFunc(slices.Clone(n.Users), func(u NotedUser) bool { return u.Name == user.Name || user.ID != "" && u.ID == user.ID })
	n.Users = append(n.Users, user)
	return n
}

func (n NotedApp) user(name string) (NotedUser, bool) {
	for _, u := range n.Users {
		if u.Name == name {
			return u, true
		}
	}
	return NotedUser{}, false
}

// noted returns what the journal says of the session's application, and whether it says anything.
func (s Session) noted() (app NotedApp, known bool, err error) {
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return NotedApp{}, false, err
	}
	app, known = journal.find(s.Key.Private.Fingerprint(), s.Place, s.Credentials.APIKey)
	return app, known, nil
}

// edit changes what the journal says of the session's application. It reads the journal first and writes it back:
// what others wrote meanwhile is kept, because the folder is locked while a step runs.
func (s Session) edit(env Env, change func(NotedApp) NotedApp) error {
	id := ""
	if s.Application.Exists {
		id = s.Application.Value.ID
	}
	return s.editAs(env, id, change)
}

// editAs is edit for an application of which the session may know no more than the id; empty if not even that.
func (s Session) editAs(env Env, id string, change func(NotedApp) NotedApp) error {
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return err
	}
	fingerprint := s.Key.Private.Fingerprint()
	app, known := journal.find(fingerprint, s.Place, s.Credentials.APIKey)
	if !known {
		app = NotedApp{
			APIHost: s.Place.API.Host().String(), Practice: s.Place.Practice, APIKey: s.Credentials.APIKey, KeySHA: fingerprint,
		}
	}
	if earlier, ok := journal.findID(id, s.Place, s.Credentials.APIKey); ok && id != "" && earlier.KeySHA != fingerprint {
		// It had another key when it was noted; its users and what was written of it are the same.
		app.Created, app.Users, app.Files, app.Wrote = earlier.Created, earlier.Users, earlier.Files, earlier.Wrote
	}
	if s.Application.Exists {
		// With each note again: an earlier one may have failed.
		app.ID, app.Name = s.Application.Value.ID, s.Application.Value.Name
		app.Created, app.Deleted = app.Created || s.Application.Created, false
	}
	app = change(app)
	app.KeyMade = app.KeyMade || s.Key.Made
	app.KeyFile, app.Noted = s.Key.Name, env.Now().UTC().Truncate(time.Second)
	return s.Place.Folder.writeJournal(journal.with(app))
}

// intend notes that an application is about to be created with the session's key.
func (s Session) intend(env Env, name string) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		// In the sandbox, an application of an earlier run is gone.
		app.ID, app.Name, app.Created, app.Users, app.Deleted = "", name, true, nil, false
		return app
	})
}

// noteRenewal notes that an application that exists is about to be given the session's key.
func (s Session) noteRenewal(env Env, app client.Application) error {
	return s.editAs(env, app.ID, func(noted NotedApp) NotedApp {
		noted.ID, noted.Name = app.ID, app.Name
		return noted
	})
}

// note notes the session's application.
func (s Session) note(env Env) error {
	return s.edit(env, func(app NotedApp) NotedApp { return app })
}

// noteReplaced notes that an application has another key by now. Its note stays, beside that of the application that
// the key in the folder gets now.
func (s Session) noteReplaced(app client.Application) error {
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return err
	}
	fingerprint, err := client.PublicFingerprint(app.PublicKey)
	if err != nil {
		fingerprint = "" // it has no key, or none of this kind
	}
	for i, noted := range journal.Applications {
		if noted.ID == app.ID {
			journal.Applications[i].KeySHA, journal.Applications[i].KeyFile = fingerprint, ""
		}
	}
	return s.Place.Folder.writeJournal(journal)
}

// noteFile notes that the session's application is about to be written into a file of another tool.
func (s Session) noteFile(env Env, name string, entries ...string) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		if !slices.Contains(app.Files, name) {
			app.Files = append(slices.Clone(app.Files), name)
		}
		return app.wrote(name, entries)
	})
}

// wrote adds names to those that were put into a file.
func (n NotedApp) wrote(file string, entries []string) NotedApp {
	n.Wrote = maps.Clone(n.Wrote)
	if n.Wrote == nil {
		n.Wrote = map[string][]string{}
	}
	all := slices.Concat(n.Wrote[file], entries)
	slices.Sort(all)
	n.Wrote[file] = slices.Compact(all)
	return n
}

// intendUser notes that a user is about to be created. What was noted of one of that name that is gone goes with it.
func (s Session) intendUser(env Env, n client.NewUser) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		return app.withUser(NotedUser{Name: n.Name, DisplayName: n.DisplayName, Created: true})
	})
}

// intendUsers notes that users are about to be created, in one go.
func (s Session) intendUsers(env Env, tasks []rosterTask) error {
	users := make([]NotedUser, len(tasks))
	for i, t := range tasks {
		users[i] = NotedUser{Name: t.user.Name, DisplayName: t.user.DisplayName, Created: true}
	}
	return s.edit(env, func(app NotedApp) NotedApp { return app.withUsers(users) })
}

// noteUsers notes users that exist, and their tokens.
func (s Session) noteUsers(env Env, members []Member) error {
	if len(members) == 0 {
		return nil
	}
	return s.edit(env, func(app NotedApp) NotedApp {
		before := make(map[string]int, len(app.Users))
		for i, u := range app.Users {
			before[u.Name] = i
		}
		users := make([]NotedUser, len(members))
		for i, m := range members {
			var noted NotedUser
			if at, ok := before[m.User.Value.Name]; ok {
				noted = app.Users[at]
			}
			users[i] = noted.with(m)
		}
		return app.withUsers(users)
	})
}

// forgetUsers takes back what intendUsers noted of those who are certain not to exist.
func (s Session) forgetUsers(env Env, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	return s.edit(env, func(app NotedApp) NotedApp {
		app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u NotedUser) bool { return u.ID == "" && gone[u.Name] })
		return app
	})
}

// withUsers is withUser for many.
func (n NotedApp) withUsers(users []NotedUser) NotedApp {
	names, ids := make(map[string]bool, len(users)), make(map[string]bool, len(users))
	for _, u := range users {
		names[u.Name] = true
		if u.ID != "" {
			ids[u.ID] = true
		}
	}
	n.Users = slices.DeleteFunc(slices.Clone(n.Users), func(u NotedUser) bool { return names[u.Name] || ids[u.ID] })
	n.Users = append(n.Users, users...)
	return n
}

// with is the note with what is known of the user now.
func (n NotedUser) with(m Member) NotedUser {
	if n.ID != "" && n.ID != m.User.Value.ID {
		n = NotedUser{} // another one that had this name
	}
	// Who was only about to be created may be somebody else's.
	n.Created = n.ID != "" && n.Created || m.User.Created
	n.ID, n.Name, n.DisplayName = m.User.Value.ID, m.User.Value.Name, m.User.Value.DisplayName
	if !m.Token.JWT.IsZero() {
		issued, expires := m.Token.IssuedAt.UTC(), m.Token.ExpiresAt.UTC()
		n.TokenID, n.IssuedAt, n.ExpiresAt = m.Token.ID, &issued, &expires
	}
	return n
}

// forgetUser takes back what intendUser noted, when it is certain that nothing was created.
func (s Session) forgetUser(env Env, name string) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u NotedUser) bool { return u.Name == name && u.ID == "" })
		return app
	})
}

// noteUser notes the session's user and token.
func (s Session) noteUser(env Env) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		user, _ := app.user(s.User.Value.Name)
		if s.inDotenv != nil {
			app = app.wrote(dotenvFile, s.inDotenv)
		}
		return app.withUser(user.with(s.Member))
	})
}

// noteEntries notes what was put into a file for an application.
func (f *Folder) noteEntries(id, file string, entries []string) error {
	journal, err := f.readJournal()
	if err != nil {
		return err
	}
	for i, app := range journal.Applications {
		if app.ID == id {
			journal.Applications[i] = app.wrote(file, entries)
		}
	}
	return f.writeJournal(journal)
}

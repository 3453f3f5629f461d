package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"credwiz/client/redact"
)

// journalFile says what was made from this folder, so that a later run can go on, renew a token, or clean up. There is
// no secret in it.
const journalFile = ".credwiz.json"

const journalVersion = 1

// maxJournal bounds what is read of a journal, and so what is written: ten thousand users take some 4 MB, and reading takes
// several times as much memory.
const maxJournal = 16 << 20

const journalPurpose = "what was made here, for the next run"

// Journal is the content of the journal.
type Journal struct {
	Version      int        `json:"version"`
	Applications []NotedApp `json:"applications"` // the last one is the current one
}

// NotedApp is an application in the journal. Without an ID its creation was begun and no answer was noted: it must
// be looked for by its key.
type NotedApp struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name"`
	Asked    string `json:"asked_name,omitempty"` // the name that was asked for, if the API tells another one
	Created  bool   `json:"created"`              // by credwiz, from this folder
	Refused  bool   `json:"refused,omitempty"`    // its creation: what has its key now was made by somebody else
	APIHost  string `json:"api_host"`
	Practice bool   `json:"practice,omitempty"` // in the sandbox, which forgets it when it ends
	APIKey   string `json:"api_key"`
	KeyFile  string `json:"private_key_path"`
	KeyMade  bool   `json:"private_key_created,omitempty"` // by credwiz
	KeySHA   string `json:"public_key_sha256"`             // of the public half's SubjectPublicKeyInfo in DER
	// OtherKeys are those that were made here for it, and are not its own any more, or never were.
	OtherKeys []NotedKey `json:"other_keys,omitempty"`
	Noted     time.Time  `json:"noted_at"`
	Deleted   bool       `json:"deleted,omitempty"` // by credwiz clean, which has not come to its files yet
	Files     []string   `json:"files,omitempty"`   // of other tools, into which it was written
	// Wrote are the names of what credwiz put into files that others write too, .env among them. What was there before
	// with the same value is not among them.
	Wrote map[string][]string `json:"wrote,omitempty"`
	Users []NotedUser         `json:"users,omitempty"`
}

// NotedKey is the file of a private key, and what its public half is known by.
type NotedKey struct {
	File string `json:"private_key_path"`
	SHA  string `json:"public_key_sha256"`
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
	Refused     string     `json:"token_refused,omitempty"` // how the platform refused the token
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
	text, err := f.readText(journalFile)
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
	// Whoever wrote it: names of files go into .gitignore and into commands that are proposed.
	for _, name := range journal.keyFiles() {
		if checkKeyFile(name) != nil {
			return Journal{}, fmt.Errorf("private_key_path %q cannot be the name of a key beside it", name)
		}
	}
	return journal, nil
}

// errJournalFull is a journal that could not be read again. The one that was there stays.
var errJournalFull = fmt.Errorf("it would be over %d MB, and never be read again: use another folder", maxJournal>>20)

func (f *Folder) writeJournal(journal Journal) error {
	journal.Version = journalVersion
	text, err := json.MarshalIndent(journal, "", "  ")
	if err == nil && len(text) >= maxJournal {
		err = errJournalFull
	}
	if err != nil {
		return &SaveError{Path: f.Path(journalFile), Err: err}
	}
	return f.Replace(journalFile, append(text, '\n'), secretMode)
}

// find returns the application of a key in one account, if it was noted; of several, the one that was noted last.
func (j Journal) find(fingerprint string, at Account) (NotedApp, bool) {
	for _, app := range slices.Backward(j.Applications) {
		if app.KeySHA == fingerprint && app.isIn(at) {
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
func (j Journal) findID(id string, at Account) (NotedApp, bool) {
	for _, app := range j.Applications {
		if app.ID == id && id != "" && app.isIn(at) {
			return app, true
		}
	}
	return NotedApp{}, false
}

// Account is an account at an API. The practice sandbox has another port each time.
type Account struct {
	Host     string // the API's base URL
	Practice bool
	APIKey   string
}

// account is where the application is.
func (n NotedApp) account() Account { return Account{n.APIHost, n.Practice, n.APIKey} }

func (n NotedApp) isIn(at Account) bool {
	return n.APIKey == at.APIKey && n.Practice == at.Practice && (n.Practice || n.APIHost == at.Host)
}

// with returns the journal with app in the place of what it said of the same application, as the current one.
func (j Journal) with(app NotedApp) Journal {
	j.Applications = append(slices.DeleteFunc(slices.Clone(j.Applications), app.isSame), app)
	return j
}

// isSame compares applications by their ids, and one of which no id is known by its key: several may have the same key.
func (n NotedApp) isSame(m NotedApp) bool {
	sameAccount := n.isIn(m.account())
	if n.ID != "" && m.ID != "" {
		return sameAccount && n.ID == m.ID
	}
	return sameAccount && n.KeySHA == m.KeySHA
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

// noted returns what the journal says of the application, and whether it says anything.
func (e Entry) noted() (app NotedApp, known bool, err error) {
	journal, err := e.Folder.readJournal()
	if err != nil {
		return NotedApp{}, false, err
	}
	if app, known = journal.findID(e.App.ID, e.At); known {
		return app, known, nil
	}
	app, known = journal.find(e.Key.Private.Fingerprint(), e.At)
	return app, known, nil
}

// Advice says what to do.
func (e *JournalError) Advice() Advice {
	var owner *OwnerError
	if errors.As(e.Err, &owner) {
		return owner.Advice()
	}
	return Advice{
		What: "The notes of earlier runs cannot be used: " + redact.Printable(e.Error()) + ".",
		Do:   "Rename that file, or choose another folder with --dir.",
		Kind: Other, Retry: true,
	}
}

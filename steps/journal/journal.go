// Package journal keeps .credwiz.json: what was made from a folder, and what was about to be made. There is no secret in it.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/workdir"
)

const journalVersion = 1

// Purpose describes the journal in a receipt.
const Purpose = "lets the next run continue"

// PracticeOnly says, after its subject, where the application of a demo is and when it works.
const PracticeOnly = " is from the practice sandbox of a demo, and works only while credwiz serve runs in its folder"

// Journal is the content of the journal.
type Journal struct {
	Version      int           `json:"version"`
	FolderMade   bool          `json:"folder_created,omitempty"` // by credwiz
	Applications []Application `json:"applications"`             // the last one is the current one
}

// Application is an application in the journal. Without an ID it is pending: no answer to its creation came, and it
// must be looked for by its key.
type Application struct {
	ID string `json:"id,omitempty"`
	// Earlier are the IDs that its key had before: applications that are gone, but may be named in files.
	Earlier []string `json:"earlier_ids,omitempty"`
	Name    string   `json:"name"`
	Asked   string   `json:"asked_name,omitempty"` // the name that was asked for, if the API tells another one
	Created bool     `json:"created"`              // by credwiz, from this folder
	Refused bool     `json:"refused,omitempty"`    // the API refused to create it: one with its key is not ours
	APIHost string   `json:"api_host"`
	Sandbox bool     `json:"practice,omitempty"` // in the sandbox, which forgets it when it ends
	APIKey  string   `json:"api_key"`
	KeyFile string   `json:"private_key_path"`
	KeyMade bool     `json:"private_key_created,omitempty"` // by credwiz
	KeySHA  string   `json:"public_key_sha256"`             // of the public half's SubjectPublicKeyInfo in DER
	// OtherKeys were made here for it and are not its key.
	OtherKeys []Key     `json:"other_keys,omitempty"`
	Noted     time.Time `json:"noted_at"`
	Deleted   bool      `json:"deleted,omitempty"` // by credwiz clean, which has not come to its files yet
	Files     []string  `json:"files,omitempty"`   // of other tools, into which it was written
	// Wrote lists the names that credwiz set in shared files, without those that had the same value before.
	Wrote map[string][]string `json:"wrote,omitempty"`
	Users []User              `json:"users,omitempty"`
}

// Key is a private key file and the fingerprint of its public half.
type Key struct {
	File string `json:"private_key_path"`
	SHA  string `json:"public_key_sha256"`
}

// Error is a journal that cannot be read. It is left alone: it may be the only record of what exists.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// Read reads a folder's journal; the zero Journal if there is none.
func Read(f *workdir.Dir) (Journal, error) {
	text, err := f.ReadText(workdir.JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Journal{}, nil
	}
	var journal Journal
	if err == nil {
		journal, err = Parse(text)
	}
	if err != nil {
		return Journal{}, &Error{Path: f.Path(workdir.JournalFile), Err: err}
	}
	return journal, nil
}

// Parse reads the text of a journal.
func Parse(text []byte) (Journal, error) {
	var journal Journal
	if err := json.Unmarshal(text, &journal); err != nil {
		return Journal{}, fmt.Errorf("not a credwiz journal: %w", err)
	}
	if journal.Version != journalVersion {
		return Journal{}, fmt.Errorf("it has version %d, but this credwiz only reads version %d", journal.Version, journalVersion)
	}
	// Names go into .gitignore and into proposed commands.
	for _, name := range journal.KeyFiles() {
		if workdir.CheckKeyFile(name) != nil {
			return Journal{}, fmt.Errorf("private_key_path %q isn't a valid key file name", name)
		}
	}
	return journal, nil
}

var errJournalFull = fmt.Errorf("it would exceed %d MB: use another folder", workdir.MaxJournal>>20)

// Write replaces the journal of a folder.
func Write(f *workdir.Dir, journal Journal) error {
	journal.Version, journal.FolderMade = journalVersion, journal.FolderMade || f.Made()
	text, err := json.MarshalIndent(journal, "", "  ")
	if err == nil && len(text) >= workdir.MaxJournal {
		err = errJournalFull
	}
	if err != nil {
		return &workdir.SaveError{Path: f.Path(workdir.JournalFile), Err: err}
	}
	return f.Replace(workdir.JournalFile, append(text, '\n'), workdir.SecretMode)
}

// Find returns the last recorded application of a key in an account.
func (j Journal) Find(fingerprint string, at Account) (Application, bool) {
	for _, app := range slices.Backward(j.Applications) {
		if app.KeySHA == fingerprint && app.isIn(at) {
			return app, true
		}
	}
	return Application{}, false
}

// KeyFile returns the recorded and existing key file of an application, or else the usual name.
func KeyFile(f *workdir.Dir, id string) string {
	journal, err := Read(f)
	if err != nil {
		return workdir.DefaultKeyFile
	}
	for _, app := range journal.Applications {
		if app.ID == id && app.KeyFile != "" && f.Has(app.KeyFile) {
			return app.KeyFile
		}
	}
	return workdir.DefaultKeyFile
}

func (j Journal) findID(id string, at Account) (Application, bool) {
	for _, app := range j.Applications {
		if app.ID == id && id != "" && app.isIn(at) {
			return app, true
		}
	}
	return Application{}, false
}

// Account is an account at an API. The sandbox has a different port each time.
type Account struct {
	Host    string // the API's base URL
	Sandbox bool
	APIKey  string
}

// Account returns the account that the application is in.
func (n Application) Account() Account { return Account{n.APIHost, n.Sandbox, n.APIKey} }

func (n Application) isIn(at Account) bool {
	return n.APIKey == at.APIKey && n.Sandbox == at.Sandbox && (n.Sandbox || n.APIHost == at.Host)
}

func (j Journal) with(app Application) Journal {
	earlier := slices.Clone(app.Earlier)
	for _, old := range j.Applications {
		if app.IsSame(old) {
			earlier = append(earlier, old.IDs()...)
		}
	}
	slices.Sort(earlier)
	app.Earlier = slices.DeleteFunc(slices.Compact(earlier), func(id string) bool { return id == app.ID })
	j.Applications = append(slices.DeleteFunc(slices.Clone(j.Applications), app.IsSame), app)
	return j
}

// IsSame compares applications by id, or by key if one has no id: several may share a key.
func (n Application) IsSame(m Application) bool {
	sameAccount := n.isIn(m.Account())
	if n.ID != "" && m.ID != "" {
		return sameAccount && n.ID == m.ID
	}
	return sameAccount && n.KeySHA == m.KeySHA
}

// IDs returns the application's ID and its earlier ones.
func (n Application) IDs() []string {
	return slices.DeleteFunc(append([]string{n.ID}, n.Earlier...), func(id string) bool { return id == "" })
}

// Find returns the record of the application.
func (e Entry) Find() (app Application, known bool, err error) {
	journal, err := Read(e.Folder)
	if err != nil {
		return Application{}, false, err
	}
	if app, known = journal.findID(e.App.ID, e.At); !known {
		app, known = journal.Find(e.Key.Private.Fingerprint(), e.At)
	}
	return app, known, nil
}

// Advice says what to do.
func (e *Error) Advice() advice.Advice {
	if owner, ok := errors.AsType[*workdir.OwnerError](e.Err); ok {
		return owner.Advice()
	}
	return advice.Advice{
		What: "The journal of earlier runs can't be used: " + redact.Printable(e.Error()) + ".",
		Do:   "Rename the file, or choose another folder with --dir.",
		Kind: advice.Other, Retry: true,
	}
}

// HasEntry reports whether credwiz wrote a name into a file.
func (j Journal) HasEntry(file, name string) bool {
	return slices.ContainsFunc(j.Applications, func(app Application) bool { return slices.Contains(app.Wrote[file], name) })
}

// KeyFiles lists the recorded key files.
func (j Journal) KeyFiles() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, app := range j.Applications {
		add(app.KeyFile)
		for _, key := range app.OtherKeys {
			add(key.File)
		}
	}
	return names
}

// Signed reports whether a user has a token, which is the end of a run.
func (n Application) Signed() bool {
	return slices.ContainsFunc(n.Users, func(u User) bool { return u.TokenID != "" })
}

// UsersFolders lists the folders of users' files, without the slash. Older versions recorded only the default one,
// without a slash.
func (j Journal) UsersFolders() []string {
	var folders []string
	for _, app := range j.Applications {
		for _, name := range app.Files {
			folder, ok := strings.CutSuffix(name, "/")
			if (ok || name == workdir.UsersFolder) && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// Host returns the API of the current application; empty in the sandbox.
func (j Journal) Host() string {
	if n := len(j.Applications); n > 0 && !j.Applications[n-1].Sandbox {
		return j.Applications[n-1].APIHost
	}
	return ""
}

// Knows reports whether an application is recorded by its id.
func (j Journal) Knows(id string) bool {
	return slices.ContainsFunc(j.Applications, func(app Application) bool { return app.ID == id })
}

// Knew is Knows for earlier ids, too.
func (j Journal) Knew(id string) bool {
	return slices.ContainsFunc(j.Applications, func(app Application) bool { return slices.Contains(app.IDs(), id) })
}

// HasFile reports whether a file is recorded as written for an application.
func (j Journal) HasFile(name string) bool {
	return slices.ContainsFunc(j.Applications, func(app Application) bool { return slices.Contains(app.Files, name) })
}

// HasKey reports whether a file is recorded as an application's key.
func (j Journal) HasKey(name string) bool {
	return slices.ContainsFunc(j.Applications, func(app Application) bool { return app.KeyFile == name })
}

// LastUsersFolder returns the last folder of --out; empty if there is none.
func (n Application) LastUsersFolder() string {
	for _, name := range slices.Backward(n.Files) {
		if out, ok := strings.CutSuffix(name, "/"); ok && out != workdir.UsersFolder {
			return out
		}
	}
	return ""
}

// ApplicationsIn returns the folder's recorded applications that were not deleted, the current one first; none if the
// journal cannot be read.
func ApplicationsIn(dir string) []Application {
	folder, err := workdir.OpenExisting(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	journal, err := Read(folder)
	if err != nil {
		return nil
	}
	apps := slices.DeleteFunc(journal.Applications, func(app Application) bool { return app.Deleted })
	slices.Reverse(apps)
	return apps
}

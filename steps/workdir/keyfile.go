package workdir

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// FreeName returns private-2.key if private.key is taken.
func (d *Dir) FreeName(name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	free := name
	for n := 2; d.Has(free); n++ {
		free = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	return free
}

// CheckKeyFile refuses a name that no key file can have.
func CheckKeyFile(name string) error {
	switch {
	case !filepath.IsLocal(name):
		return errors.New("keys must be in this run's folder: copy the file there, or choose its folder with --dir")
	case filepath.Base(name) != name:
		return errors.New("use a file name only, and choose the folder with --dir")
	case name == DotenvFile || name == JournalFile || name == GitignoreFile || name == TokenFile:
		return errors.New("credwiz uses this name for another file")
	case redact.Printable(name) != name:
		return errors.New("the name contains characters that can't be displayed")
	}
	return nil
}

// ReadKey reads a private key to look at it. UseKey reads one to sign with.
func (d *Dir) ReadKey(name string) (*jwt.Key, error) {
	file, err := d.OpenRegular(name)
	if err != nil {
		return nil, &KeyError{Path: d.Path(name), Err: d.WithOwner(name, err)}
	}
	defer func() { _ = file.Close() }()
	return d.parseKey(file, name)
}

func (d *Dir) parseKey(file *os.File, name string) (*jwt.Key, error) {
	content, err := readAll(file, MaxText)
	if err != nil {
		return nil, &KeyError{Path: d.Path(name), Err: Cause(err)}
	}
	key, err := jwt.ParseKey(content)
	if err != nil {
		return nil, &KeyError{Path: d.Path(name), Err: err}
	}
	return key, nil
}

// KeyError is a private key file that cannot be used.
type KeyError struct {
	Path string
	Err  error
}

func (e *KeyError) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *KeyError) Unwrap() error { return e.Err }

// SaveKey writes a key into a new file.
func (d *Dir) SaveKey(key Key) error {
	text, err := key.Private.PEM()
	if err != nil {
		return err
	}
	return d.Create(key.Name, []byte(text.Reveal()))
}

// EnsureKey checks that the file still holds the key that this run signs with. A deleted file is saved again; a
// different key is a *KeyChangedError, and a file that cannot be read a *KeyError.
func (d *Dir) EnsureKey(key Key, w task.Runner) error {
	found, err := d.ReadKey(key.Name)
	var system syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.Local("save the private key again", func() (string, error) { return "its file is gone", d.SaveKey(key) })
	case errors.As(err, &system):
		return err // it could not be looked at, so nothing is known of what is in it
	case err != nil:
		return &KeyChangedError{Path: key.Path, Err: err}
	case found.Fingerprint() != key.Private.Fingerprint():
		return &KeyChangedError{Path: key.Path}
	}
	return nil
}

// KeyChangedError is a key file that no longer holds the key of this run.
type KeyChangedError struct {
	Path string
	Err  error // why what is there is no key; nil if it is another key
}

func (e *KeyChangedError) Error() string {
	if e.Err == nil {
		return e.Path + ": it contains a different key"
	}
	return "no longer the key: " + e.Err.Error()
}

func (e *KeyChangedError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *KeyChangedError) Advice() advice.Advice {
	return advice.Advice{
		What: redact.Printable(e.Path) + " has changed and no longer contains this application's key.",
		Do:   "Move it away and try again. credwiz still has the right key and saves it again.",
		Kind: advice.Other, Retry: true,
	}
}

// ParseEmbeddedKey reads a key from a settings file: unchanged, with
//
//	for line ends, or in base64. It returns nil if the value is not a key.
func ParseEmbeddedKey(value string) *jwt.Key {
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

// DefaultKeyFile is the name that the tutorial and Vonage's own tools use.
const DefaultKeyFile = "private.key"

// KeyPurpose describes a key file in a receipt.
const KeyPurpose = "signs your tokens; keep it private"

// Key is the private key of the application.
type Key struct {
	Private *jwt.Key // nil until it is saved or read
	Name    string   // in the folder
	Path    string   // as the user can reach it
	Known   bool     // the API may have seen the public half: an application may have it
	Made    bool     // this run created the key
	For     string   // the id of the existing application that gets the key; empty for a new one
}

// Like ssh, credwiz refuses a private key that others can read or change until its mode is repaired or the user
// insists. Systems without mode bits refuse nothing.

// Answers about a private key that others can read.
const (
	OpenKeyRepair = "repair"
	OpenKeyUse    = "use"
)

// CheckOpenKey refuses any other answer.
func CheckOpenKey(value string) error {
	if value != OpenKeyRepair && value != OpenKeyUse {
		return fmt.Errorf("choose %s (make the key private) or %s (use it as is)", OpenKeyRepair, OpenKeyUse)
	}
	return nil
}

// OpenKeyError is a private key that others can use or own.
type OpenKeyError struct {
	Path         string
	Mode         fs.FileMode
	OtherOwner   bool // it belongs to another user, so that its mode cannot be changed
	ChmodIgnored bool // the file system keeps no permissions
}

func (e *OpenKeyError) Error() string {
	if e.OtherOwner {
		return e.Path + ": belongs to another user"
	}
	return fmt.Sprintf("%s: others can use it (mode %04o)", e.Path, e.Mode.Perm())
}

// Repairable reports whether chmod may help.
func (e *OpenKeyError) Repairable() bool { return !e.OtherOwner && !e.ChmodIgnored }

// UseKey reads a private key to sign with. One that is open to others needs an answer first.
func (d *Dir) UseKey(name string, a answer.Answers, w task.Runner) (*jwt.Key, error) {
	file, err := d.OpenRegular(name)
	if err != nil {
		return nil, &KeyError{Path: d.Path(name), Err: d.WithOwner(name, err)}
	}
	defer func() { _ = file.Close() }()
	var key *jwt.Key
	err = w.Local("read the private key", func() (string, error) {
		key, err = d.parseKey(file, name)
		return d.Path(name), err
	})
	if err != nil {
		return nil, err
	}
	warnOfForm(key, d.Path(name), w)
	return key, d.closeToOthers(file, name, a, w)
}

// closeToOthers works on the open file, so that a link put in its place is not followed.
func (d *Dir) closeToOthers(file *os.File, name string, a answer.Answers, w task.Runner) error {
	info, err := file.Stat()
	if err != nil {
		return &KeyError{Path: d.Path(name), Err: Cause(err)}
	}
	open := &OpenKeyError{Path: d.Path(name), Mode: info.Mode(), OtherOwner: !IsOurs(info)}
	switch {
	case OthersPerm(info) == 0 && !open.OtherOwner:
		return nil
	case a[answer.OpenKey] == OpenKeyUse:
		w.Warn("check the key's permissions", "used as is: "+open.Error())
		return nil
	case a[answer.OpenKey] != OpenKeyRepair || open.OtherOwner:
		return open
	}
	return w.Local("restrict the private key", func() (string, error) {
		// Chmod is not asked whether it worked: some file systems accept it and do nothing.
		err := file.Chmod(SecretMode)
		if info, statErr := file.Stat(); statErr != nil || OthersPerm(info) != 0 {
			open.ChmodIgnored = true
			return "", open
		}
		if err != nil {
			return "", &KeyError{Path: open.Path, Err: Cause(err)}
		}
		return fmt.Sprintf("mode %04o, was %04o", SecretMode, open.Mode.Perm()), nil
	})
}

func access(mode fs.FileMode) string {
	const read, write = 0o044, 0o022
	switch {
	case mode&write == 0:
		return "read"
	case mode&read == 0:
		return "change"
	}
	return "read and change"
}

// Advice says what to do.
func (e *OpenKeyError) Advice() advice.Advice {
	path := redact.Printable(e.Path)
	a := advice.Advice{
		What: fmt.Sprintf("Others on this computer can %s %s (mode %04o).", access(e.Mode), path, e.Mode.Perm()),
		Do:   "Make it private (--open-key repair), or use it as is (--open-key use).", Asked: "Make it private, or use it as is.",
		Kind: advice.Other, Field: answer.KeyFile, Retry: true,
		Offers: []advice.Offer{
			{Key: "p", Label: "make it private (chmod 600)", Answer: answer.OpenKey, Value: OpenKeyRepair},
			{Key: "i", Label: "use it as is", Answer: answer.OpenKey, Value: OpenKeyUse},
		},
	}
	if e.Repairable() {
		return a
	}
	a.Offers = a.Offers[1:]
	a.Do = "Copy it to a folder that supports permissions, or use it as is (--open-key use)."
	a.Asked = "Copy it to a folder that supports permissions, or use it as is."
	if e.OtherOwner {
		a.What = path + " belongs to another user of this computer, who can read and change it."
		a.Do = "Make your own copy and use it with --key-file, or use it as is (--open-key use)."
		a.Asked = "Choose a copy of your own, or use it as is."
	}
	return a
}

package steps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// defaultKeyFile is the name that the tutorial and Vonage's own tools use.
const defaultKeyFile = "private.key"

const keyPurpose = "the private key: it signs every token"

// FoundKey is a private key file that was in the folder when the wizard looked; the zero value is none.
type FoundKey struct {
	Name        string
	Free        string // a name like it that is not taken
	Fingerprint string // empty if the key cannot be used
	Err         error  // why it cannot
	// Noted is the application that an earlier run made, or was about to make, with this key; the zero value is none.
	Noted NotedApp
}

// keyFile is where the user wants the key, before any question.
func keyFile(env Env, a Answers) string {
	if a.resumes(env) {
		return env.Earlier.app.KeyFile
	}
	if known, ok := env.Known[AnswerKeyFile]; ok {
		return CleanLine(known.Value)
	}
	return defaultKeyFile
}

// findKey looks whether the name is taken already.
func findKey(env Env, s Session, a Answers) FoundKey {
	folder, name := s.Place.Folder, keyFile(env, a)
	if checkKeyFile(name) != nil || !folder.has(name) {
		return FoundKey{}
	}
	found := FoundKey{Name: name, Free: folder.freeName(name)}
	key, err := folder.readKey(name)
	if err != nil {
		found.Err = err
		return found
	}
	found.Fingerprint = key.Fingerprint()
	// A journal that cannot be read is told when it is needed: before anything is created.
	if journal, err := folder.readJournal(); err == nil {
		found.Noted, _ = journal.find(found.Fingerprint, s.account())
	}
	return found
}

// freeName finds private-2.key where private.key is taken.
func (f *Folder) freeName(name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	free := name
	for n := 2; f.has(free); n++ {
		free = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
	return free
}

func checkKeyFile(name string) error {
	switch {
	case !filepath.IsLocal(name):
		return errors.New("keys are kept in the folder of this run: copy the file there and give its name, or choose the folder with --dir")
	case filepath.Base(name) != name:
		return errors.New("give a name without folders, and choose the folder with --dir")
	case name == dotenvFile || name == journalFile || name == gitignoreFile || name == tokenFile:
		return errors.New("another file of credwiz has this name")
	case redact.Printable(name) != name:
		return errors.New("the name has characters in it that cannot be shown")
	}
	return nil
}

// readKey reads a private key to look at it. One that is to sign is read by useKey.
func (f *Folder) readKey(name string) (*jwt.Key, error) {
	file, err := f.openRegular(name)
	if err != nil {
		return nil, &KeyError{Path: f.Path(name), Err: f.denied(name, err)}
	}
	defer func() { _ = file.Close() }()
	return f.parseKey(file, name)
}

func (f *Folder) parseKey(file *os.File, name string) (*jwt.Key, error) {
	content, err := readAll(file, MaxText)
	if err != nil {
		return nil, &KeyError{Path: f.Path(name), Err: cause(err)}
	}
	key, err := jwt.ParseKey(content)
	if err != nil {
		return nil, &KeyError{Path: f.Path(name), Err: err}
	}
	return key, nil
}

// KeyError is a private key file that cannot be used.
type KeyError struct {
	Path string
	Err  error
}

// Error names the path and the reason.
func (e *KeyError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the reason: jwt.ErrEncryptedKey, fs.ErrNotExist, ...
func (e *KeyError) Unwrap() error { return e.Err }

// obtainKey returns the session with its key on the disk: the one of an earlier try, the one that is in the folder if
// the user said to use it, or a new one. An application is created only after this: so there is none without its key.
func obtainKey(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	name := a[AnswerKeyFile]
	path := s.Place.Folder.Path(name)
	if s.Key.Private != nil && s.Key.Path == path && s.Key.For == "" {
		return s, s.Place.Folder.keepKey(s.Key, w)
	}
	s.Application.Uncertain = false // which it was with another key
	if a[AnswerKey] == Yes {
		key, err := s.Place.Folder.useKey(name, a, w)
		if err != nil {
			s.Key = Key{}
			return s, err
		}
		s.Key = Key{Private: key, Name: name, Path: path, Known: true}
		return s.withFile(name, keyPurpose), nil
	}
	return s.newKey(ctx, env, name, w, func(s Session) error { return s.entry(env).intend(a[AnswerAppName]) })
}

// newKey makes a key pair and saves it, after note has noted what it is for: no later run would know the key of one that
// was cut off in between as its own.
func (s Session) newKey(ctx context.Context, env Env, name string, w work, note func(Session) error) (Session, error) {
	path := s.Place.Folder.Path(name)
	err := w.local("make a key pair", func() (string, error) {
		key, err := env.Keys.Next(ctx)
		s.Key = Key{Private: key, Name: name, Path: path, Made: true}
		return fmt.Sprintf("RSA, %d bits", jwt.KeyBits), err
	})
	if err == nil && !s.Place.Folder.has(name) {
		err = note(s)
	}
	if err == nil {
		err = w.local("save the private key", func() (string, error) { return "only you can read " + path, s.Place.Folder.saveKey(s.Key) })
	}
	if err != nil {
		s.Key = Key{}
		return s, err
	}
	return s.withFile(name, keyPurpose), nil
}

func (f *Folder) saveKey(key Key) error {
	text, err := key.Private.PEM()
	if err != nil {
		return err
	}
	return f.Create(key.Name, []byte(text.Reveal()))
}

// keepKey holds the key in the file against the one that this run signs with. Every step that depends on the file
// calls it first, so that no application, user or .env is left with a file that is not its key: one that went away is
// saved again, and another one in its place is an error. One that the system does not let be read is a *KeyError.
func (f *Folder) keepKey(key Key, w work) error {
	found, err := f.readKey(key.Name)
	var system syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.local("save the private key again", func() (string, error) { return "its file went away", f.saveKey(key) })
	case errors.As(err, &system):
		return err // it could not be looked at, so nothing is known of what is in it
	case err != nil:
		return &KeyChangedError{Path: key.Path, Err: err}
	case found.Fingerprint() != key.Private.Fingerprint():
		return &KeyChangedError{Path: key.Path}
	}
	return nil
}

// KeyChangedError is a key file that has something else in it than the key that the run began with.
type KeyChangedError struct {
	Path string
	Err  error // why what is there is no key; nil if it is another key
}

// Error names the path.
func (e *KeyChangedError) Error() string {
	if e.Err == nil {
		return e.Path + ": it holds another key than before"
	}
	return "no longer the key: " + e.Err.Error()
}

// Unwrap gives the reason why what is there is no key.
func (e *KeyChangedError) Unwrap() error { return e.Err }

// Advice says what to do.
func (e *KeyChangedError) Advice() Advice {
	return Advice{
		What: redact.Printable(e.Path) + " has changed: it no longer holds the key of this application.",
		Do:   "Move it away and try again: the right key is still known, and is saved again.",
		Kind: Other, Retry: true,
	}
}

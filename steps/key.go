package steps

import (
	"context"
	"fmt"

	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// FoundKey is a private key file that was in the folder when the wizard looked; the zero value is none.
type FoundKey struct {
	Name        string
	Free        string // a name like it that is not taken
	Fingerprint string // empty if the key cannot be used
	Err         error  // why it cannot
	// Noted is the application that an earlier run made, or was about to make, with this key; the zero value is none.
	Noted journal.Application
}

// keyFile is where the user wants the key, before any question.
func keyFile(env Env, a answer.Answers) string {
	if resumes(a, env) {
		return env.Earlier.app.KeyFile
	}
	if known, ok := env.Known[answer.KeyFile]; ok {
		return answer.CleanLine(known.Value)
	}
	return workdir.DefaultKeyFile
}

// findKey looks whether the name is taken already.
func findKey(env Env, s Session, a answer.Answers) FoundKey {
	folder, name := s.Place.Folder, keyFile(env, a)
	if workdir.CheckKeyFile(name) != nil || !folder.Has(name) {
		return FoundKey{}
	}
	found := FoundKey{Name: name, Free: folder.FreeName(name)}
	key, err := folder.ReadKey(name)
	if err != nil {
		found.Err = err
		return found
	}
	found.Fingerprint = key.Fingerprint()
	// A journal that cannot be read is told when it is needed: before anything is created.
	if journal, err := journal.Read(folder); err == nil {
		found.Noted, _ = journal.Find(found.Fingerprint, s.account())
	}
	return found
}

// obtainKey returns the session with its key on the disk: the one of an earlier try, the one that is in the folder if
// the user said to use it, or a new one. An application is created only after this: so there is none without its key.
func obtainKey(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	name := a[answer.KeyFile]
	path := s.Place.Folder.Path(name)
	if s.Key.Private != nil && s.Key.Path == path && s.Key.For == "" {
		return s, s.Place.Folder.EnsureKey(s.Key, w)
	}
	s.Application.Uncertain = false // which it was with another key
	if a[answer.Key] == answer.Yes {
		key, err := s.Place.Folder.UseKey(name, a, w)
		if err != nil {
			s.Key = workdir.Key{}
			return s, err
		}
		s.Key = workdir.Key{Private: key, Name: name, Path: path, Known: true}
		return s.withFile(name, workdir.KeyPurpose), nil
	}
	return s.newKey(ctx, env, name, w, func(s Session) error { return s.entry(env).MarkPending(a[answer.AppName]) })
}

// newKey makes a key pair and saves it, after note has noted what it is for: no later run would know the key of one that
// was cut off in between as its own.
func (s Session) newKey(ctx context.Context, env Env, name string, w task.Runner, note func(Session) error) (Session, error) {
	path := s.Place.Folder.Path(name)
	err := w.Local("make a key pair", func() (string, error) {
		key, err := env.Keys.Next(ctx)
		s.Key = workdir.Key{Private: key, Name: name, Path: path, Made: true}
		return fmt.Sprintf("RSA, %d bits", jwt.KeyBits), err
	})
	if err == nil && !s.Place.Folder.Has(name) {
		err = note(s)
	}
	if err == nil {
		err = w.Local("save the private key", func() (string, error) { return "only you can read " + path, s.Place.Folder.SaveKey(s.Key) })
	}
	if err != nil {
		s.Key = workdir.Key{}
		return s, err
	}
	return s.withFile(name, workdir.KeyPurpose), nil
}

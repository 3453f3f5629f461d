package steps

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// FoundKey is a private key file that was already in the folder; the zero value is none.
type FoundKey struct {
	Name        string
	Free        string              // a name like it that is not taken
	Fingerprint string              // empty if the key cannot be used
	Err         error               // why it cannot
	Noted       journal.Application // the recorded application of the key; the zero value is none
}

func keyFile(env Env, a answer.Answers) string {
	if resumes(a, env) {
		return env.Earlier.app.KeyFile
	}
	if known, ok := env.Known[answer.KeyFile]; ok {
		return answer.CleanLine(known.Value)
	}
	return workdir.DefaultKeyFile
}

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
	// A broken journal is reported when it is needed, before anything is created.
	if journal, err := journal.Read(folder); err == nil {
		found.Noted, _ = journal.Find(found.Fingerprint, s.account())
	}
	return found
}

// obtainKey puts the session's key on disk before its application is created: the key of an earlier try, an existing
// file, or a new one.
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
		return s, nil
	}
	return s.newKey(ctx, env, name, w, func(s Session) error { return s.entry(w.Now()).MarkPending(a[answer.AppName]) })
}

// newKey makes and saves a key pair. It calls note first: a later run must recognize the key after an interruption.
func (s Session) newKey(ctx context.Context, env Env, name string, w task.Runner, note func(Session) error) (Session, error) {
	err := w.Local("generate a key pair", func() (string, error) {
		key, err := env.Keys.Next(ctx)
		s.Key = workdir.Key{Private: key, Name: name, Path: s.Place.Folder.Path(name), Made: true}
		return fmt.Sprintf("RSA, %d bits", jwt.KeyBits), err
	})
	if err == nil && !s.Place.Folder.Has(name) {
		err = note(s)
	}
	if err == nil {
		err = w.Local("save the private key", func() (string, error) { return s.Key.Name + ", readable only by you", s.Place.Folder.SaveKey(s.Key) })
	}
	if err != nil {
		s.Key = workdir.Key{}
		return s, err
	}
	return s.withFile(name, workdir.KeyPurpose), nil
}

// EmbeddedKeyError is an application whose private key has no file of its own.
type EmbeddedKeyError struct {
	Application client.Application
	In          string // the file that it is in; empty if it is in none
}

func (e *EmbeddedKeyError) Error() string {
	return "the private key of application " + e.Application.ID + " has no file of its own"
}

// Advice says what to do.
func (e *EmbeddedKeyError) Advice() advice.Advice {
	name := redact.Printable(e.Application.Name)
	if e.In == "" {
		return advice.Advice{
			What:  fmt.Sprintf("credwiz can't find the private key of “%s” here.", name),
			Do:    "Copy it into the folder and name it with --key-file. If it's lost, replace it with --renew-key.",
			Asked: "Copy it into the folder and enter the file's name. If it's lost, replace it.",
			Kind:  advice.Other, Field: answer.KeyFile,
		}
	}
	return advice.Advice{
		What: fmt.Sprintf("The private key of “%s” is in %s, but credwiz needs it in its own file.", name, redact.Printable(e.In)),
		Do:   "Save it as a file with --save-key.", Asked: "Save it as a file of its own.",
		Kind: advice.Other, Field: answer.KeyFile,
		Offers: []advice.Offer{{Key: "s", Label: "save it as a file", Answer: answer.Key, Value: answer.SaveKey}},
	}
}

func saveEmbeddedKey(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	app, err := getApplication(ctx, s, a.AppID(), w)
	if err != nil {
		return s, err
	}
	folder := s.Place.Folder
	fingerprint, err := jwt.Fingerprint(app.PublicKey)
	held, ok := output.EmbeddedKeys(folder)[fingerprint]
	switch name := output.KeysByFingerprint(folder, a[answer.KeyFile])[fingerprint]; {
	case err != nil:
		return s, err
	case name != "": // by an earlier try, perhaps
		return useApplication(ctx, env, s, a.With(answer.Key, answer.Yes).With(answer.KeyFile, name), w)
	case !ok:
		return s, &EmbeddedKeyError{Application: app}
	}
	name := folder.FreeName(a[answer.KeyFile]) // a key is never replaced
	if name != a[answer.KeyFile] {
		s = s.AddToGitignore(w, name)
	}
	s.Key = workdir.Key{Private: held.Key, Name: name, Path: folder.Path(name), Known: true}
	err = w.Local("save the private key", func() (string, error) {
		return "from " + redact.Printable(held.File) + "; readable only by you: " + s.Key.Path, s.Place.Folder.SaveKey(s.Key)
	})
	if err != nil {
		s.Key = workdir.Key{}
		return s, err
	}
	return s.withFile(name, workdir.KeyPurpose).adopt(ctx, a, app, w)
}

// replaces names the application that loses its place in .env; empty if none does.
func (s Session) replaces(a answer.Answers) string {
	target := a.AppID()
	if target == "" && a[answer.Key] == answer.Yes {
		target = s.Found.Noted.ID
	}
	if !slices.Contains(a.Written(), answer.WriteEnv) || target == s.DotenvApp || s.DotenvApp == "" {
		return ""
	}
	if app, listed := s.listed(s.DotenvApp); listed {
		return "“" + redact.Printable(app.Name) + "”"
	}
	return "another application (" + shortID(s.DotenvApp) + ")"
}

// KeySource makes key pairs one ahead: each takes up to 0.2 seconds, which pass while the user types.
type KeySource struct {
	generate func() (*jwt.Key, error)

	mu   sync.Mutex
	next chan madeKey // nil if none is being made
}

type madeKey struct {
	key *jwt.Key
	err error
}

// NewKeySource returns a source of the keys that generate makes.
func NewKeySource(generate func() (*jwt.Key, error)) *KeySource {
	return &KeySource{generate: generate}
}

// Warm starts making the next key and returns at once.
func (k *KeySource) Warm() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.warm()
}

func (k *KeySource) warm() {
	if k.next != nil {
		return
	}
	next := make(chan madeKey, 1)
	k.next = next
	go func() {
		key, err := k.generate()
		next <- madeKey{key, err}
	}()
}

// Next returns a fresh key, or ctx's error.
func (k *KeySource) Next(ctx context.Context) (*jwt.Key, error) {
	k.mu.Lock()
	k.warm()
	next := k.next
	k.next = nil
	k.mu.Unlock()
	select {
	case made := <-next:
		return made.key, made.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

package steps

import (
	"context"
	"fmt"
	"slices"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// EmbeddedKeyError is an application whose private key has no file of its own.
type EmbeddedKeyError struct {
	Application client.Application
	In          string // the file that it is in; empty if it is in none
}

func (e *EmbeddedKeyError) Error() string {
	return "the private key of the application " + e.Application.ID + " is in no file of its own"
}

// Advice says what to do.
func (e *EmbeddedKeyError) Advice() advice.Advice {
	name := redact.Printable(e.Application.Name)
	if e.In == "" {
		return advice.Advice{
			What: fmt.Sprintf("The private key of “%s” is in no file here that credwiz knows.", name),
			Do:   "Copy it into the folder and name it with --key-file. If it is lost, make a new one with --renew-key.",
			Kind: advice.Other, Field: answer.KeyFile,
		}
	}
	return advice.Advice{
		What: fmt.Sprintf("The private key of “%s” is in %s, and credwiz signs with a file that has nothing else in it.", name, redact.Printable(e.In)),
		Do:   "Save it as one with --save-key.",
		Kind: advice.Other, Field: answer.KeyFile,
		Offers: []advice.Offer{{Key: "s", Label: "save it as a file", Answer: answer.Key, Value: answer.SaveKey}},
	}
}

// saveEmbeddedKey takes an application that exists, after its key was saved as a file of its own.
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
		return "from " + redact.Printable(held.File) + "; only you can read " + s.Key.Path, s.Place.Folder.SaveKey(s.Key)
	})
	if err != nil {
		s.Key = workdir.Key{}
		return s, err
	}
	return s.withFile(name, workdir.KeyPurpose).adopt(ctx, env, a, app, w)
}

// replaces is the application that .env names and that the answers put another one in the place of; empty if there is none.
func (s Session) replaces(a answer.Answers) string {
	target := a.AppID()
	if target == "" && a[answer.Key] == answer.Yes {
		target = s.Found.Noted.ID
	}
	if !slices.Contains(a.Written(), answer.WriteEnv) || target == s.DotenvApp {
		return ""
	}
	if app, listed := s.listed(s.DotenvApp); listed {
		return "“" + redact.Printable(app.Name) + "”"
	}
	return redact.Printable(s.DotenvApp)
}

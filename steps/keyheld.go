package steps

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// vonageAppFile is what "vonage apps create" leaves.
const vonageAppFile = "vonage_app.json"

// heldIn is a private key that has no file of its own in the folder, and where it is.
type heldIn struct {
	file string
	key  *jwt.Key
}

// heldKeys are the private keys in files of settings, by their fingerprints: in .env or where that points to, and in those
// of Vonage's tools.
func (f *Folder) heldKeys() map[string]heldIn {
	held := map[string]heldIn{}
	add := func(file string, key *jwt.Key) {
		if key == nil {
			return
		}
		if _, known := held[key.Fingerprint()]; !known {
			held[key.Fingerprint()] = heldIn{file, key}
		}
	}
	// What cannot be read holds nothing.
	if d, err := f.readDotenv(dotenvFile); err == nil {
		for _, name := range d.Names() {
			value := d.Value(name)
			switch key := heldKey(value); {
			case !strings.Contains(name, "PRIVATE_KEY"):
			case key != nil:
				add(dotenvFile, key)
			default:
				add(path.Clean(value), f.keyBehind(value))
			}
		}
	}
	for _, tool := range toolFilesOf([]string{writeNexmo, writeVonage}) {
		if text, err := f.Read(tool.name); err == nil && tool.key != "" {
			for _, value := range tool.all(text, tool.key) {
				add(tool.name, heldKey(value))
			}
		}
	}
	if text, err := f.Read(vonageAppFile); err == nil {
		values := readObject(text)
		add(vonageAppFile, heldKey(values["private_key"]))
		add(vonageAppFile, heldKey(values["private-key"]))
	}
	return held
}

// KeyHeldError is an application whose private key has no file of its own.
type KeyHeldError struct {
	Application client.Application
	In          string // the file that it is in; empty if it is in none
}

// Error names the application.
func (e *KeyHeldError) Error() string {
	return "the private key of the application " + e.Application.ID + " is in no file of its own"
}

// Advice says what to do.
func (e *KeyHeldError) Advice() Advice {
	name := redact.Printable(e.Application.Name)
	if e.In == "" {
		return Advice{
			What: fmt.Sprintf("The private key of “%s” is in no file here that credwiz knows.", name),
			Do:   "Copy it into the folder and name it with --key-file. If it is lost, make a new one with --renew-key.",
			Kind: Other, Field: AnswerKeyFile,
		}
	}
	return Advice{
		What: fmt.Sprintf("The private key of “%s” is in %s, and credwiz signs with a file that has nothing else in it.", name, redact.Printable(e.In)),
		Do:   "Save it as one with --save-key.",
		Kind: Other, Field: AnswerKeyFile,
		Offers: []Offer{{Key: "s", Label: "save it as a file", Answer: AnswerKey, Value: SaveKey}},
	}
}

// saveHeldKey takes an application that exists, after its key was saved as a file of its own.
func saveHeldKey(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	app, err := getApplication(ctx, s, a.appID(), w)
	if err != nil {
		return s, err
	}
	folder := s.Place.Folder
	fingerprint, err := jwt.Fingerprint(app.PublicKey)
	held, ok := folder.heldKeys()[fingerprint]
	switch name := folder.keysByFingerprint(a[AnswerKeyFile])[fingerprint]; {
	case err != nil:
		return s, err
	case name != "": // by an earlier try, perhaps
		return useApplication(ctx, env, s, a.With(AnswerKey, Yes).With(AnswerKeyFile, name), w)
	case !ok:
		return s, &KeyHeldError{Application: app}
	}
	name := folder.freeName(a[AnswerKeyFile]) // a key is never replaced
	if name != a[AnswerKeyFile] {
		s = s.keptFromGit(w, name)
	}
	s.Key = Key{Private: held.key, Name: name, Path: folder.Path(name), Known: true}
	err = w.local("save the private key", func() (string, error) {
		return "from " + redact.Printable(held.file) + "; only you can read " + s.Key.Path, s.Place.Folder.saveKey(s.Key)
	})
	if err != nil {
		s.Key = Key{}
		return s, err
	}
	return s.withFile(name, keyPurpose).adopt(ctx, env, a, app, w)
}

// replaces is the application that .env names and that the answers put another one in the place of; empty if there is none.
func (s Session) replaces(a Answers) string {
	target := a.appID()
	if target == "" && a[AnswerKey] == Yes {
		target = s.Found.Noted.ID
	}
	if !slices.Contains(a.written(), writeEnv) || target == s.Named {
		return ""
	}
	if app, listed := s.listed(s.Named); listed {
		return "“" + redact.Printable(app.Name) + "”"
	}
	return redact.Printable(s.Named)
}

package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// tokenFile is where the token goes when no clipboard is sure to have taken it.
const tokenFile = "token.txt"

// otherTokenFile is where it goes if somebody has a token.txt of their own.
var otherTokenFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^token-[0-9]+\.txt$`) })

// keepToken writes a token, and nothing else, into a file of the folder, and returns its name. In a git work tree the
// file is ignored first. Only a file with a token of an application that is noted here is replaced.
func (f *Folder) keepToken(appID string, jwt redact.Secret) (name string, err error) {
	name, old, err := f.fileForToken(appID)
	if err == nil && name != tokenFile {
		err = f.noteTokenFile(appID, name)
	}
	if tree, ok := f.workTree(); ok && err == nil {
		var left exposure
		if _, left, err = f.ignore(tree, name); err == nil && len(left.visible) > 0 {
			err = &SaveError{Path: f.Path(gitignoreFile), Err: errNotIgnored}
		}
	}
	if err != nil {
		return "", err
	}
	content := []byte(jwt.Reveal() + "\n")
	if old {
		return name, f.Replace(name, content, secretMode)
	}
	return name, f.Create(name, content)
}

// errNotIgnored is a .gitignore that has no effect.
var errNotIgnored = errors.New("git does not ignore the token in spite of it")

// fileForToken is token.txt, or token-2.txt where that is somebody's own or git tracks it, and whether an old token is in
// it.
func (f *Folder) fileForToken(appID string) (name string, old bool, err error) {
	var view gitView
	if tree, ok := f.workTree(); ok {
		view = tree.look([]string{tokenFile})
	}
	name = tokenFile
	for n := 2; ; n++ {
		if view.tracked[name] {
			name = fmt.Sprintf("token-%d.txt", n)
			continue
		}
		_, err := f.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name, false, nil
		case err != nil:
			return "", false, &SaveError{Path: f.Path(name), Err: cause(err)}
		}
		// What cannot be read is not ours either.
		if text, err := f.Read(name); err == nil && f.isTokenAlone(appID, text) {
			return name, true, nil
		}
		name = fmt.Sprintf("token-%d.txt", n)
	}
}

// isTokenAlone reports whether a text is a token of this application, or of one that is noted here, and nothing else.
func (f *Folder) isTokenAlone(appID string, text []byte) bool {
	reading := jwt.Read(redact.NewSecret(strings.TrimSpace(string(text))))
	id, ok := reading.Claims.Text("application_id")
	if !ok || id == "" || len(reading.Wrappings) > 0 {
		return false
	}
	journal, err := f.readJournal()
	return id == appID || err == nil && journal.knows(id)
}

// noteTokenFile notes that the token is about to be in a file of another name than the usual one, for credwiz clean.
func (f *Folder) noteTokenFile(appID, name string) error {
	unlock, err := f.tryLock()
	switch {
	case err == nil:
		defer unlock()
	case errors.Is(err, errLocked):
		return &BusyError{Folder: f.Name()}
	case !errors.Is(err, errNoLocks):
		return err
	}
	journal, err := f.readJournal()
	if err != nil {
		return err
	}
	for i, app := range journal.Applications {
		if app.ID == appID && !slices.Contains(app.Files, name) {
			journal.Applications[i].Files = append(slices.Clip(app.Files), name)
		}
	}
	return f.writeJournal(journal)
}

// otherTokenFiles are the files with tokens beside token.txt, for credwiz clean.
func otherTokenFiles(journal Journal) []ownFile {
	var files []ownFile
	for _, app := range journal.Applications {
		for _, name := range app.Files {
			if otherTokenFile().MatchString(name) && !slices.ContainsFunc(files, func(f ownFile) bool { return f.name == name }) {
				files = append(files, ownFile{name, withoutToken})
			}
		}
	}
	return files
}

package output

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
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
)

// otherTokenFile is where it goes if somebody has a token.txt of their own.
var otherTokenFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^token-[0-9]+\.txt$`) })

// SaveToken writes a token, and nothing else, into a file of the folder, and returns its name. In a git work tree the
// file is ignored first. Only a file with a token of an application that is noted here is replaced.
func SaveToken(f *workdir.Dir, appID string, jwt redact.Secret) (name string, err error) {
	name, old, err := fileForToken(f, appID)
	if err == nil && name != workdir.TokenFile {
		err = noteTokenFile(f, appID, name)
	}
	if tree, ok := f.WorkTree(); ok && err == nil {
		var left workdir.Exposure
		if _, left, err = f.Ignore(tree, name); err == nil && len(left.Visible) > 0 {
			err = &workdir.SaveError{Path: f.Path(workdir.GitignoreFile), Err: errNotIgnored}
		}
	}
	if err != nil {
		return "", err
	}
	content := []byte(jwt.Reveal() + "\n")
	if old {
		return name, f.Replace(name, content, workdir.SecretMode)
	}
	return name, f.Create(name, content)
}

// errNotIgnored is a .gitignore that has no effect.
var errNotIgnored = errors.New("git does not ignore the token in spite of it")

// fileForToken is token.txt, or token-2.txt where that is somebody's own or git tracks it, and whether an old token is in
// it.
func fileForToken(f *workdir.Dir, appID string) (name string, old bool, err error) {
	var view workdir.GitView
	if tree, ok := f.WorkTree(); ok {
		view = tree.View([]string{workdir.TokenFile})
	}
	name = workdir.TokenFile
	for n := 2; ; n++ {
		if view.Tracked[name] {
			name = fmt.Sprintf("token-%d.txt", n)
			continue
		}
		_, err := f.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name, false, nil
		case err != nil:
			return "", false, &workdir.SaveError{Path: f.Path(name), Err: workdir.Cause(err)}
		}
		// What cannot be read is not ours either.
		if text, err := f.Read(name); err == nil && isTokenAlone(f, appID, text) {
			return name, true, nil
		}
		name = fmt.Sprintf("token-%d.txt", n)
	}
}

// isTokenAlone reports whether a text is a token of this application, or of one that is noted here, and nothing else.
func isTokenAlone(f *workdir.Dir, appID string, text []byte) bool {
	reading := jwt.Read(redact.NewSecret(strings.TrimSpace(string(text))))
	id, ok := reading.Claims.Text("application_id")
	if !ok || id == "" || len(reading.Wrappings) > 0 {
		return false
	}
	journal, err := journal.Read(f)
	return id == appID || err == nil && journal.Knows(id)
}

// noteTokenFile notes that the token is about to be in a file of another name than the usual one, for credwiz clean.
func noteTokenFile(f *workdir.Dir, appID, name string) error {
	unlock, err := f.TryLock()
	switch {
	case err == nil:
		defer unlock()
	case errors.Is(err, workdir.ErrHeld):
		return &workdir.BusyError{Folder: f.Name()}
	case !errors.Is(err, workdir.ErrNoLocks):
		return err
	}
	notes, err := journal.Read(f)
	if err != nil {
		return err
	}
	for i, app := range notes.Applications {
		if app.ID == appID && !slices.Contains(app.Files, name) {
			notes.Applications[i].Files = append(slices.Clip(app.Files), name)
		}
	}
	return journal.Write(f, notes)
}

// otherTokenFiles are the files with tokens beside token.txt, for credwiz clean.
func otherTokenFiles(journal journal.Journal) []OwnFile {
	var files []OwnFile
	for _, app := range journal.Applications {
		for _, name := range app.Files {
			if otherTokenFile().MatchString(name) && !slices.ContainsFunc(files, func(f OwnFile) bool { return f.Name == name }) {
				files = append(files, OwnFile{name, withoutToken})
			}
		}
	}
	return files
}

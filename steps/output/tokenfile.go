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

var otherTokenFile = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^token-[0-9]+\.txt$`) })

// SaveToken writes a token into a file of its own, which git ignores, and returns the file's name. It replaces only a
// token of a recorded application.
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

var errNotIgnored = errors.New("git still doesn't ignore the token")

// fileForToken returns token.txt, or token-2.txt if that is another file or tracked by git, and whether it has an old
// token.
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
		if text, err := f.Read(name); err == nil && isTokenAlone(f, appID, text) {
			return name, true, nil
		}
		name = fmt.Sprintf("token-%d.txt", n)
	}
}

func isTokenAlone(f *workdir.Dir, appID string, text []byte) bool {
	reading := jwt.Read(redact.NewSecret(strings.TrimSpace(string(text))))
	id, ok := reading.Claims.Text("application_id")
	if !ok || id == "" || len(reading.Wrappings) > 0 {
		return false
	}
	journal, err := journal.Read(f)
	return id == appID || err == nil && journal.Knew(id)
}

// noteTokenFile records an unusual token file for credwiz clean.
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

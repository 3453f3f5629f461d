package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"credwiz/client/jwt"
	"credwiz/client/lazyregexp"
	"credwiz/client/redact"
)

// tokenFile is where the token goes when no clipboard is sure to have taken it.
const tokenFile = "token.txt"

// otherTokenFile is where it goes if somebody has a token.txt of their own.
var otherTokenFile = lazyregexp.New(`^token-[0-9]+\.txt$`)

// KeepToken writes the session's token, and nothing else, into a file of its folder, and returns the session with that
// file and the file's path. In a git work tree the file is ignored first. Only a file with a token of an application that
// is noted here is replaced.
func KeepToken(s Session) (Session, string, error) {
	folder := s.Place.Folder
	name, old, err := s.fileForToken()
	if err == nil && name != tokenFile {
		err = s.noteTokenFile(name)
	}
	if tree, ok := folder.workTree(); ok && err == nil {
		var left exposure
		if _, left, err = folder.ignore(tree, name); err == nil && len(left.visible) > 0 {
			err = &SaveError{Path: folder.Path(gitignoreFile), Err: errNotIgnored}
		}
	}
	if err != nil {
		return s, "", err
	}
	write := folder.Create
	if old {
		write = func(name string, content []byte) error { return folder.Replace(name, content, secretMode) }
	}
	if err := write(name, []byte(s.Token.JWT.Reveal()+"\n")); err != nil {
		return s, "", err
	}
	return s.withFile(name, "the token alone, to copy it from"), folder.Path(name), nil
}

// errNotIgnored is a .gitignore that has no effect.
var errNotIgnored = errors.New("git does not ignore the token in spite of it")

// fileForToken is token.txt, or token-2.txt where that is somebody's own or git tracks it, and whether an old token is in
// it.
func (s Session) fileForToken() (name string, old bool, err error) {
	folder := s.Place.Folder
	var view gitView
	if tree, ok := folder.workTree(); ok {
		view = tree.look([]string{tokenFile})
	}
	name = tokenFile
	for n := 2; ; n++ {
		if view.tracked[name] {
			name = fmt.Sprintf("token-%d.txt", n)
			continue
		}
		_, err := folder.root.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name, false, nil
		case err != nil:
			return "", false, &SaveError{Path: folder.Path(name), Err: cause(err)}
		}
		// What cannot be read is not ours either.
		if text, err := folder.Read(name); err == nil && s.isTokenAlone(text) {
			return name, true, nil
		}
		name = fmt.Sprintf("token-%d.txt", n)
	}
}

// isTokenAlone reports whether a text is a token of this application, or of one that is noted here, and nothing else.
func (s Session) isTokenAlone(text []byte) bool {
	reading := jwt.Read(redact.NewSecret(strings.TrimSpace(string(text))))
	id, ok := reading.Claims.Text("application_id")
	if !ok || id == "" || len(reading.Wrappings) > 0 {
		return false
	}
	journal, err := s.Place.Folder.readJournal()
	return id == s.Application.Value.ID || err == nil && journal.knows(id)
}

// noteTokenFile notes that the token is about to be in a file of another name than the usual one, for credwiz clean.
func (s Session) noteTokenFile(name string) error {
	folder := s.Place.Folder
	unlock, err := folder.tryLock()
	switch {
	case err == nil:
		defer unlock()
	case errors.Is(err, errLocked):
		return &BusyError{Folder: folder.Name()}
	case !errors.Is(err, errNoLocks):
		return err
	}
	journal, err := folder.readJournal()
	if err != nil {
		return err
	}
	for i, app := range journal.Applications {
		if app.ID == s.Application.Value.ID && !slices.Contains(app.Files, name) {
			journal.Applications[i].Files = append(slices.Clip(app.Files), name)
		}
	}
	return folder.writeJournal(journal)
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

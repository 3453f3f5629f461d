package steps

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const gitignoreFile = ".gitignore"

const gitignoreMode = 0o644

// inGitWorkTree reports whether the folder, or one above it, is a git work tree.
func (f *Folder) inGitWorkTree() bool {
	dir, err := filepath.Abs(f.path)
	if err != nil {
		return false
	}
	for {
		// A file in a submodule and in a linked work tree, a folder else.
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// keptFromGit has git ignore the files with secrets, in a work tree, before there is any. Not to be able to is worth a
// warning and no more.
func (s Session) keptFromGit(w work, names ...string) Session {
	folder := s.Place.Folder
	if !folder.inGitWorkTree() {
		return s
	}
	err := w.local("write "+gitignoreFile, func() (string, error) {
		added, err := folder.ignore(append(names, dotenvFile, journalFile)...)
		if added == 0 {
			return "the secret files are in it already", err
		}
		return "the secret files are in it", err
	})
	if err != nil {
		w.warn("keep the secrets out of git", "add them to "+gitignoreFile+" yourself: "+err.Error())
		return s
	}
	return s.withFile(gitignoreFile, "keeps the secrets out of git")
}

// ignore adds the names that the folder's .gitignore does not have yet, and returns how many those were.
func (f *Folder) ignore(names ...string) (added int, err error) {
	old, err := f.Read(gitignoreFile)
	if err == nil {
		err = checkText(old)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, &SaveError{Path: f.Path(gitignoreFile), Err: err}
	}
	text, added := addIgnored(string(old), names)
	if added == 0 {
		return 0, nil
	}
	return added, f.Replace(gitignoreFile, []byte(text), gitignoreMode)
}

func addIgnored(text string, names []string) (string, int) {
	lines := ignoredLines(text)
	var missing []string
	for _, name := range names {
		pattern := "/" + escapeIgnored(name)
		if !slices.Contains(lines, pattern) && !slices.Contains(lines, pattern[1:]) {
			missing = append(missing, pattern)
		}
	}
	if len(missing) == 0 {
		return text, 0
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + strings.Join(missing, "\n") + "\n", len(missing)
}

// ignoredLines are the lines of a .gitignore as git takes them.
func ignoredLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n"))
	}
	return lines
}

// escapeIgnored writes a name so that git takes it literally.
func escapeIgnored(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, " ", `\ `).Replace(name)
}

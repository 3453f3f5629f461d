package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// UsersFolderName is how the journal names a folder of users' files: relative to its own folder if it is inside, with
// a slash at the end.
func UsersFolderName(f *workdir.Dir, path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		whole = path
	}
	if inside, err := filepath.Rel(f.Absolute(), whole); err == nil && filepath.IsLocal(inside) {
		whole = inside
	}
	return filepath.ToSlash(whole) + "/"
}

// What the journal records about a users' folder, if it was made here.
const (
	outItself = "."
	outIgnore = workdir.GitignoreFile
	outLine   = "/*.env" // in a .gitignore that was there, as ignoredTemps
)

// recordUsersFolder records a users' folder, and what will be made in it, before it exists.
func recordUsersFolder(note journal.Entry, path string, names []string) error {
	made := []string{outItself, outIgnore}
	if folder, err := workdir.OpenExisting(path); err == nil {
		made = madeForUsers(folder, names)
		_ = folder.Close()
	}
	return note.AddFile(Entries(UsersFolderName(note.Folder, path), made))
}

func madeForUsers(f *workdir.Dir, names []string) []string {
	old, err := f.Read(workdir.GitignoreFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []string{outIgnore}
	case err == nil:
		return append([]string{}, lacksForUsers(string(old), names)...)
	}
	return []string{}
}

func withoutUserLines(text []byte, added func(line string) bool) []byte {
	var rest bytes.Buffer
	for line := range bytes.Lines(text) {
		own := string(bytes.TrimRight(line, " \t\r\n"))
		if !slices.Contains(userLines(), own) || !added(own) {
			rest.Write(line)
		}
	}
	if len(bytes.TrimSpace(rest.Bytes())) == 0 {
		return nil
	}
	return rest.Bytes()
}

// isOutside reports whether a users' folder is outside the journal's. Nothing there is read or changed.
func isOutside(out string) bool { return filepath.IsAbs(filepath.FromSlash(out)) }

// UsersFolderPath returns the path of a recorded users' folder.
func UsersFolderPath(f *workdir.Dir, out string) string {
	if isOutside(out) {
		return filepath.FromSlash(out)
	}
	return f.Path(filepath.FromSlash(out))
}

// fileEdit is the new content of a file; nil deletes it.
type fileEdit struct {
	name string
	rest []byte
}

// FolderCleanup is what credwiz clean does in a users' folder.
type FolderCleanup struct {
	Folder string // as in the journal
	itself bool   // it goes too, if it is empty then
	files  []fileEdit
	ignore *fileEdit // what becomes of its .gitignore; nil if it stays
	Left   string    // why nothing in it is touched; empty if something is
}

// PlanFolders plans the users' folders that have files of removed applications.
func PlanFolders(f *workdir.Dir, journal journal.Journal, r Removal) ([]FolderCleanup, error) {
	var all []FolderCleanup
	for _, out := range journal.UsersFolders() {
		change, err := planFolder(f, out, r)
		if err != nil {
			return nil, err
		}
		if len(change.files) > 0 || change.Left != "" {
			all = append(all, change)
		}
	}
	return all, nil
}

const leftOutside = "it's outside the folder, so delete the users' .env files yourself"

func planFolder(f *workdir.Dir, out string, r Removal) (FolderCleanup, error) {
	put := func(name string) bool { return r.put(out+"/", name) }
	change := FolderCleanup{Folder: out, itself: out != "." && put(outItself)}
	if isOutside(out) {
		// It may be anything, even /proc, where reading never ends.
		if r.goesInto(out+"/") && workdir.Exists(UsersFolderPath(f, out)) {
			change.Left = leftOutside
		}
		return change, nil
	}
	folder, err := f.Inside(filepath.FromSlash(out))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return change, nil
	case errors.Is(err, fs.ErrPermission):
		return change, &workdir.SaveError{Path: UsersFolderPath(f, out), Err: f.WithOwner(filepath.FromSlash(out), err)}
	case err != nil: // a link that leads out
		change.Left = leftOutside
		return change, nil
	}
	defer func() { _ = folder.Close() }()
	entries, err := folder.Entries()
	if err != nil {
		return change, &workdir.SaveError{Path: UsersFolderPath(f, out), Err: workdir.Cause(err)}
	}
	var ignored []byte
	others, envs := 0, 0
	for _, e := range entries {
		if e.Name() == workdir.GitignoreFile {
			ignored, _ = folder.Read(e.Name())
			continue
		}
		if !strings.HasSuffix(e.Name(), ".env") {
			others++
			continue
		}
		envs++
		if d, err := readDotenv(folder, e.Name()); err == nil && r.isOfUser(e.Name(), d) {
			rest := withoutUser(d)
			change.files = append(change.files, fileEdit{e.Name(), rest})
			if rest == nil {
				envs--
			}
		}
	}
	switch {
	case out == ".": // see withoutIgnored
	case put(outIgnore) && (string(ignored) == ignoreAll && envs+others == 0 || len(ignored) > 0 && withoutUserLines(ignored, everyLine) == nil && envs == 0):
		change.ignore = &fileEdit{name: workdir.GitignoreFile}
	case slices.ContainsFunc(userLines(), put) && envs == 0 && ignored != nil:
		change.ignore = &fileEdit{name: workdir.GitignoreFile, rest: withoutUserLines(ignored, put)}
	}
	return change, nil
}

func (r Removal) goesInto(name string) bool {
	return slices.ContainsFunc(r.Going, func(app journal.Application) bool { return slices.Contains(app.Files, name) })
}

func isUserFile(name, user string) bool {
	first := strings.TrimSuffix(userFile(user, 1), ".env")
	number, ok := strings.CutPrefix(strings.TrimSuffix(name, ".env"), first)
	_, err := strconv.ParseUint(strings.TrimPrefix(number, "-"), 10, 32)
	return ok && (number == "" || strings.HasPrefix(number, "-") && err == nil)
}

// isOfUser reports whether a file is one that WriteUsers made for a removed application.
func (r Removal) isOfUser(name string, d dotfile.Dotenv) bool {
	user := d.Value(DotenvUserName)
	return user != "" && isOf(r.Going, d.Value(DotenvAppID)) && isUserFile(name, user)
}

// Summary says what happens to the files.
func (o FolderCleanup) Summary() string {
	if o.Left != "" {
		return o.Left
	}
	kept := 0
	for _, file := range o.files {
		if file.rest != nil {
			kept++
		}
	}
	why := words.Counted(len(o.files), "file") + " of the users"
	if kept > 0 {
		why += "; other lines stay in " + words.Grouped(kept) + " of them"
	}
	return why
}

// Apply removes the files, and the folder if it is empty then.
func (o FolderCleanup) Apply(f *workdir.Dir) error {
	folder, err := f.Inside(filepath.FromSlash(o.Folder))
	if err != nil {
		return &workdir.SaveError{Path: UsersFolderPath(f, o.Folder), Err: f.WithOwner(filepath.FromSlash(o.Folder), err)}
	}
	defer func() { _ = folder.Close() }()
	files := o.files
	if o.ignore != nil {
		files = append(slices.Clip(files), *o.ignore)
	}
	for _, file := range files {
		if file.rest != nil {
			if err := folder.Replace(file.name, file.rest, workdir.ModeOf(file.name)); err != nil {
				return err
			}
			continue
		}
		if err := folder.Remove(file.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &workdir.SaveError{Path: folder.Path(file.name), Err: folder.WithOwner(file.name, err)}
		}
	}
	if o.itself {
		_ = f.Remove(filepath.FromSlash(o.Folder)) // stays if something is in it
	}
	return nil
}

func sweepUsersFolder(f *workdir.Dir, out string, before time.Time) (removed int, err error) {
	if isOutside(out) {
		return 0, nil
	}
	folder, err := f.Inside(filepath.FromSlash(out))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return 0, nil
	}
	if err == nil {
		defer func() { _ = folder.Close() }()
		removed, err = sweep(folder, before, func(temp string) []string {
			of, ok := workdir.TempTarget(temp)
			if !ok || of != strings.TrimPrefix(workdir.GitignoreFile, ".") && !strings.HasSuffix(of, ".env") {
				return nil
			}
			return []string{of, workdir.GitignoreFile} // which differ only in their modes
		})
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", UsersFolderPath(f, out), workdir.Cause(err))
	}
	return removed, err
}

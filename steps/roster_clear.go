package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"credwiz/client/redact"
)

// outName is how the journal names a folder with the files of a roster: by its path from the journal's own, or by the
// whole one if it is outside; with a slash at the end.
func (f *Folder) outName(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		whole = path
	}
	if inside, err := filepath.Rel(f.absolute(), whole); err == nil && filepath.IsLocal(inside) {
		whole = inside
	}
	return filepath.ToSlash(whole) + "/"
}

// What is noted of a folder with the files of a roster, beside the files themselves, if it was made here.
const (
	outItself = "."
	outIgnore = gitignoreFile
	outLine   = "/*.env" // in a .gitignore that was there, as ignoredTemps
)

// noteOut notes where the files of a roster go, before there is one, and what is made for them that is not there yet.
func noteOut(note Entry, path string, names []string) error {
	made := []string{outItself, outIgnore}
	if folder, err := OpenExisting(path); err == nil {
		made = folder.madeForUsers(names)
		_ = folder.Close()
	}
	return note.noteFile(wroteInto(note.Folder.outName(path), made))
}

// madeForUsers is what ignoreUsers is going to make in a folder that is there.
func (f *Folder) madeForUsers(names []string) []string {
	old, err := f.Read(gitignoreFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []string{outIgnore}
	case err == nil:
		return append([]string{}, lacksForUsers(string(old), names)...)
	}
	return []string{}
}

// withoutUserLines is a .gitignore without the lines that ignoreUsers has added; nil if nothing is left.
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

// outs are the folders with files of rosters, without the slash. An older version noted its only one without.
func (j Journal) outs() []string {
	var folders []string
	for _, app := range j.Applications {
		for _, name := range app.Files {
			folder, ok := strings.CutSuffix(name, "/")
			if (ok || name == outFolder) && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// isOutside reports whether a noted folder is not in the journal's own. Nothing is read or changed there.
func isOutside(out string) bool { return filepath.IsAbs(filepath.FromSlash(out)) }

// outPath is where a noted folder is.
func (f *Folder) outPath(out string) string {
	if isOutside(out) {
		return filepath.FromSlash(out)
	}
	return f.Path(filepath.FromSlash(out))
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// outFile is a file in the folder of a roster that is cleared away, and what is left of it then; nil if nothing is.
type outFile struct {
	name string
	rest []byte
}

// outChange is what clearing away makes of a folder with the files of a roster.
type outChange struct {
	folder string // as it is noted
	itself bool   // it goes too, if it is empty then
	files  []outFile
	ignore *outFile // what becomes of its .gitignore; nil if it stays as it is
	left   string   // why nothing in it is touched; empty if something is
}

// outChanges says what becomes of the folders in which something is of applications that go.
func (f *Folder) outChanges(journal Journal, c clearance) ([]outChange, error) {
	var all []outChange
	for _, out := range journal.outs() {
		change, err := f.outChangeOf(out, c)
		if err != nil {
			return nil, err
		}
		if len(change.files) > 0 || change.left != "" {
			all = append(all, change)
		}
	}
	return all, nil
}

const leftOutside = "it is outside the folder, and nothing in it is read: delete the .env files of the users there yourself"

func (f *Folder) outChangeOf(out string, c clearance) (outChange, error) {
	put := func(name string) bool { return c.put(out+"/", name) }
	change := outChange{folder: out, itself: out != "." && put(outItself)}
	if isOutside(out) {
		// Nothing in there is looked at: it may be anything, /proc too, where reading never ends.
		if c.goesInto(out+"/") && isThere(f.outPath(out)) {
			change.left = leftOutside
		}
		return change, nil
	}
	folder, err := f.Inside(filepath.FromSlash(out))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return change, nil
	case errors.Is(err, fs.ErrPermission):
		return change, &SaveError{Path: f.outPath(out), Err: f.denied(filepath.FromSlash(out), err)}
	case err != nil: // a link that leads out
		change.left = leftOutside
		return change, nil
	}
	defer func() { _ = folder.Close() }()
	entries, err := folder.Entries()
	if err != nil {
		return change, &SaveError{Path: f.outPath(out), Err: cause(err)}
	}
	var ignored []byte
	others, envs := 0, 0
	for _, e := range entries {
		// By its name first: what is not for users is not read.
		if e.Name() != gitignoreFile && !strings.HasSuffix(e.Name(), ".env") {
			others++
			continue
		}
		text, err := folder.Read(e.Name())
		if e.Name() == gitignoreFile {
			ignored = text
			continue
		}
		d, notText := parseDotenv(text)
		if err == nil && notText == nil && c.isOfUser(e.Name(), d) {
			rest := withoutUser(d)
			change.files = append(change.files, outFile{e.Name(), rest})
			if rest == nil {
				continue
			}
		}
		envs++
	}
	switch {
	case out == ".": // see withoutIgnored
	case put(outIgnore) && (string(ignored) == ignoreAll && envs+others == 0 || len(ignored) > 0 && withoutUserLines(ignored, everyLine) == nil && envs == 0):
		change.ignore = &outFile{name: gitignoreFile}
	case slices.ContainsFunc(userLines(), put) && envs == 0 && ignored != nil:
		change.ignore = &outFile{name: gitignoreFile, rest: withoutUserLines(ignored, put)}
	}
	return change, nil
}

// goesInto reports whether an application that goes was noted with a folder for its users' files.
func (c clearance) goesInto(name string) bool {
	return slices.ContainsFunc(c.going, func(app NotedApp) bool { return slices.Contains(app.Files, name) })
}

// isUserFile reports whether a user's file may have a name.
func isUserFile(name, user string) bool {
	first := strings.TrimSuffix(userFile(user, 1), ".env")
	number, ok := strings.CutPrefix(strings.TrimSuffix(name, ".env"), first)
	_, err := strconv.ParseUint(strings.TrimPrefix(number, "-"), 10, 32)
	return ok && (number == "" || strings.HasPrefix(number, "-") && err == nil)
}

// isOfUser reports whether a file has the name and the content that writeRoster gives it for an application that goes.
func (c clearance) isOfUser(name string, d dotenv) bool {
	user := d.Value(dotenvUserName)
	return user != "" && isOf(c.going, d.Value(dotenvAppID)) && isUserFile(name, user)
}

// says tells what becomes of the files.
func (o outChange) says() string {
	if o.left != "" {
		return o.left
	}
	kept := 0
	for _, file := range o.files {
		if file.rest != nil {
			kept++
		}
	}
	why := counted(len(o.files), "file") + " of the users"
	if kept > 0 {
		why += fmt.Sprintf("; other lines stay in %s of them", grouped(kept))
	}
	return why
}

// item is what credwiz clean tells of the folder.
func (o outChange) item(f *Folder) Item {
	item := Item{Kind: FileItem, Name: redact.Printable(f.outPath(o.folder)), State: ToDelete, Why: redact.Printable(o.says())}
	if o.left != "" {
		item.State = Left
	}
	return item
}

// clearOut takes the files away, and their folder if that is empty then.
func (f *Folder) clearOut(o outChange) error {
	folder, err := f.Inside(filepath.FromSlash(o.folder))
	if err != nil {
		return &SaveError{Path: f.outPath(o.folder), Err: f.denied(filepath.FromSlash(o.folder), err)}
	}
	defer func() { _ = folder.Close() }()
	files := o.files
	if o.ignore != nil {
		files = append(slices.Clip(files), *o.ignore)
	}
	for _, file := range files {
		if file.rest != nil {
			if err := folder.Replace(file.name, file.rest, modeOf(file.name)); err != nil {
				return err
			}
			continue
		}
		if err := folder.Remove(file.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &SaveError{Path: folder.Path(file.name), Err: folder.denied(file.name, err)}
		}
	}
	if o.itself {
		_ = f.Remove(filepath.FromSlash(o.folder)) // stays if something is in it
	}
	return nil
}

// sweepOuts removes what killed runs left half written in the folders of rosters, as sweep does.
func (f *Folder) sweepOuts(before time.Time, outs []string) (removed int, err error) {
	for _, out := range outs {
		if isOutside(out) {
			continue
		}
		folder, err := f.Inside(filepath.FromSlash(out))
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			continue
		case err != nil:
			return removed, fmt.Errorf("%s: %w", f.outPath(out), cause(err))
		}
		n, err := folder.sweepUserFiles(before)
		_ = folder.Close()
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (f *Folder) sweepUserFiles(before time.Time) (removed int, err error) {
	entries, err := f.Entries()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", f.Given(), cause(err))
	}
	for _, e := range entries {
		of, ok := tempOf(e.Name())
		if !ok || of != strings.TrimPrefix(gitignoreFile, ".") && !strings.HasSuffix(of, ".env") {
			continue
		}
		// A user's file and a .gitignore are told apart by their modes only.
		if f.isLeftover(e.Name(), before, []string{of, gitignoreFile}) && f.Remove(e.Name()) == nil {
			removed++
		}
	}
	return removed, nil
}

package steps

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// sweepAge is how old a temporary file must be before it is taken for one of a run that was killed.
const sweepAge = time.Minute

// sweep removes the temporary files that killed runs left of the given names, and of users' files in the folders of
// rosters, and returns how many those were. Given a time, it leaves those that are not older: another run may be at work
// on them. No key is lost by it: nothing was asked of the API before its key had its name. The error is why the folder
// could not be listed: then nothing is removed.
func (f *Folder) sweep(before time.Time, outs []string, names ...string) (removed int, err error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return 0, cause(err)
	}
	defer func() { _ = dir.Close() }()
	found, err := dir.Readdirnames(-1)
	if err != nil {
		return 0, cause(err)
	}
	for _, name := range found {
		if f.isLeftover(name, before, names) && f.root.Remove(name) == nil {
			removed++
		}
	}
	more, err := f.sweepOuts(before, outs)
	return removed + more, err
}

// clearUp sweeps the temporary files of all names that credwiz writes and of some others, and tells of it.
func (f *Folder) clearUp(before time.Time, journal Journal, w work, names ...string) {
	names = append(names, defaultKeyFile)
	for _, tool := range toolFilesOf([]string{writeNexmo, writeVonage}) {
		names = append(names, tool.name) // also those of a run that was killed before it had noted one
	}
	for _, own := range ownFiles(journal) {
		names = append(names, own.name)
	}
	const text = "clear up after a run that was cut off"
	switch n, err := f.sweep(before, journal.outs(), names...); {
	case err != nil:
		w.warn(text, f.Path("*")+" could not be listed: "+err.Error())
	case n > 0:
		w.tell(text, fmt.Sprintf("temporary files removed: %d", n))
	}
}

// isLeftover is narrow: what it does not know for a temporary file of credwiz may be anything.
func (f *Folder) isLeftover(name string, before time.Time, names []string) bool {
	mode, ok := fs.FileMode(0), false
	for _, n := range names {
		if isTempOf(name, n) {
			mode, ok = modeOf(n), true
		}
	}
	if !ok {
		return false
	}
	info, err := f.root.Lstat(name)
	// The mode may have fewer bits than it should: the umask took them, and the run was killed before it set it.
	return err == nil && info.Mode().IsRegular() && !isWider(info, mode) && isOurs(info) &&
		(before.IsZero() || info.ModTime().Before(before))
}

func modeOf(name string) fs.FileMode {
	if filepath.Base(name) == gitignoreFile {
		return gitignoreMode
	}
	return secretMode
}

const tempAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // rand.Text's

const tempLength = 26

// tempSuffix tells temporary files from everything else, so that a single line has git ignore them all, and nothing like
// .env.example. Those of older versions have none.
const tempSuffix = ".credwiz"

// tempPrefix is how the names of the temporary files of a name begin.
func tempPrefix(name string) string {
	dir, base := filepath.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + "."
}

// tempName is the name of a temporary file of a name.
func tempName(name, random string) string { return tempPrefix(name) + random + tempSuffix }

// tempOf is the name without its first dot of the file that a temporary file is of.
func tempOf(temp string) (name string, ok bool) {
	at := len(strings.TrimSuffix(temp, tempSuffix)) - tempLength - 1
	if at < 2 || temp[0] != '.' {
		return "", false
	}
	name = temp[1:at]
	return name, isTempOf(temp, name)
}

func isTempOf(temp, name string) bool {
	random, ok := strings.CutPrefix(strings.TrimSuffix(temp, tempSuffix), tempPrefix(name))
	return ok && len(random) == tempLength && strings.Trim(random, tempAlphabet) == ""
}

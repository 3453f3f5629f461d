package steps

import (
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// sweepAge is how old a temporary file must be before it is taken for one of a run that was killed.
const sweepAge = time.Minute

// sweep removes the temporary files that killed runs left of the given names, and of users' files in the folders of
// rosters, and returns how many those were. No key
// is lost by it: nothing was asked of the API before its key had its name. The error is why the folder could not be
// listed: then nothing is removed.
func (f *Folder) sweep(now time.Time, outs []string, names ...string) (removed int, err error) {
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
		if f.isLeftover(name, now, names) && f.root.Remove(name) == nil {
			removed++
		}
	}
	more, err := f.sweepOuts(now, outs)
	return removed + more, err
}

// isLeftover is narrow: what it does not know for a temporary file of credwiz may be anything.
func (f *Folder) isLeftover(name string, now time.Time, names []string) bool {
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
		now.Sub(info.ModTime()) > sweepAge
}

func modeOf(name string) fs.FileMode {
	if filepath.Base(name) == gitignoreFile {
		return gitignoreMode
	}
	return secretMode
}

const tempAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // rand.Text's

const tempLength = 26

// tempPrefix is how the names of the temporary files of a name begin.
func tempPrefix(name string) string {
	dir, base := filepath.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + "."
}

// tempOf is the name without its first dot of the file that a temporary file is of.
func tempOf(temp string) (name string, ok bool) {
	at := len(temp) - tempLength - 1
	if at < 2 || temp[0] != '.' {
		return "", false
	}
	name = temp[1:at]
	return name, isTempOf(temp, name)
}

func isTempOf(temp, name string) bool {
	random, ok := strings.CutPrefix(temp, tempPrefix(name))
	return ok && len(random) == tempLength && strings.Trim(random, tempAlphabet) == ""
}

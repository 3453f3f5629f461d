package workdir

import (
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// SweepAge is how old a temporary file must be before it is taken for one of a run that was killed.
const SweepAge = time.Minute

// IsLeftover is narrow: what it does not know for a temporary file of credwiz may be anything.
func (d *Dir) IsLeftover(name string, before time.Time, names []string) bool {
	mode, ok := fs.FileMode(0), false
	for _, n := range names {
		if isTempOf(name, n) {
			mode, ok = ModeOf(n), true
		}
	}
	if !ok {
		return false
	}
	info, err := d.root.Lstat(name)
	// The mode may have fewer bits than it should: the umask took them, and the run was killed before it set it.
	return err == nil && info.Mode().IsRegular() && !isWider(info, mode) && IsOurs(info) &&
		(before.IsZero() || info.ModTime().Before(before))
}

// ModeOf is the mode of a file that credwiz writes.
func ModeOf(name string) fs.FileMode {
	if filepath.Base(name) == GitignoreFile {
		return GitignoreMode
	}
	return SecretMode
}

const tempAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // rand.Text's

// TempLength is the length of the random part of a temporary file's name.
const TempLength = 26

// tempSuffix tells temporary files from everything else, so that a single line has git ignore them all, and nothing like
// .env.example. Those of older versions have none.
const tempSuffix = ".credwiz"

// tempPrefix is how the names of the temporary files of a name begin.
func tempPrefix(name string) string {
	dir, base := filepath.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + "."
}

// TempName is the name of a temporary file of a name.
func TempName(name, random string) string { return tempPrefix(name) + random + tempSuffix }

// TempTarget is the name without its first dot of the file that a temporary file is of.
func TempTarget(temp string) (name string, ok bool) {
	at := len(strings.TrimSuffix(temp, tempSuffix)) - TempLength - 1
	if at < 2 || temp[0] != '.' {
		return "", false
	}
	name = temp[1:at]
	return name, isTempOf(temp, name)
}

func isTempOf(temp, name string) bool {
	random, ok := strings.CutPrefix(strings.TrimSuffix(temp, tempSuffix), tempPrefix(name))
	return ok && len(random) == TempLength && strings.Trim(random, tempAlphabet) == ""
}

package workdir

import (
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"credwiz/client"
)

// DotenvFile is where apps look for their settings.
const DotenvFile = ".env"

// Place is an API and the folder for its results.
type Place struct {
	API     *client.Client
	Folder  *Dir
	Sandbox bool
}

// GitignoreFile lists what git ignores.
const GitignoreFile = ".gitignore"

// JournalFile records what was made from this folder. It has no secrets.
const JournalFile = ".credwiz.json"

// MaxJournal limits the journal: ten thousand users take about 4 MB.
const MaxJournal = 16 << 20

// UsersFolder is the default folder for the files of a roster.
const UsersFolder = "users"

// File is a written file: its name in the folder, its path for the user, and its purpose.
type File struct{ Name, Path, Purpose string }

// TokenFile gets the token if no clipboard took it.
const TokenFile = "token.txt"

// The configuration files of Vonage's own tools.
const (
	NexmorcFile  = ".nexmorc"   // nexmo-cli: the account
	NexmoAppFile = ".nexmo-app" // nexmo-cli: the application
	VonagercFile = ".vonagerc"  // vonage: both
)

// SweepAge is the age from which a temporary file counts as abandoned.
const SweepAge = time.Minute

// IsLeftover reports whether a file is certainly an abandoned temporary file of one of the names.
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
	// The umask may have removed bits before the run was killed.
	return err == nil && info.Mode().IsRegular() && !isWider(info, mode) && IsOurs(info) &&
		(before.IsZero() || info.ModTime().Before(before))
}

// ModeOf returns the mode for a file that credwiz writes.
func ModeOf(name string) fs.FileMode {
	if filepath.Base(name) == GitignoreFile {
		return GitignoreMode
	}
	return SecretMode
}

const tempAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" // rand.Text's

// TempLength is the length of the random part of a temporary name.
const TempLength = 26

// tempSuffix lets one .gitignore line match all temporary files. Older versions used none.
const tempSuffix = ".credwiz"

func tempPrefix(name string) string {
	dir, base := filepath.Split(name)
	return dir + "." + strings.TrimPrefix(base, ".") + "."
}

// TempName returns the name of a temporary file for name.
func TempName(name, random string) string { return tempPrefix(name) + random + tempSuffix }

// TempTarget returns the name, without its first dot, that a temporary file is for.
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

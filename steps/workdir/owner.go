package workdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/words"
)

// OwnerError is a file or a folder that you may not use because it belongs to another user of this computer. A run with
// sudo leaves such files.
type OwnerError struct {
	Path, Owner string
	// TakeBack is the command that makes it and its like the user's own; empty if credwiz cannot have made it.
	TakeBack string
	Err      error
}

func (e *OwnerError) Error() string { return "it belongs to " + e.Owner }

func (e *OwnerError) Unwrap() error { return e.Err }

// WithOwner is the error of a file of the folder, and whose the file is, or else the folder, if that is the matter.
func (d *Dir) WithOwner(name string, err error) error {
	err = Cause(err)
	if err == nil || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if info, statErr := d.root.Lstat(name); statErr == nil && name != "." && !IsOurs(info) {
		return &OwnerError{Path: d.Path(name), Owner: ownerOf(info), TakeBack: d.takeBack(name, ownerOf(info)), Err: err}
	}
	return withFolderOwner(d.path, err)
}

// takeBack is the command for a file, and for the others of credwiz that have the same owner.
func (d *Dir) takeBack(name, owner string) string {
	words1 := []string{"sudo", "chown"}
	var paths []string
	for _, own := range append([]string{name, UsersFolder}, ownNames()...) {
		info, err := d.root.Lstat(own)
		if err != nil || ownerOf(info) != owner || slices.Contains(paths, d.Path(own)) {
			continue
		}
		if info.IsDir() && !slices.Contains(words1, "-R") {
			words1 = append(words1, "-R")
		}
		paths = append(paths, d.Path(own))
	}
	slices.Sort(paths)
	return words.Command(slices.Concat(words1, []string{userName()}, paths)...)
}

// ownNames are the files that credwiz writes under names of its own.
func ownNames() []string {
	return []string{DefaultKeyFile, DotenvFile, JournalFile, TokenFile, GitignoreFile, NexmorcFile, NexmoAppFile, VonagercFile}
}

// withFolderOwner is denied for a folder itself.
func withFolderOwner(path string, err error) error {
	err = Cause(err)
	info, statErr := os.Stat(path)
	if !errors.Is(err, fs.ErrPermission) || statErr != nil || IsOurs(info) {
		return err
	}
	denied := &OwnerError{Path: path, Owner: ownerOf(info), Err: err}
	// In a folder of the user's own, a run with sudo made it. Elsewhere it may be anything, /root too.
	if whole, err := filepath.Abs(path); err == nil {
		if parent, err := os.Stat(filepath.Dir(whole)); err == nil && IsOurs(parent) {
			denied.TakeBack = words.Command("sudo", "chown", "-R", userName(), whole)
		}
	}
	return denied
}

// Advice says how to take it back.
func (e *OwnerError) Advice() advice.Advice {
	a := advice.Advice{
		What: fmt.Sprintf("%s belongs to %s, and you may not use it.", redact.Printable(e.Path), redact.Printable(e.Owner)),
		Do:   "Ask its owner for access, or choose another folder with --dir.",
		Kind: advice.Other, Retry: true,
	}
	if e.TakeBack != "" {
		a.Do = "If an earlier run with sudo made it, take it back: " + e.TakeBack + ". Otherwise choose another folder with --dir."
	}
	return a
}

// ErrOnlyCopy is a private key that would be replaced and is in no other file of the folder.
var ErrOnlyCopy = errors.New("it holds a private key that is in no other file here, and credwiz never replaces a key")

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

// OwnerError is a file that belongs to another user, as a run with sudo leaves it.
type OwnerError struct {
	Path, Owner string
	TakeBack    string // the chown command; empty if credwiz cannot have made the file
	Err         error
}

func (e *OwnerError) Error() string { return "it belongs to " + e.Owner }

func (e *OwnerError) Unwrap() error { return e.Err }

// WithOwner adds to a permission error who owns the file, or else the folder.
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

// takeBack returns the chown command for a file and for credwiz's other files of that owner.
func (d *Dir) takeBack(name, owner string) string {
	chown := []string{"sudo", "chown"}
	var paths []string
	for _, own := range append([]string{name, UsersFolder}, ownNames()...) {
		info, err := d.root.Lstat(own)
		if err != nil || ownerOf(info) != owner || slices.Contains(paths, d.Path(own)) {
			continue
		}
		if info.IsDir() && !slices.Contains(chown, "-R") {
			chown = append(chown, "-R")
		}
		paths = append(paths, d.Path(own))
	}
	slices.Sort(paths)
	return words.Command(slices.Concat(chown, []string{userName()}, paths)...)
}

func ownNames() []string {
	return []string{DefaultKeyFile, DotenvFile, JournalFile, TokenFile, GitignoreFile, NexmorcFile, NexmoAppFile, VonagercFile}
}

func withFolderOwner(path string, err error) error {
	err = Cause(err)
	info, statErr := os.Stat(path)
	if !errors.Is(err, fs.ErrPermission) || statErr != nil || IsOurs(info) {
		return err
	}
	denied := &OwnerError{Path: path, Owner: ownerOf(info), Err: err}
	// In the user's own folder a run with sudo made it. Elsewhere it may be anything, even /root.
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

package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"credwiz/client/redact"
)

// OwnerError is a file or a folder that you may not use because it belongs to another user of this computer. A run with
// sudo leaves such files.
type OwnerError struct {
	Path, Owner string
	// TakeBack is the command that makes it and its like the user's own; empty if credwiz cannot have made it.
	TakeBack string
	Err      error
}

// Error names the owner.
func (e *OwnerError) Error() string { return "it belongs to " + e.Owner }

// Unwrap gives what the system said: fs.ErrPermission.
func (e *OwnerError) Unwrap() error { return e.Err }

// denied is the error of a file of the folder, and whose the file is, or else the folder, if that is the matter.
func (f *Folder) denied(name string, err error) error {
	err = cause(err)
	if err == nil || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if info, statErr := f.root.Lstat(name); statErr == nil && name != "." && !isOurs(info) {
		return &OwnerError{Path: f.Path(name), Owner: ownerOf(info), TakeBack: f.takeBack(name, ownerOf(info)), Err: err}
	}
	return deniedFolder(f.path, err)
}

// takeBack is the command for a file, and for the others of credwiz that have the same owner.
func (f *Folder) takeBack(name, owner string) string {
	words := []string{"sudo", "chown"}
	var paths []string
	for _, own := range append([]string{name, outFolder}, ownNames()...) {
		info, err := f.root.Lstat(own)
		if err != nil || ownerOf(info) != owner || slices.Contains(paths, f.Path(own)) {
			continue
		}
		if info.IsDir() && !slices.Contains(words, "-R") {
			words = append(words, "-R")
		}
		paths = append(paths, f.Path(own))
	}
	slices.Sort(paths)
	return command(slices.Concat(words, []string{userName()}, paths)...)
}

// ownNames are the files that credwiz writes under names of its own.
func ownNames() []string {
	return []string{defaultKeyFile, dotenvFile, journalFile, tokenFile, gitignoreFile, nexmorcFile, nexmoAppFile, vonagercFile}
}

// deniedFolder is denied for a folder itself.
func deniedFolder(path string, err error) error {
	err = cause(err)
	info, statErr := os.Stat(path)
	if !errors.Is(err, fs.ErrPermission) || statErr != nil || isOurs(info) {
		return err
	}
	denied := &OwnerError{Path: path, Owner: ownerOf(info), Err: err}
	// In a folder of the user's own, a run with sudo made it. Elsewhere it may be anything, /root too.
	if whole, err := filepath.Abs(path); err == nil {
		if parent, err := os.Stat(filepath.Dir(whole)); err == nil && isOurs(parent) {
			denied.TakeBack = command("sudo", "chown", "-R", userName(), whole)
		}
	}
	return denied
}

// Advice says how to take it back.
func (e *OwnerError) Advice() Advice {
	a := Advice{
		What: fmt.Sprintf("%s belongs to %s, and you may not use it.", redact.Printable(e.Path), redact.Printable(e.Owner)),
		Do:   "Ask its owner for access, or choose another folder with --dir.",
		Kind: Other, Retry: true,
	}
	if e.TakeBack != "" {
		a.Do = "If an earlier run with sudo made it, take it back: " + e.TakeBack + ". Otherwise choose another folder with --dir."
	}
	return a
}

package workdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"credwiz/client/errno"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/words"
)

// Obstacles to a later write. They are found before anything is created.
var (
	errOtherOwner = errors.New("it belongs to another user")
	errReadOnly   = errors.New("you can't read and write it")
	errLocked     = errors.New("it is locked against changes")
	// ErrOnlyCopy is a private key in no other file, which must not be replaced.
	ErrOnlyCopy = errors.New("it contains a private key that's in no other file here, and credwiz never replaces a key")
)

// CheckMergeable refuses a file that is not text, or cannot be read or written.
func (d *Dir) CheckMergeable(name string) error {
	if err := d.CheckWritable(name); err != nil {
		return err
	}
	content, err := d.Read(name)
	if err == nil {
		err = dotfile.CheckText(content)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &SaveError{Path: d.Path(name), Err: err}
	}
	return nil
}

// CheckWritable refuses an existing file that may not be replaced.
func (d *Dir) CheckWritable(name string) error {
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		err = Cause(err)
	default:
		if err = checkMode(info, os.Geteuid() == 0); err == nil {
			err = d.tryWriting(name)
		}
	}
	if err != nil {
		return &SaveError{Path: d.Path(name), Err: err}
	}
	return nil
}

// checkMode judges a file by its owner and mode. The superuser may write any.
func checkMode(info fs.FileInfo, superuser bool) error {
	switch {
	case !info.Mode().IsRegular():
		return ErrNotRegular
	case !IsOurs(info) && !superuser:
		return errOtherOwner
	case info.Mode().Perm()&SecretMode != SecretMode:
		return errReadOnly
	}
	return nil
}

// tryWriting opens a file for writing and writes nothing, which reveals an immutable one.
func (d *Dir) tryWriting(name string) error {
	file, err := d.root.OpenFile(name, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, syscall.EPERM):
		return errLocked
	case errors.Is(err, fs.ErrPermission):
		return errReadOnly
	case err != nil:
		return Cause(err)
	}
	return file.Close()
}

// CheckWritableFolder refuses a folder that cannot be made or written to.
func CheckWritableFolder(path string) error {
	for {
		_, err := os.Lstat(path)
		parent := filepath.Dir(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || parent == path {
			break
		}
		path = parent
	}
	folder, err := OpenExisting(path)
	if err != nil {
		return &SaveError{Path: path, Err: Cause(err)}
	}
	defer func() { _ = folder.Close() }()
	temp, err := folder.writeTemp(GitignoreFile, nil, SecretMode, false)
	if err == nil {
		err = folder.Remove(temp)
	}
	if err != nil {
		return &SaveError{Path: path, Err: Cause(err)}
	}
	return nil
}

// Advice says what to do.
func (e *SaveError) Advice() advice.Advice {
	if inner, ok := errors.AsType[advice.Adviser](e.Err); ok {
		return inner.Advice()
	}
	path, file := redact.Printable(e.Path), redact.Printable(words.InShell(e.Path))
	unlock, chmod := "sudo chattr -ia", "chmod u+rw"
	switch runtime.GOOS {
	case "darwin":
		unlock = "chflags nouchg"
	case "windows":
		unlock, chmod = "attrib -r", "attrib -r"
	}
	a := advice.Advice{Kind: advice.Other, Retry: true}
	var large *TooLargeError
	var text *dotfile.TextError
	switch {
	case errors.Is(e, errOtherOwner):
		a.What = path + " belongs to another user of this computer."
		a.Do = "Take ownership, then try again: " + `sudo chown "$USER" ` + file + "."
	case errors.Is(e, errReadOnly):
		a.What = "You don't have permission to read and write " + path + "."
		a.Do = "Fix the permissions, then try again: " + chmod + " " + file + "."
	case errors.Is(e, errLocked):
		a.What = path + " is locked against changes."
		a.Do = "Unlock it, then try again: " + unlock + " " + file + "."
	case errors.Is(e, dotfile.ErrUTF16):
		a.What = path + " is UTF-16; it must be UTF-8."
		a.Do = "Save it as UTF-8 in your editor, then try again."
	case errors.As(e, &text):
		a.What = fmt.Sprintf("Line %d of %s isn't UTF-8.", text.Line, path)
		a.Do = "Save it as UTF-8 in your editor, then try again."
	case errors.As(e, &large):
		a.What = fmt.Sprintf("%s is over %d KiB, too large for credwiz to add to.", path, large.Limit>>10)
		a.Do = "Move large content to another file, then try again."
	case errors.Is(e, fs.ErrExist):
		a.What = path + " already exists, and credwiz never replaces a key."
		a.Do = "Choose another name with --key-file, or use this key with --reuse-key."
		a.Kind, a.Retry, a.Field = advice.WouldOverwrite, false, answer.KeyFile
	case errors.Is(e, errno.ReadOnly):
		a.What = path + " couldn't be written: the file system is read-only."
		a.Do = "Choose another folder with --dir, or make the file system writable and try again."
	case errors.Is(e, fs.ErrPermission):
		a.What = "You don't have permission to write " + path + "."
		a.Do = "Make the folder writable and try again, or choose another folder with --dir."
	case errors.Is(e, errno.DiskFull), errors.Is(e, errno.QuotaFull):
		a.What = "The disk is full: " + path + " couldn't be written."
		a.Do = "Free up space and try again, or choose another folder with --dir."
	case errors.Is(e, ErrOnlyCopy):
		a.What = path + " contains a private key that's in no other file here and would be lost."
		a.Do = "Save that key in its own file, or move " + path + " away. Then try again."
	case errors.Is(e, ErrNotRegular):
		a.What = path + " is a folder, a link or a device."
		a.Do = "Move it away and try again, or choose another folder with --dir."
	default:
		a.What = fmt.Sprintf("Couldn't write %s: %s.", path, redact.Printable(e.Err.Error()))
		a.Do = "Try again, or choose another folder with --dir."
	}
	return a
}

// OwnerError is a file that belongs to another user, as a run with sudo leaves it.
type OwnerError struct {
	Path, Owner string
	Folder      bool   // it is the folder itself, with its whole path
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
	denied := &OwnerError{Path: path, Owner: ownerOf(info), Folder: true, Err: err}
	// In the user's own folder a run with sudo made it. Elsewhere it may be anything, even /root.
	if whole, err := filepath.Abs(path); err == nil {
		denied.Path = whole // "." names nothing
		if parent, err := os.Stat(filepath.Dir(whole)); err == nil && IsOurs(parent) {
			denied.TakeBack = words.Command("sudo", "chown", "-R", userName(), whole)
		}
	}
	return denied
}

// Advice says how to take it back.
func (e *OwnerError) Advice() advice.Advice {
	denied := "you don't have access"
	if e.Folder {
		denied = "you can't write to it"
	}
	a := advice.Advice{
		What: fmt.Sprintf("%s belongs to %s, and %s.", redact.Printable(e.Path), redact.Printable(e.Owner), denied),
		Do:   "Ask its owner for access, or choose another folder with --dir.",
		Kind: advice.Other, Retry: true,
	}
	if e.TakeBack != "" {
		a.Do = "If an earlier run with sudo created it, take ownership: " + e.TakeBack + ". Otherwise choose another folder with --dir."
	}
	return a
}

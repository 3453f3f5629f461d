// Package workdir is the folder of a run: files written whole or not at all, a lock, key files, git.
package workdir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"credwiz/steps/dotfile"
	"credwiz/steps/words"
)

// Dir is the folder of a run. Every name is looked up below the opened folder, so replacing the path by a link does
// not redirect a key. A crash during a write leaves the whole file or none.
type Dir struct {
	root *os.Root
	path string
}

// The modes of files with secrets, and of folders.
const (
	SecretMode = 0o600
	folderMode = 0o700
)

// Open opens the folder at path and creates it if it is missing.
func Open(path string) (*Dir, error) {
	if err := makeFolder(path); err != nil {
		return nil, &SaveError{Path: path, Err: withFolderOwner(path, err)}
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, &SaveError{Path: path, Err: withFolderOwner(path, err)}
	}
	return &Dir{root: root, path: path}, nil
}

// makeFolder sets the mode again because the umask may have removed bits that the next folder needs.
func makeFolder(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	err := os.Mkdir(path, folderMode)
	if parent := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && parent != path {
		if err := makeFolder(parent); err != nil {
			return err
		}
		err = os.Mkdir(path, folderMode)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil // another credwiz was faster
	case err != nil:
		return err
	}
	return os.Chmod(path, folderMode)
}

// Absolute returns the absolute path of the folder.
func (d *Dir) Absolute() string {
	path, err := filepath.Abs(d.path)
	if err != nil {
		return d.path
	}
	return path
}

// Close releases the folder.
func (d *Dir) Close() error { return d.root.Close() }

// Entries lists the folder, sorted by name.
func (d *Dir) Entries() ([]fs.DirEntry, error) { return fs.ReadDir(d.root.FS(), ".") }

// Remove removes a file or an empty folder.
func (d *Dir) Remove(name string) error { return d.root.Remove(name) }

// Stat describes a file and follows links.
func (d *Dir) Stat(name string) (fs.FileInfo, error) { return d.root.Stat(name) }

// Lstat describes a file and does not follow links.
func (d *Dir) Lstat(name string) (fs.FileInfo, error) { return d.root.Lstat(name) }

// Inside opens a folder in this one. It refuses links that lead out.
func (d *Dir) Inside(name string) (*Dir, error) {
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &Dir{root: root, path: d.Path(name)}, nil
}

// OpenExisting opens the folder at path and creates nothing. The error is the system's.
func OpenExisting(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root: root, path: path}, nil
}

// Given returns the folder's path as the user gave it.
func (d *Dir) Given() string { return d.path }

// Path returns the path of a file as the user can reach it.
func (d *Dir) Path(name string) string { return filepath.Join(d.path, name) }

// Name returns the folder as screens name it.
func (d *Dir) Name() string {
	if filepath.Clean(d.path) == "." {
		return "this folder"
	}
	return d.path
}

// SaveError is a file that could not be written. It wraps fs.ErrExist, fs.ErrPermission, syscall.ENOSPC, ...
type SaveError struct {
	Path string
	Err  error
}

func (e *SaveError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

func (e *SaveError) Unwrap() error { return e.Err }

// Cause strips the temporary name that an *fs.PathError or *os.LinkError would show.
func Cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

// Create writes a new file that only its owner can read. If the name is taken, the error is fs.ErrExist.
func (d *Dir) Create(name string, content []byte) (err error) {
	defer func() { err = d.saveError(name, err) }()
	temp, err := d.writeTemp(name, content, SecretMode, true)
	if err != nil {
		return err
	}
	err = d.publish(temp, name)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = d.createDirectly(name, content)
	}
	if removed := d.root.Remove(temp); err == nil && !errors.Is(removed, fs.ErrNotExist) {
		err = removed
	}
	if err != nil {
		return err
	}
	if err := d.Sync(name); err != nil {
		return errors.Join(err, d.root.Remove(name))
	}
	return nil
}

func (d *Dir) publish(temp, name string) error {
	// A link, unlike a rename, refuses a name that is taken.
	err := d.root.Link(temp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// FAT and some network file systems have no links.
	dir, err := d.root.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	return renameFree(dir, filepath.Base(temp), filepath.Base(name))
}

// createDirectly writes in place, for file systems with neither links nor exclusive renames.
func (d *Dir) createDirectly(name string, content []byte) error {
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, SecretMode)
	if err != nil {
		return err
	}
	if err := fill(file, content, SecretMode, true); err != nil {
		return errors.Join(err, d.root.Remove(name))
	}
	return nil
}

// Replace writes a file atomically and flushes it to disk. It refuses anything but a regular file.
func (d *Dir) Replace(name string, content []byte, mode fs.FileMode) error {
	return d.saveError(name, d.replace(name, content, mode, true))
}

// ReplaceUnsynced is Replace without the flush, for files that can be made again.
func (d *Dir) ReplaceUnsynced(name string, content []byte, mode fs.FileMode) error {
	return d.saveError(name, d.replace(name, content, mode, false))
}

func (d *Dir) saveError(name string, err error) error {
	if err == nil {
		return nil
	}
	return &SaveError{Path: d.Path(name), Err: d.WithOwner(name, err)}
}

// ErrNotRegular is a name that belongs to a folder, a link or a device.
var ErrNotRegular = errors.New("it is not a regular file")

func (d *Dir) replace(name string, content []byte, mode fs.FileMode, flush bool) error {
	if info, err := d.root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return ErrNotRegular
	}
	temp, err := d.writeTemp(name, content, mode, flush)
	if err != nil {
		return err
	}
	if err := d.root.Rename(temp, name); err != nil {
		return errors.Join(err, d.root.Remove(temp))
	}
	if !flush {
		return nil
	}
	return d.Sync(name)
}

func (d *Dir) writeTemp(name string, content []byte, mode fs.FileMode, flush bool) (string, error) {
	temp := TempName(name, rand.Text())
	file, err := d.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return "", err
	}
	if err := fill(file, content, mode, flush); err != nil {
		return "", errors.Join(err, d.root.Remove(temp))
	}
	return temp, nil
}

func fill(file *os.File, content []byte, mode fs.FileMode, flush bool) (err error) {
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := file.Chmod(mode); err != nil && runtime.GOOS != "windows" {
		return err
	}
	if _, err := file.Write(content); err != nil || !flush {
		return err
	}
	return file.Sync()
}

// Sync flushes the folder that contains name; otherwise a power cut can lose the name.
func (d *Dir) Sync(name string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be flushed there
	}
	dir, err := d.root.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Read returns the content of a regular file of at most 64 KiB. The error is the cause, without the path.
func (d *Dir) Read(name string) ([]byte, error) { return d.ReadUpTo(name, MaxText) }

// ReadLimit returns how much of a file is read.
func ReadLimit(name string) int64 {
	if name == JournalFile {
		return MaxJournal
	}
	return MaxText
}

// ReadUpTo reads a regular file of at most limit bytes.
func (d *Dir) ReadUpTo(name string, limit int64) ([]byte, error) {
	file, err := d.OpenRegular(name)
	if err != nil {
		return nil, d.WithOwner(name, err)
	}
	defer func() { _ = file.Close() }()
	content, err := readAll(file, limit)
	return content, Cause(err)
}

// ReadText reads a file that must be text.
func (d *Dir) ReadText(name string) ([]byte, error) {
	content, err := d.ReadUpTo(name, ReadLimit(name))
	if err != nil {
		return nil, err
	}
	return dotfile.DecodeText(content)
}

// OpenRegular opens a regular file for reading. A pipe would block, and a device may do anything.
func (d *Dir) OpenRegular(name string) (*os.File, error) {
	info, err := d.root.Stat(name)
	if link, linkErr := d.root.Lstat(name); err != nil && linkErr == nil && link.Mode()&fs.ModeSymlink != 0 {
		return nil, ErrNotRegular // a link to nowhere, or out of the folder
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	// The file may have been replaced: opening must not block.
	file, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err = file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// Has reports whether the name is taken.
func (d *Dir) Has(name string) bool {
	_, err := d.root.Lstat(name)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

// Target returns the folder and an API, for a proposed command line.
func (d *Dir) Target(host string) words.Target { return words.Target{Dir: d.Given(), Host: host} }

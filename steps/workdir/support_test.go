package workdir_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/steps/workdir"
)

// inTheWay are things that may have a file's name, created next to other, which a link may lead to.
var inTheWay = map[string]func(t *testing.T, path, other string){
	"a file":                         func(t *testing.T, path, _ string) { write(t, path, "mine", 0o644) },
	"a file that is write-protected": func(t *testing.T, path, _ string) { write(t, path, "mine", 0o400) },
	"a link to a file":               func(t *testing.T, path, other string) { write(t, other, "mine", 0o644); link(t, other, path) },
	"a link to nothing":              func(t *testing.T, path, other string) { link(t, other, path) },
	"a folder":                       func(t *testing.T, path, _ string) { noError(t, os.Mkdir(path, 0o750)) },
}

// snapshot tells all that is at a path: names, modes, times, contents.
func snapshot(t *testing.T, path string) string {
	t.Helper()
	var b strings.Builder
	noError(t, filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			fmt.Fprintln(&b, at, must(entry.Info()).Mode())
			return nil
		}
		info := must(entry.Info())
		var content []byte
		if info.Mode().IsRegular() {
			content, _ = os.ReadFile(at)
		}
		target, _ := os.Readlink(at)
		fmt.Fprintf(&b, "%s %v %v %q %q\n", at, info.Mode(), info.ModTime(), content, target)
		return nil
	}))
	return b.String()
}

func openFolder(t *testing.T, path string) *workdir.Dir {
	t.Helper()
	folder := must(workdir.Open(path))
	t.Cleanup(func() { _ = folder.Close() })
	return folder
}

func write(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	noError(t, os.WriteFile(path, []byte(content), 0o600))
	noError(t, os.Chmod(path, mode))
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Skip("SKIPPED: this system makes no symbolic links:", err)
	}
}

func isFile(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	info := must(os.Lstat(path))
	equal(t, "the mode of "+path, info.Mode(), mode)
	got, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Fatal(err)
	}
	if err == nil {
		equal(t, "the content of "+path, string(got), content)
	}
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries := must(os.ReadDir(dir))
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// must is for what fails only if the machine does.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

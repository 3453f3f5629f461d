package steps

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A file system without links cannot be had here, so its way of creating a file is called by its name.
func TestWithoutLinksAFileIsStillNeverReplaced(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	dir := t.TempDir()
	folder, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if err := folder.createDirectly("name", []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := folder.createDirectly("name", []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if err := os.Symlink("nothing", filepath.Join(dir, "link")); err == nil {
		if err := folder.createDirectly("link", []byte("x")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a link: got %v", err)
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, "name"))
	if err != nil || string(content) != "first" {
		t.Errorf("the file has %q, %v", content, err)
	}
	info, err := os.Stat(filepath.Join(dir, "name"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("its mode: %v, %v", info.Mode(), err)
	}
}

//go:build unix

package workdir_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"credwiz/steps/workdir"
)

func TestAPipeIsLeftUnchanged(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "private.key"), 0o640); err != nil {
		t.Skip("SKIPPED: this system makes no pipes:", err)
	}
	before := snapshot(t, dir)
	folder := openFolder(t, dir)
	wantError(t, folder.Create("private.key", []byte("new")), os.ErrExist)
	wantError(t, folder.Replace("private.key", []byte("new"), 0o600), workdir.ErrNotRegular)
	equal(t, "what was there", snapshot(t, dir), before)
}

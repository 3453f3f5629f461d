//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestOnlyRegularFilesAreRead(t *testing.T) {
	t.Parallel()
	s := places(t, map[string]string{".env/bin/python": ""})
	noError(t, syscall.Mkfifo(filepath.Join(s.Folder, ".nexmorc"), 0o600))
	noError(t, os.Symlink("/etc/passwd", filepath.Join(s.Folder, ".vonagerc")))
	equal(t, "suggested", suggested(s), "note: Ignored .env: it is not a regular file.; "+
		"note: Ignored .nexmorc: it is not a regular file.; note: Ignored .vonagerc: it is not a regular file.")
}

package workdir

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// A program that is started has a copy of every open file between fork and exec.
func TestALockIsGivenBackThoughAProgramIsBeingStarted(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	folder, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	unlock, err := folder.TryLock()
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	copies := 0
	for _, entry := range open {
		if path, err := os.Readlink(filepath.Join("/proc/self/fd", entry.Name())); err != nil || path != dir {
			continue
		}
		number, err := strconv.Atoi(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if twin, err := unix.Dup(number); err == nil {
			copies++
			defer func() { _ = unix.Close(twin) }()
		}
	}
	if copies == 0 {
		t.Fatal("the folder is not open")
	}
	unlock()
	again, err := folder.TryLock()
	if err != nil {
		t.Fatalf("it is locked still: %v", err)
	}
	again()
}

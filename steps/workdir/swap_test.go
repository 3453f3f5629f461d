package workdir_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// swapping does something repeatedly during a test, and returns how to end it.
func swapping(swap func()) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				swap()
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// swaps is how many keys are saved while the folder is swapped.
func swaps() int {
	if testing.Short() {
		return 50
	}
	return 300
}

func TestAFolderThatIsSwappedAllTheTimeRedirectsNoKey(t *testing.T) {
	t.Attr("fault", "F4")
	t.Parallel()
	base := t.TempDir()
	dir, moved, trap := filepath.Join(base, "dir"), filepath.Join(base, "moved"), filepath.Join(base, "trap")
	noError(t, os.Mkdir(trap, 0o700))
	folder := openFolder(t, dir)
	link(t, trap, filepath.Join(base, "probe")) // or it is skipped
	swapped := 0
	stop := swapping(func() {
		if os.Rename(dir, moved) == nil && os.Symlink(trap, dir) == nil && os.Remove(dir) == nil && os.Rename(moved, dir) == nil {
			swapped++
		}
	})
	for n := range swaps() {
		name := fmt.Sprintf("%d.key", n)
		if err := folder.Create(name, []byte("secret")); err != nil {
			t.Error(err)
		}
		if err := folder.Replace(".env", []byte("secret"), 0o600); err != nil {
			t.Error(err)
		}
		if _, err := folder.Read(name); err != nil {
			t.Error(err)
		}
	}
	stop()
	if swapped == 0 {
		t.Error("nothing was ever swapped")
	}
	equal(t, "files in the trap", len(namesIn(t, trap)), 0)
	equal(t, "files in the folder", len(namesIn(t, dir)), swaps()+1)
}

func TestAFileThatIsSwappedAllTheTimeRedirectsNoKey(t *testing.T) {
	t.Attr("fault", "F4")
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	folder := openFolder(t, dir)
	key, loot, canary := filepath.Join(dir, "private.key"), filepath.Join(outside, "loot"), filepath.Join(outside, "canary")
	write(t, canary, "untouched", 0o644)
	link(t, loot, filepath.Join(dir, "probe")) // or it is skipped
	stop := swapping(func() {
		for _, target := range []string{loot, canary} {
			_ = os.Symlink(target, key)
			_ = os.Remove(key)
		}
	})
	created := 0
	for range swaps() {
		switch err := folder.Create("private.key", []byte("secret")); {
		case err == nil:
			created++
		case !errors.Is(err, fs.ErrExist):
			t.Errorf("got %v", err)
		}
		_ = folder.Replace("private.key", []byte("secret"), 0o600)
		if content, err := folder.Read("private.key"); err == nil && string(content) != "secret" {
			t.Errorf("it read %q", content)
		}
	}
	stop()
	if created == 0 {
		t.Error("no key was ever created")
	}
	equal(t, "files outside", len(namesIn(t, outside)), 1)
	isFile(t, canary, "untouched", 0o644)
}

package workdir_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"credwiz/steps/workdir"
)

func TestOpenFolderMakesAPrivateOne(t *testing.T) {
	t.Attr("fault", "F3")
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b")
	folder := openFolder(t, path)
	info := must(os.Stat(path))
	equal(t, "its mode", info.Mode().Perm(), 0o700)
	equal(t, "a path in it", folder.Path("x"), filepath.Join(path, "x"))
}

func TestPathsAreAsTheUserGaveTheFolder(t *testing.T) {
	t.Parallel()
	equal(t, "a path in this folder", openFolder(t, ".").Path("private.key"), "private.key")
	equal(t, "this folder", openFolder(t, "./").Name(), "this folder")
	dir := t.TempDir()
	equal(t, "another folder", openFolder(t, dir).Name(), dir)
}

func TestOfManyWhoCreateOneNameOneWins(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	const many = 8
	dir := t.TempDir()
	var wg sync.WaitGroup
	start := make(chan struct{})
	won := make(chan string, many)
	for n := range many {
		folder := openFolder(t, dir)
		wg.Go(func() {
			content := strings.Repeat(string(rune('a'+n)), 5000)
			<-start
			err := folder.Create("name", []byte(content))
			if err == nil {
				won <- content
			} else if !errors.Is(err, fs.ErrExist) {
				t.Errorf("got %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	close(won)
	equal(t, "winners", len(won), 1)
	content := must(os.ReadFile(filepath.Join(dir, "name")))
	equal(t, "the content is the winner's", string(content), <-won)
	equal(t, "files", len(namesIn(t, dir)), 1)
}

func TestNamesOutsideTheFolderAreRefused(t *testing.T) {
	t.Attr("fault", "F4")
	t.Parallel()
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	folder := openFolder(t, inner)
	link(t, dir, filepath.Join(inner, "out"))
	for _, name := range []string{"../name", "/name", "out/name"} {
		var save *workdir.SaveError
		if err := folder.Create(name, nil); !errors.As(err, &save) {
			t.Errorf("Create %s: got %v", name, err)
		}
		if err := folder.Replace(name, nil, 0o600); !errors.As(err, &save) {
			t.Errorf("Replace %s: got %v", name, err)
		}
		if _, err := folder.Read(name); err == nil {
			t.Errorf("Read %s: no error", name)
		}
	}
	if names := namesIn(t, dir); !slices.Equal(names, []string{"inner"}) {
		t.Errorf("outside there is %q", names)
	}
}

func TestAFolderThatIsSwappedDoesNotRedirectTheKey(t *testing.T) {
	t.Attr("fault", "F4")
	t.Parallel()
	base := t.TempDir()
	dir, moved, trap := filepath.Join(base, "dir"), filepath.Join(base, "moved"), filepath.Join(base, "trap")
	noError(t, os.Mkdir(trap, 0o700))
	folder := openFolder(t, dir)
	noError(t, os.Rename(dir, moved))
	link(t, trap, dir)
	noError(t, folder.Create("private.key", []byte("secret")))
	equal(t, "files in the trap", len(namesIn(t, trap)), 0)
	isFile(t, filepath.Join(moved, "private.key"), "secret", 0o600)
}

func TestReadIsBounded(t *testing.T) {
	t.Attr("fault", "F9")
	t.Parallel()
	const limit = 64 << 10
	dir := t.TempDir()
	folder := openFolder(t, dir)
	write(t, filepath.Join(dir, "full"), strings.Repeat("x", limit), 0o600)
	write(t, filepath.Join(dir, "over"), strings.Repeat("x", limit+1), 0o600)
	content, err := folder.Read("full")
	if err != nil || len(content) != limit {
		t.Errorf("64 KiB: got %d bytes, %v", len(content), err)
	}
	if _, err := folder.Read("over"); err == nil || !strings.Contains(err.Error(), "64 KiB") {
		t.Errorf("over 64 KiB: got %v", err)
	}
	if _, err := folder.Read("nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: got %v", err)
	}
	if _, err := folder.Read("."); !errors.Is(err, workdir.ErrNotRegular) {
		t.Errorf("a folder: got %v", err)
	}
}

func TestAnErrorOfSavingNamesThePathAndNoTemporaryName(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gone")
	folder := openFolder(t, dir)
	noError(t, os.Remove(dir))
	for what, err := range map[string]error{
		"Create": folder.Create("name", []byte("x")), "Replace": folder.Replace("name", []byte("x"), 0o600),
	} {
		var save *workdir.SaveError
		if !errors.As(err, &save) {
			t.Fatalf("%s: got %v", what, err)
		}
		equal(t, what, err.Error(), filepath.Join(dir, "name")+": no such file or directory")
	}
}

func TestCreateReplacesNothingAndReplaceRegularFilesOnly(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	for name, put := range inTheWay {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			dir := filepath.Join(base, "dir")
			folder := openFolder(t, dir)
			path := filepath.Join(dir, "name")
			put(t, path, filepath.Join(base, "other"))
			before := snapshot(t, base)
			err := folder.Create("name", []byte("new"))
			wantError(t, err, fs.ErrExist)
			equal(t, "the error", err.Error(), path+": file exists")
			equal(t, "what was there, after Create", snapshot(t, base), before)

			err = folder.Replace("name", []byte("new"), 0o640)
			if strings.HasPrefix(name, "a file") {
				noError(t, err)
				isFile(t, path, "new", 0o640)
				equal(t, "files", len(namesIn(t, dir)), 1)
				return
			}
			wantError(t, err, workdir.ErrNotRegular)
			equal(t, "what was there, after Replace", snapshot(t, base), before)
		})
	}
}

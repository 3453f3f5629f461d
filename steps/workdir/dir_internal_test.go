package workdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"credwiz/steps/answer"
	"credwiz/steps/task"
)

// A file system without links is not available here, so this calls its function for creating files.
func TestWithoutLinksAFileIsStillNeverReplaced(t *testing.T) {
	t.Attr("fault", "F1")
	t.Parallel()
	dir := t.TempDir()
	folder, err := Open(dir)
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

func TestAFolderThatFailsToSyncIsReported(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: a folder cannot be flushed there")
	}
	folder, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	if err := folder.Sync("gone/private.key"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// stubborn is a file whose mode the system does not let anybody change.
func stubborn(t *testing.T) *os.File {
	t.Helper()
	file, err := os.OpenFile("/proc/self/comm", os.O_RDWR, 0)
	if err != nil {
		t.Skip("SKIPPED: this system has no file whose mode nobody can change:", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func TestNoSecretIsWrittenIntoAFileThatStaysOpenToOthers(t *testing.T) {
	t.Parallel()
	if err := fill(stubborn(t), []byte("secret"), SecretMode, false); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

func TestAKeyThatStaysReadableByOthersIsNotUsed(t *testing.T) {
	t.Attr("fault", "F8")
	t.Parallel()
	folder, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	var events []task.Event
	err = folder.closeToOthers(stubborn(t), "private.key", answer.Answers{answer.OpenKey: OpenKeyRepair}, telling(&events))
	var open *OpenKeyError
	if !errors.As(err, &open) || !open.ChmodIgnored || open.Repairable() {
		t.Errorf("got %v", err)
	}
}

func TestTheNameOfATemporaryFileTellsWhatItIsOf(t *testing.T) {
	t.Parallel()
	random := strings.Repeat("A", TempLength)
	for temp, want := range map[string]string{
		".private.key." + random: "private.key", ".a." + random: "a", ".." + random: "", "." + random: "", random: "", "a." + random: "",
		".a.b." + random: "a.b", TempName(".env", random): "env", TempName("a.credwiz", random): "a.credwiz", ".a." + random[1:] + tempSuffix: "", ".a." + random[1:]: "", "": "",
	} {
		if name, ok := TempTarget(temp); name != want || ok != (want != "") {
			t.Errorf("%q is of %q, %v", temp, name, ok)
		}
	}
}

package workdir

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/steps/advice"
)

func TestAFileOfAnotherUserIsNamedAsSuch(t *testing.T) {
	t.Attr("fault", "field-C4")
	t.Parallel()
	path := "/etc/passwd" // of the superuser
	if os.Geteuid() == 0 {
		path = filepath.Join(t.TempDir(), ".env")
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chown(path, 65534, 65534)); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkMode(info, false); !errors.Is(err, errOtherOwner) {
		t.Errorf("got %v", err)
	}
	a := advice.For(&SaveError{Path: "my app/.env", Err: errOtherOwner})
	if !strings.Contains(a.What, "belongs to another user") || !strings.Contains(a.Do, `sudo chown "$USER" 'my app/.env'`) {
		t.Errorf("the advice is %q, %q", a.What, a.Do)
	}
}

func TestALockedFileIsNamedAsSuch(t *testing.T) {
	t.Attr("fault", "field-C4")
	t.Parallel()
	folder, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	if err := folder.Create(DotenvFile, []byte("A=1\n")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "chattr", "+i", folder.Path(DotenvFile)).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: only the superuser locks files, and not on every file system: %v, %s", err, out)
	}
	err = folder.CheckMergeable(DotenvFile)
	if out, err := exec.CommandContext(t.Context(), "chattr", "-i", folder.Path(DotenvFile)).CombinedOutput(); err != nil {
		t.Fatalf("%v, %s", err, out)
	}
	if !errors.Is(err, errLocked) {
		t.Errorf("got %v", err)
	}
	if a := advice.For(err); !strings.Contains(a.Do, "chattr -ia") {
		t.Errorf("the advice is %q", a.Do)
	}
}

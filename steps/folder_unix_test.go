//go:build unix

package steps_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"credwiz/steps"
)

// It is not parallel: the umask is that of the whole process.
func TestTheUmaskOpensAndClosesNothing(t *testing.T) {
	for _, mask := range []int{0o000, 0o022, 0o077, 0o777} {
		t.Run(fmt.Sprintf("%03o", mask), func(t *testing.T) {
			dir := t.TempDir()
			folder := openFolder(t, dir)
			old := syscall.Umask(mask)
			created := folder.Create("created", []byte("secret"))
			replaced := folder.Replace("replaced", []byte("secret"), 0o600)
			syscall.Umask(old)
			if err := errors.Join(created, replaced); err != nil {
				t.Fatal(err)
			}
			isFile(t, filepath.Join(dir, "created"), "secret", 0o600)
			isFile(t, filepath.Join(dir, "replaced"), "secret", 0o600)
		})
	}
}

func TestAPipeInTheWayHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	if err := syscall.Mkfifo(r.path("private.key"), 0o600); err != nil {
		t.Skip("SKIPPED: this system makes no pipes:", err)
	}
	r.does("connect")
	if err := r.session.Found.Err; !errors.Is(err, steps.ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	if err := r.try("application"); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	r.answer(steps.AnswerKey, steps.Yes)
	if err := r.try("application"); !errors.Is(err, steps.ErrNotRegular) {
		t.Errorf("got %v", err)
	}
	equal(t, "requests for an application", r.account.count(postApplication), 0)
}

func TestAFileThatMayNotBeReadIsTold(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: root may read everything; run this test as another user")
	}
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	if err := os.Chmod(r.path("private.key"), 0); err != nil {
		t.Fatal(err)
	}
	r.does("connect")
	equal(t, "what to make of it", steps.Advise(r.session.Found.Err).What, "You have no permission to read "+r.path("private.key")+".")
}

//go:build unix

package steps_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

// It is not parallel: the umask is that of the whole process.
func TestTheUmaskOpensAndClosesNothing(t *testing.T) {
	t.Attr("fault", "F3")
	for _, mask := range []int{0o000, 0o022, 0o077, 0o777} {
		t.Run(fmt.Sprintf("%03o", mask), func(t *testing.T) {
			r := newRun(t)
			r.inGit()
			r.dir = filepath.Join(r.dir, "a", "b")
			old := syscall.Umask(mask)
			defer syscall.Umask(old)
			r.doesAll()
			for _, dir := range []string{filepath.Dir(r.dir), r.dir} {
				equal(t, "the mode of "+dir, must(os.Stat(dir)).Mode().Perm(), 0o700)
			}
			for name, mode := range map[string]os.FileMode{"private.key": 0o600, ".credwiz.json": 0o600, ".env": 0o600, ".gitignore": 0o644} {
				isFile(t, r.path(name), r.file(name), mode)
			}
			equal(t, "files", len(r.names()), 4)
		})
	}
}

// The limit is that of a whole process, whose own log it would cut off too: a second one has it.
func TestAFileThatMayNotGrowStopsBeforeTheRequest(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	const limited = "CREDWIZ_TEST_LIMITED"
	if os.Getenv(limited) == "" {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		again.Env = append(os.Environ(), limited+"=1")
		out, err := again.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	r := newRun(t).does("connect")
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var old syscall.Rlimit
	noError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	small := old
	small.Cur = 1000 // a key has 1,700 bytes
	noError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small))
	err := r.try("application")
	noError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	save := as[*workdir.SaveError](t, err)
	if save.Path != r.path("private.key") || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v", save)
	}
	wantAll(t, advice.For(err).What, r.path("private.key"), "file too large")
	equal(t, "files", strings.Join(r.names(), " "), ".credwiz.json")
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	equal(t, "there is a key", r.session.Key.Private != nil, false)
	r.does("application", "user", "token")
}

func TestAKeyThatFailsToSyncIsRemoved(t *testing.T) {
	t.Attr("fault", "F6")
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: root may read every folder; run this test as another user")
	}
	r := newRun(t).does("connect")
	folder := r.folder()
	// Names can be made in the folder, and it cannot be opened to be flushed.
	noError(t, os.Chmod(r.dir, 0o300))
	created := folder.Create("private.key", []byte("secret"))
	tried := r.try("application")
	noError(t, os.Chmod(r.dir, 0o700))
	save := as[*workdir.SaveError](t, created)
	if save.Path != r.path("private.key") || !errors.Is(created, os.ErrPermission) {
		t.Errorf("got %v", save)
	}
	if !errors.As(tried, &save) || !errors.Is(tried, os.ErrPermission) {
		t.Errorf("the step: got %v", tried)
	}
	equal(t, "requests for an application", r.account.count(postApplication), 0)
	if slices.Contains(r.names(), "private.key") {
		t.Error("the key has its name all the same")
	}
	r.does("application", "user", "token")
}

func TestADeviceInPlaceOfTheKeyIsNotRead(t *testing.T) {
	t.Attr("fault", "F9")
	t.Parallel()
	r := newRun(t)
	link(t, "/dev/zero", r.path("private.key"))
	if os.Geteuid() == 0 {
		const zero = 1<<8 | 5 // its number on Linux
		if err := syscall.Mknod(r.path("device.key"), syscall.S_IFCHR|0o600, zero); err != nil {
			t.Log("no device of its own can be made here:", err)
		} else {
			_, err := r.folder().Read("device.key")
			wantError(t, err, workdir.ErrNotRegular)
		}
	}
	r.answer(answer.Key, answer.Yes)
	r.does("connect")
	wantError(t, r.try("application"), workdir.ErrNotRegular)
	isLink(t, r.path("private.key"), "/dev/zero")
	equal(t, "requests for an application", r.account.count(postApplication), 0)
}

func TestAPipeInPlaceOfAFileDoesNotBlock(t *testing.T) {
	t.Attr("fault", "F1")
	t.Attr("fault", "F9")
	t.Parallel()
	r := newRun(t)
	if err := syscall.Mkfifo(r.path("private.key"), 0o600); err != nil {
		t.Skip("SKIPPED: this system makes no pipes:", err)
	}
	r.does("connect")
	wantError(t, r.session.Found.Err, workdir.ErrNotRegular)
	wantError(t, r.try("application"), os.ErrExist)
	r.answer(answer.Key, answer.Yes)
	wantError(t, r.try("application"), workdir.ErrNotRegular)
	equal(t, "requests for an application", r.account.count(postApplication), 0)
}

func TestAnUnreadableFileIsReported(t *testing.T) {
	t.Attr("fault", "F9")
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: root may read everything; run this test as another user")
	}
	r := newRun(t)
	r.has("private.key", pemOf(pairs[2]()))
	noError(t, os.Chmod(r.path("private.key"), 0))
	r.does("connect")
	equal(t, "what to make of it", advice.For(r.session.Found.Err).What, "You don't have permission to read "+r.path("private.key")+".")
}

//go:build unix

package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nothingWasSaved checks a run that could not write its first files.
func (s *scene) nothingWasSaved(r result, cause string) {
	s.Helper()
	r.ends(s, 1)
	if !strings.Contains(r.stderr, s.dir+"/") || !strings.Contains(r.stderr, cause) {
		s.Errorf("%q and the path are not told:\n%s", cause, r.stderr)
	}
	if s.posted() || s.read("private.key") != nil || s.temporaries() != nil {
		s.Errorf("asked %q, left %q", s.asked(), s.entries())
	}
}

func TestAFileThatMayNotGrowIsTold(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	// In blocks, of which the key needs more than one, and everything else more than none.
	for _, limit := range []string{"0", "1"} {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			r := s.runs(s.attempt("sh", "-c", `ulimit -f `+limit+` && exec "$@"`, "sh"))
			s.nothingWasSaved(r, "file too large")
			s.goesOn(s.holds())
		})
	}
}

func TestAFolderThatMayNotBeWrittenIsTold(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	s := newScene(t)
	a, again := s.attempt(), s.attempt()
	if os.Geteuid() == 0 {
		// Root may write everywhere: somebody else runs it, and must get to it.
		const nobody = 65534
		for _, path := range []string{filepath.Dir(built(t)), filepath.Dir(s.dir), filepath.Dir(filepath.Dir(s.dir))} {
			noError(t, os.Chmod(path, 0o755))
		}
		noError(t, os.Chown(s.dir, nobody, nobody))
		as := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		a.cmd.SysProcAttr, again.cmd.SysProcAttr = as, as
	}
	noError(t, os.Chmod(s.dir, 0o555))
	s.nothingWasSaved(s.runs(a), "no permission")

	noError(t, os.Chmod(s.dir, 0o700))
	s.begins(nil)
	r := s.runs(again).ends(t, 0)
	s.isWhole(r.stdout)
}

//go:build unix

package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
)

// nobody is a user without rights, for tests that root runs.
const nobody = 65534

var ordinaryUser = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}

// asNobody runs the program as another user than root, in the scene's folder.
func (s *scene) asNobody(args ...string) result {
	s.Helper()
	return runsAs(s.T, func(cmd *exec.Cmd) { cmd.SysProcAttr = ordinaryUser }, s.dir, "", []string{"VONAGE_API_SECRET=" + sandbox.DefaultAPISecret}, args...)
}

// opensTheWay lets other users than root get to the program and to the folder.
func (s *scene) opensTheWay() {
	s.Helper()
	for _, path := range []string{filepath.Dir(built(s.T)), filepath.Dir(s.dir), filepath.Dir(filepath.Dir(s.dir))} {
		noError(s, os.Chmod(path, 0o755))
	}
}

// leftBySudo is a folder of another user in which root has run credwiz.
func leftBySudo(t *testing.T) *scene {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can leave files of root")
	}
	s := newScene(t)
	s.opensTheWay()
	for _, path := range []string{filepath.Dir(s.dir), s.dir} {
		noError(t, os.Chown(path, nobody, nobody))
	}
	s.runs(s.attempt()).ends(t, 0)
	return s
}

// takesBack does what the advice says, as root would with sudo.
func (s *scene) takesBack(advice string) {
	s.Helper()
	at := strings.Index(advice, "sudo chown")
	if at < 0 {
		s.Fatalf("no command is named:\n%s", advice)
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(advice[at:], "sudo "), ". Otherwise")
	line, _, _ = strings.Cut(line, "\n")
	shell := exec.CommandContext(s.Context(), "sh", "-c", line)
	shell.Dir = s.dir
	if out, err := shell.CombinedOutput(); err != nil {
		s.Fatalf("%s: %v: %s", line, err, out)
	}
}

func TestEveryCommandNamesTheOwnerOfFilesFromSudo(t *testing.T) {
	t.Attr("fault", "field-C5")
	t.Parallel()
	s := leftBySudo(t)
	wizard := slices.DeleteFunc(s.answers(), func(arg string) bool { return arg == s.dir || arg == "--dir" })
	var advice string
	for _, args := range [][]string{wizard, {"token"}, {"status"}, {"clean", "--dry-run"}, {"inspect"}} {
		r := s.asNobody(args...).ends(t, 1, "belongs to root", "sudo chown nobody .credwiz.json .env private.key. ")
		if strings.Contains(r.stderr, "Rename") || strings.Contains(r.stderr, "--help") {
			t.Errorf("%q misleads:\n%s", args, r.stderr)
		}
		advice = r.stderr
	}
	if s.read("private.key") == nil || len(s.asked()) == 0 {
		t.Fatal("there is nothing to take back")
	}
	s.takesBack(advice)
	for _, args := range [][]string{{"token"}, {"status"}, {"inspect"}} {
		s.asNobody(args...).ends(t, 0)
	}
}

func TestAKeyThatARunWithSudoLeftIsNamedWithItsOwner(t *testing.T) {
	t.Attr("fault", "field-C5")
	t.Parallel()
	s := leftBySudo(t)
	noError(t, os.Chown(filepath.Join(s.dir, ".credwiz.json"), nobody, nobody))
	r := s.asNobody("status")
	text := strings.Join(strings.Fields(r.stdout), " ")
	if strings.Count(text, "sudo chown nobody .env private.key") != 1 || strings.Contains(text, "--renew-key") {
		t.Errorf("it says:\n%s", r.stdout)
	}
	r = s.asNobody("token")
	if !strings.Contains(r.stderr, "private.key belongs to root") || strings.Contains(r.stderr, "--renew-key") {
		t.Errorf("it says:\n%s", r.stderr)
	}
	s.takesBack(r.stderr)
	s.asNobody("token").ends(t, 0)
}

func TestAFolderCreatedWithSudoIsNamedWithItsOwner(t *testing.T) {
	t.Attr("fault", "field-C5")
	t.Parallel()
	s := leftBySudo(t)
	noError(t, os.Chown(s.dir, 0, 0))
	folder := s.dir
	s.dir = filepath.Dir(s.dir)
	wizard := slices.Clone(s.answers())
	wizard[len(wizard)-1] = folder
	for _, args := range [][]string{wizard, {"token", "--dir", folder}, {"status", "--dir", folder}, {"clean", "--dir", folder}, {"inspect", "--dir", folder}} {
		s.asNobody(args...).ends(t, 1, folder+" belongs to root", "sudo chown -R nobody "+inShell(folder)+".")
	}
}

// inShell is a path as a shell takes it: where temporary files are may have a blank in its name.
func inShell(path string) string {
	if !strings.Contains(path, " ") {
		return path
	}
	return "'" + path + "'"
}

func TestASystemFolderIsNotTakenOver(t *testing.T) {
	t.Attr("fault", "field-C5")
	t.Parallel()
	s := leftBySudo(t)
	wizard := slices.Clone(s.answers())
	wizard[len(wizard)-1] = "/usr"
	r := s.asNobody(wizard...)
	if r.code != 1 || !strings.Contains(r.stderr, "/usr belongs to root, and you can't write to it.") || strings.Contains(r.stderr, "chown") {
		t.Errorf("it ends with %d:\n%s", r.code, r.stderr)
	}
}

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

func TestAFileThatCannotGrowIsReported(t *testing.T) {
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

func TestAReadOnlyFolderIsReported(t *testing.T) {
	t.Attr("fault", "F5")
	t.Parallel()
	s := newScene(t)
	a, again := s.attempt(), s.attempt()
	if os.Geteuid() == 0 {
		// Root may write everywhere, so an ordinary user runs it.
		s.opensTheWay()
		noError(t, os.Chown(s.dir, nobody, nobody))
		a.cmd.SysProcAttr, again.cmd.SysProcAttr = ordinaryUser, ordinaryUser
	}
	noError(t, os.Chmod(s.dir, 0o555))
	s.nothingWasSaved(s.runs(a), "have permission")

	noError(t, os.Chmod(s.dir, 0o700))
	s.begins(nil)
	r := s.runs(again).ends(t, 0)
	s.isWhole(r.stdout)
}

//go:build unix

package command_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
)

const ordinary = 65534

// asNobody runs the program as another user than root, in the scene's folder.
func (s *scene) asNobody(args ...string) result {
	s.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(s.Context(), built(s.T), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &out, &errs
	cmd.Env = []string{"HOME=" + s.dir, "TMPDIR=" + s.dir, "VONAGE_API_SECRET=" + sandbox.DefaultAPISecret}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: ordinary, Gid: ordinary}}
	_ = cmd.Run()
	return result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// leftBySudo is a folder of another user in which root has run credwiz.
func leftBySudo(t *testing.T) *scene {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can leave files of root")
	}
	s := newScene(t)
	for _, path := range []string{filepath.Dir(built(t)), filepath.Dir(s.dir), filepath.Dir(filepath.Dir(s.dir))} {
		noError(t, os.Chmod(path, 0o755))
	}
	for _, path := range []string{filepath.Dir(s.dir), s.dir} {
		noError(t, os.Chown(path, ordinary, ordinary))
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

func TestEveryCommandNamesTheOwnerOfWhatARunWithSudoLeft(t *testing.T) {
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
	noError(t, os.Chown(filepath.Join(s.dir, ".credwiz.json"), ordinary, ordinary))
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

func TestAFolderThatARunWithSudoMadeIsNamedWithItsOwner(t *testing.T) {
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

func TestAFolderOfTheSystemIsNotToBeTaken(t *testing.T) {
	t.Attr("fault", "field-C5")
	t.Parallel()
	s := leftBySudo(t)
	wizard := slices.Clone(s.answers())
	wizard[len(wizard)-1] = "/usr"
	r := s.asNobody(wizard...)
	if r.code != 1 || !strings.Contains(r.stderr, "/usr belongs to root") || strings.Contains(r.stderr, "chown") {
		t.Errorf("it ends with %d:\n%s", r.code, r.stderr)
	}
}

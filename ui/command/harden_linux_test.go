package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
)

// TestARunningWizardHidesItsMemory looks at programs that wait for an answer, from outside, as a plain user's would.
func TestARunningWizardHidesItsMemory(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request int // which gets no answer during the look
		args    []string
		code    int
	}{
		"the wizard":    {askedForApplication, []string{"--no-input", "--app-name", "A", "--user", "alice"}, 0},
		"an inspection": {0, []string{"inspect", "--online", "hello"}, 1}, // hello is no token
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "S5")
			t.Attr("fault", "S1")
			s := newScene(t)
			arrived, release := s.pausesAt(moment{request: test.request})
			cmd := asNobody(t, append(test.args, "--api-host", s.url)...)
			cmd.Env = append(cmd.Env, account()...)
			noError(t, cmd.Start())
			<-arrived
			wantHidden(t, cmd)
			proc := procOf(cmd)
			if arguments := string(must(os.ReadFile(proc("cmdline")))); strings.Contains(arguments, sandbox.DefaultAPISecret) || !strings.Contains(arguments, "--api-host") {
				t.Errorf("%q", arguments)
			}
			if children, err := os.ReadFile(proc(fmt.Sprintf("task/%d/children", cmd.Process.Pid))); err == nil && len(children) > 0 {
				t.Errorf("it has children: %s", children)
			}
			close(release)
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != test.code {
				t.Errorf("%v: %s", err, cmd.Stderr)
			}
		})
	}
}

func TestTheSandboxHidesItsMemoryToo(t *testing.T) {
	t.Attr("fault", "S5")
	t.Parallel()
	cmd := asNobody(t, "sandbox", "--addr", "127.0.0.1:0", "--api-secret-stdin")
	cmd.Stdin = strings.NewReader(canarySecret + "\n")
	out := must(cmd.StdoutPipe())
	noError(t, cmd.Start())
	must(out.Read(make([]byte, 1))) // it serves
	wantHidden(t, cmd)
	noError(t, cmd.Process.Signal(os.Interrupt))
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("%v: %s", err, cmd.Stderr)
	}
}

// procOf names the files that the kernel has of a program.
func procOf(cmd *exec.Cmd) func(name string) string {
	return func(name string) string { return filepath.Join("/proc", fmt.Sprint(cmd.Process.Pid), name) }
}

// wantHidden looks whether a program that runs is closed to others, and leaves no core dump.
func wantHidden(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	proc := procOf(cmd)
	limits, err := os.ReadFile(proc("limits"))
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(string(limits)) {
		if strings.HasPrefix(line, "Max core file size") && strings.Join(strings.Fields(line), " ") != "Max core file size 0 0 bytes" {
			t.Error(line)
		}
	}
	// The files of a process that is not dumpable are root's, in /proc.
	for _, name := range []string{"mem", "environ", "maps", "fd"} {
		info := must(os.Stat(proc(name)))
		if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Uid != 0 {
			t.Errorf("%s is of user %d", proc(name), stat.Uid)
		}
	}
	// Another program of the same user.
	for _, name := range []string{"environ", "mem", "maps"} {
		spy := exec.CommandContext(t.Context(), "head", "-c", "1", proc(name))
		spy.SysProcAttr = cmd.SysProcAttr
		if out, err := spy.CombinedOutput(); err == nil || !strings.Contains(string(out), "ermission denied") {
			t.Errorf("its user can read %s: %q, %v", name, out, err)
		}
	}
}

// asNobody is the program as a user who is not root, in a folder of that user.
func asNobody(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	place := t.TempDir()
	program, dir := filepath.Join(place, "credwiz"), filepath.Join(place, "work")
	text := must(os.ReadFile(built(t)))
	for _, err := range []error{os.Chmod(filepath.Dir(place), 0o755), os.Chmod(place, 0o755), os.WriteFile(program, text, 0o755), os.Mkdir(dir, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir, cmd.Stderr = dir, &strings.Builder{}
	cmd.Env = []string{"HOME=" + dir, "TMPDIR=" + dir}
	if os.Geteuid() == 0 {
		noError(t, os.Chown(dir, nobody, nobody))
		cmd.SysProcAttr = ordinaryUser
	}
	return cmd
}

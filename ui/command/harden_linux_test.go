package command_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user without rights, for tests that root runs.
const nobody = 65534

// TestARunningWizardHidesItsMemory looks at a wizard that waits for an answer, from outside, as a plain user's program
// would.
func TestARunningWizardHidesItsMemory(t *testing.T) {
	t.Attr("fault", "S5")
	t.Attr("fault", "S1")
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	w := witnessed(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Path == "/v2/applications" {
				close(arrived)
				<-release
			}
			next.ServeHTTP(rw, r)
		})
	})
	cmd := asNobody(t, "--api-host", w.URL, "--no-input", "--app-name", "A", "--user", "alice")
	cmd.Env = append(cmd.Env, "VONAGE_API_KEY="+canaryKey, "VONAGE_API_SECRET="+canarySecret)
	noError(t, cmd.Start())
	<-arrived
	wantHidden(t, cmd)
	proc := procOf(cmd)
	arguments, err := os.ReadFile(proc("cmdline"))
	if err != nil || strings.Contains(string(arguments), canarySecret) || !strings.Contains(string(arguments), "--no-input") {
		t.Errorf("%q, %v", arguments, err)
	}
	children, err := os.ReadFile(proc(fmt.Sprintf("task/%d/children", cmd.Process.Pid)))
	if err == nil && len(children) > 0 {
		t.Errorf("it has children: %s", children)
	}
	close(release)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, cmd.Stderr)
	}
}

// TestAnInspectionAndTheSandboxHideTheirMemoryToo looks at them while they hold a secret, as they begin to wait.
func TestAnInspectionAndTheSandboxHideTheirMemoryToo(t *testing.T) {
	t.Attr("fault", "S5")
	t.Parallel()
	t.Run("an inspection", func(t *testing.T) {
		arrived, release := make(chan struct{}), make(chan struct{})
		w := witnessed(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				close(arrived)
				<-release
				next.ServeHTTP(rw, r)
			})
		})
		cmd := asNobody(t, "inspect", "--online", "--api-host", w.URL, "hello")
		cmd.Env = append(cmd.Env, "VONAGE_API_KEY="+canaryKey, "VONAGE_API_SECRET="+canarySecret)
		noError(t, cmd.Start())
		<-arrived
		wantHidden(t, cmd)
		close(release)
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 { // hello is no token
			t.Errorf("%v: %s", err, cmd.Stderr)
		}
	})
	t.Run("the sandbox", func(t *testing.T) {
		cmd := asNobody(t, "sandbox", "--addr", "127.0.0.1:0", "--api-secret-stdin")
		cmd.Stdin = strings.NewReader(canarySecret + "\n")
		out := must(cmd.StdoutPipe())
		noError(t, cmd.Start())
		if _, err := out.Read(make([]byte, 1)); err != nil { // it serves
			t.Error(err)
		}
		wantHidden(t, cmd)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
			t.Errorf("%v: %s", err, cmd.Stderr)
		}
	})
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
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

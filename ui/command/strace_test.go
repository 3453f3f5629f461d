//go:build linux

package command_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// watched are the calls that change a file, or send something.
const watched = "openat,fchmod,fchmodat,write,fsync,linkat,unlinkat,renameat,renameat2,connect,close"

// straced skips the test, loudly, where the calls of a hardened program cannot be traced: that takes root.
func straced(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("SKIPPED: strace is not installed")
	}
	// The sandbox hardens itself as the wizard does, and says when it is up.
	server := exec.Command(built(t), "sandbox", "--addr", "127.0.0.1:0")
	said := must(server.StdoutPipe())
	noError(t, server.Start())
	if _, err := said.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	tracer, attached := attach(t, server.Process.Pid, "-e", "trace=read", "-o", os.DevNull)
	_ = server.Process.Kill()
	_ = server.Wait()
	_ = tracer.Wait()
	if !attached {
		t.Skip("SKIPPED: strace cannot attach to a hardened program here; run this test as root")
	}
}

// attach starts strace at a process and all its threads. It returns when strace is there, or has given up.
func attach(t *testing.T, pid int, args ...string) (tracer *exec.Cmd, attached bool) {
	t.Helper()
	tracer = exec.CommandContext(t.Context(), "strace", append([]string{"-f", "-p", strconv.Itoa(pid)}, args...)...)
	said, write, err := os.Pipe()
	if err != nil {
		t.Error(err)
		return tracer, false
	}
	tracer.Stderr = write
	err = tracer.Start()
	_ = write.Close()
	if err != nil {
		t.Error(err)
		return tracer, false
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), " attached") {
			attached = true
			break
		}
	}
	// strace reports later threads too, and would wait if its output were not read.
	go func() {
		_, _ = io.Copy(io.Discard, said)
		_ = said.Close()
	}()
	return tracer, attached
}

// call is a system call of a trace.
type call struct {
	thread, name, args string
	result             string // empty if it did not return
	injected           bool   // the result is not the kernel's
	began, ended       int    // lines of the trace
}

var (
	callLine    = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	resumedLine = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	resultPart  = regexp.MustCompile(`^(.*?)\)? += (-?\d+.*|\?.*)$`)
)

const unfinished = " <unfinished ...>"

// readTrace reads what strace -f -y wrote, in the order in which the calls began.
func readTrace(t *testing.T, path string) []call {
	t.Helper()
	text := must(os.ReadFile(path))
	var calls []call
	open := map[string]int{} // the thread's call that has not returned
	finish := func(c *call, rest string, line int) {
		c.ended = line
		match := resultPart.FindStringSubmatch(rest)
		if match == nil {
			t.Fatalf("line %d of the trace can't be read: %q", line, rest)
		}
		c.args += match[1]
		if !strings.HasPrefix(match[2], "?") {
			c.result = match[2]
		}
		c.injected = strings.Contains(match[2], "(INJECTED)")
	}
	for number, line := range strings.Split(string(text), "\n") {
		if match := resumedLine.FindStringSubmatch(line); match != nil {
			if i, ok := open[match[1]]; ok {
				finish(&calls[i], match[2], number)
				delete(open, match[1])
			}
			continue
		}
		match := callLine.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		c := call{thread: match[1], name: match[2], began: number, ended: len(text)}
		if args, cut := strings.CutSuffix(match[3], unfinished); cut {
			c.args = args
			open[c.thread] = len(calls)
		} else {
			finish(&c, match[3], number)
		}
		calls = append(calls, c)
	}
	return calls
}

var (
	randomPart = regexp.MustCompile(`\.[A-Z2-7]{26}`)
	numbers    = regexp.MustCompile(`\[\d+\]|\d+<`)
	firstFile  = regexp.MustCompile(`^\d+<([^>]*)>`)
)

// on returns the open file or folder that the call is given first.
func (c call) on() string {
	match := firstFile.FindStringSubmatch(c.args)
	if match == nil {
		return ""
	}
	return match[1]
}

// in reports whether the call is about a file in the folder.
func (c call) in(dir string) bool {
	return c.on() == dir || strings.HasPrefix(c.on(), dir+string(filepath.Separator))
}

// what describes the call without what differs from run to run.
func (c call) what(dir string) string {
	text := c.args
	if c.name == "write" || c.name == "close" {
		text = c.on()
	}
	text = strings.ReplaceAll(text, dir, "DIR")
	text = numbers.ReplaceAllString(randomPart.ReplaceAllString(text, ".*"), "<")
	if c.name == "connect" {
		text = ""
	}
	return c.name + " " + text
}

// sends reports whether the call sends a request that begins so.
func (c call) sends(start string) bool {
	return c.name == "write" && strings.HasPrefix(c.on(), "socket") && strings.Contains(c.args, `, "`+start)
}

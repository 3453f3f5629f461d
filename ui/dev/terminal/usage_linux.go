package terminal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Processors is the time on processors that the program has taken so far. Ask before
// it ends.
func (t *Terminal) Processors() (time.Duration, error) {
	var spent unix.Timespec
	// The clock of a process: clock_getcpuclockid(3), which glibc computes so.
	const schedulerClock = 2
	if err := unix.ClockGettime(int32(^t.PID())<<3|schedulerClock, &spent); err != nil {
		return 0, fmt.Errorf("clock of the program: %w", err)
	}
	return time.Duration(spent.Nano()), nil
}

// PeakMemory is how many bytes of memory the program has had at once so far. Ask before
// it ends: what wait4(2) tells afterwards counts the memory of the parent, which the
// program shared until its exec (setmax_mm_hiwater_rss, fs/exec.c).
func (t *Terminal) PeakMemory() (int64, error) { return PeakMemory(t.PID()) }

// PeakMemory is the most memory that a process had in use so far, in bytes.
func PeakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(status)); lines.Scan(); {
		if peak, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(peak, "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the kernel does not tell")
}

package terminal

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Processors is the processor time so far. Call it before the program ends.
func (t *Terminal) Processors() (time.Duration, error) {
	var spent unix.Timespec
	// clock_getcpuclockid(3), as glibc computes it.
	const schedulerClock = 2
	if err := unix.ClockGettime(int32(^t.PID())<<3|schedulerClock, &spent); err != nil {
		return 0, fmt.Errorf("clock of the program: %w", err)
	}
	return time.Duration(spent.Nano()), nil
}

// PeakMemory is in bytes. Call it before the program ends: wait4(2) counts the parent's memory too, which is shared
// until exec (setmax_mm_hiwater_rss, fs/exec.c).
func (t *Terminal) PeakMemory() (int64, error) { return PeakMemory(t.PID()) }

// PeakMemory is the most memory that a process has used, in bytes.
func PeakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(peak, "kB\n")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the kernel does not tell")
}

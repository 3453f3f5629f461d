package command

import (
	"runtime"
	"runtime/debug"
)

// pace suits Go's runtime to the screens.
func pace() {
	// The heap is a few megabytes: to collect it more often costs nothing that can be measured, and saves a tenth of all
	// the memory that the wizard takes.
	const percent = 50
	debug.SetGCPercent(percent)
	// While a key pair is made, one goroutine runs all the time, and those of Bubble Tea wait in system calls, in each of
	// which they keep their turn for up to 10 ms (sysmon, runtime/proc.go). With more turns than processors, a key that is
	// pressed meanwhile is drawn at the next frame.
	const more = 2
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + more)
}

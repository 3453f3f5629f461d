package command

import (
	"runtime"
	"runtime/debug"
)

// pace suits Go's runtime to the screens.
func pace() {
	// The heap is a few megabytes: to collect it more often costs little, and saves a tenth of all the memory that the
	// wizard takes.
	const percent = 50
	debug.SetGCPercent(percent)
	// While the key pair is made, one goroutine runs all the time, and Bubble Tea's wait in system calls, in which each
	// keeps its turn for up to 10 ms (sysmon, runtime/proc.go). With fewer than three turns, a key that is pressed
	// meanwhile is drawn after 70 ms on one processor, and after 40 on two.
	const turns = 3
	runtime.GOMAXPROCS(max(turns, runtime.GOMAXPROCS(0)))
}

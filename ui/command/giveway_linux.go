package command

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// giveWay lets everything else of this machine go before what the goroutine does from here on: a key pair takes a
// processor for up to a fifth of a second, while somebody types. The thread stays with the goroutine and ends with it,
// because only root could make it as good as the others again (setpriority(2)).
func giveWay() {
	runtime.LockOSThread()
	const nice = 10
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), nice)
}

//go:build unix && !linux

package tty

import "golang.org/x/sys/unix"

// bytesWaiting is FIONREAD, _IOR('f', 127, int), which golang.org/x/sys/unix does not name here.
const bytesWaiting = 0x4004667f

// setModeForgetting also discards unread input.
const setModeForgetting = unix.TIOCSETAF

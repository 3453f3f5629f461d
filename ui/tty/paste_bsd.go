//go:build unix && !linux

package tty

import "golang.org/x/sys/unix"

// bytesWaiting is FIONREAD of the BSDs and of macOS, which golang.org/x/sys/unix does not name: _IOR('f', 127, int).
const bytesWaiting = 0x4004667f

// setModeForgetting sets a mode, and forgets what was typed and not read.
const setModeForgetting = unix.TIOCSETAF

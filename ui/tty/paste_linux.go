package tty

import "golang.org/x/sys/unix"

const bytesWaiting = unix.TIOCINQ

// setModeForgetting sets a mode, and forgets what was typed and not read.
const setModeForgetting = unix.TCSETSF

package tty

import "golang.org/x/sys/unix"

const bytesWaiting = unix.TIOCINQ

// setModeForgetting also discards unread input.
const setModeForgetting = unix.TCSETSF

//go:build unix && !linux

package ui

// bytesWaiting is FIONREAD of the BSDs and of macOS, which golang.org/x/sys/unix does not name: _IOR('f', 127, int).
const bytesWaiting = 0x4004667f

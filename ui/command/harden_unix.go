//go:build unix && !linux

package command

import "golang.org/x/sys/unix"

// harden disables core dumps, which would have secrets in them.
func harden() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }

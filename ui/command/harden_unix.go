//go:build unix && !linux

package command

import "golang.org/x/sys/unix"

// harden keeps the memory of the process, with the secrets in it, out of core dumps.
func harden() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }

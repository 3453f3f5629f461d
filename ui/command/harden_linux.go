package command

import "golang.org/x/sys/unix"

// harden keeps the process's memory, and the secrets in it, from other processes of the user and from core dumps. It
// is best effort: a non-dumpable process cannot be attached to, and the kernel dumps nothing to a pipe either, where
// RLIMIT_CORE does not count (core(5), prctl(2)). Secrets are not wiped, because Go keeps copies of them.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

package command

import "golang.org/x/sys/unix"

// harden keeps the memory of the process, with the secrets in it, from other processes of the same user, and from core
// dumps. A process that is not dumpable cannot be attached to, and its /proc files are root's; that also stops the dumps
// that the kernel hands to a program, for which the limit does not count (core(5), prctl(2)). Go keeps copies of a secret
// where they cannot be overwritten, so nothing is wiped. An error changes nothing: this adds to what keeps secrets safe.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

//go:build !windows

package errno

import "syscall"

// The numbers of Unix.
const (
	Refused         = syscall.ECONNREFUSED
	Reset           = syscall.ECONNRESET
	Aborted         = syscall.ECONNABORTED
	ShutDown        = syscall.EPIPE
	TimedOut        = syscall.ETIMEDOUT
	NoNetwork       = syscall.ENETUNREACH
	NoRoute         = syscall.EHOSTUNREACH
	AddressInUse    = syscall.EADDRINUSE
	AddressReserved = syscall.EACCES // a port below 1024

	DiskFull  = syscall.ENOSPC
	QuotaFull = syscall.EDQUOT
	ReadOnly  = syscall.EROFS
)

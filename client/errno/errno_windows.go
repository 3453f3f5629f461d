package errno

import "golang.org/x/sys/windows"

// The numbers of Windows. Package syscall has the Unix names here too, with made-up values that Windows never returns.
const (
	Refused         = windows.WSAECONNREFUSED
	Reset           = windows.WSAECONNRESET
	Aborted         = windows.WSAECONNABORTED
	ShutDown        = windows.WSAESHUTDOWN
	TimedOut        = windows.WSAETIMEDOUT
	NoNetwork       = windows.WSAENETUNREACH
	NoRoute         = windows.WSAEHOSTUNREACH
	AddressInUse    = windows.WSAEADDRINUSE
	AddressReserved = windows.WSAEACCES // a port that Windows keeps for itself, or that another program uses exclusively

	DiskFull  = windows.ERROR_DISK_FULL
	QuotaFull = windows.ERROR_DISK_QUOTA_EXCEEDED
	ReadOnly  = windows.ERROR_WRITE_PROTECT
)

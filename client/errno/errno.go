// Package errno names the system's error numbers for sockets and disks, which differ between Unix and Windows. Match
// them with errors.Is.
package errno

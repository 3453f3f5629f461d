//go:build unix

package command

import (
	"io/fs"
	"os"
	"syscall"
)

// isPrivate reports whether only this user can reach the file, by this name alone.
func isPrivate(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o077 == 0 && stat.Nlink == 1
}

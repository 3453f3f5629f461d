//go:build unix

package command

import (
	"io/fs"
	"os"
	"syscall"
)

// isPrivate reports whether a file is this user's alone: its owner, no leave for others, and no second name.
func isPrivate(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid() && info.Mode().Perm()&0o077 == 0 && stat.Nlink == 1
}

//go:build unix

package steps

import (
	"io/fs"
	"os"
	"syscall"
)

// openTo returns the permissions that a file gives to others than its owner.
func openTo(info fs.FileInfo) fs.FileMode { return info.Mode().Perm() & 0o077 }

// isWider reports whether a file has permissions that the mode it was made with does not.
func isWider(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm()&^mode != 0 }

// isOurs reports whether the file belongs to the user who runs credwiz.
func isOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

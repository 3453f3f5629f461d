//go:build unix

package workdir

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// OthersPerm returns the permissions of users other than the owner.
func OthersPerm(info fs.FileInfo) fs.FileMode { return info.Mode().Perm() & 0o077 }

// isWider reports whether a file has more permissions than mode.
func isWider(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm()&^mode != 0 }

// IsOurs reports whether the file belongs to the current user.
func IsOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

func ownerOf(info fs.FileInfo) string {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "another user"
	}
	return nameOf(strconv.Itoa(int(stat.Uid)))
}

func userName() string { return nameOf(strconv.Itoa(os.Geteuid())) }

func nameOf(id string) string {
	if known, err := user.LookupId(id); err == nil {
		return known.Username
	}
	return id
}

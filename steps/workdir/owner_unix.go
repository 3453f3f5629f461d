//go:build unix

package workdir

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// OthersPerm returns the permissions that a file gives to others than its owner.
func OthersPerm(info fs.FileInfo) fs.FileMode { return info.Mode().Perm() & 0o077 }

// isWider reports whether a file has permissions that the mode it was made with does not.
func isWider(info fs.FileInfo, mode fs.FileMode) bool { return info.Mode().Perm()&^mode != 0 }

// IsOurs reports whether the file belongs to the user who runs credwiz.
func IsOurs(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// ownerOf names the user to whom a file belongs.
func ownerOf(info fs.FileInfo) string {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "another user"
	}
	return nameOf(strconv.Itoa(int(stat.Uid)))
}

// userName names the user who runs credwiz, as chown takes it.
func userName() string { return nameOf(strconv.Itoa(os.Geteuid())) }

// nameOf is a user's name; one without a name is called by its number.
func nameOf(id string) string {
	if known, err := user.LookupId(id); err == nil {
		return known.Username
	}
	return id
}

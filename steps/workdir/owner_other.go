//go:build !unix

package workdir

import "io/fs"

// OthersPerm is of no use without mode bits: the folder's own permissions decide there.
func OthersPerm(fs.FileInfo) fs.FileMode { return 0 }

// isWider is of no use either: whatever a file was made with, Windows says that everybody may read it.
func isWider(fs.FileInfo, fs.FileMode) bool { return false }

// IsOurs believes so: there is no owner to compare with.
func IsOurs(fs.FileInfo) bool { return true }

func ownerOf(fs.FileInfo) string { return "another user" }

func userName() string { return "" }

//go:build !unix

package workdir

import "io/fs"

// OthersPerm returns 0: there are no mode bits, and the folder's own permissions decide.
func OthersPerm(fs.FileInfo) fs.FileMode { return 0 }

// isWider cannot tell: Windows reports every file as readable by everyone.
func isWider(fs.FileInfo, fs.FileMode) bool { return false }

// IsOurs returns true: there is no owner to compare with.
func IsOurs(fs.FileInfo) bool { return true }

func ownerOf(fs.FileInfo) string { return "another user" }

func userName() string { return "" }

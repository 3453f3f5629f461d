//go:build !unix

package command

import "io/fs"

// isPrivate cannot tell on this system.
func isPrivate(fs.FileInfo) bool { return true }

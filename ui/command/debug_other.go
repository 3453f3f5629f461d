//go:build !unix

package command

import "io/fs"

// isPrivate cannot tell: access is not in a file's mode there.
func isPrivate(fs.FileInfo) bool { return true }

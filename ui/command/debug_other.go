//go:build !unix

package command

import "io/fs"

// isOwn cannot tell: access is not in a file's mode there.
func isOwn(fs.FileInfo) bool { return true }

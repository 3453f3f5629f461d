//go:build !unix

package command

import "io/fs"

func isPrivate(fs.FileInfo) bool { return true }

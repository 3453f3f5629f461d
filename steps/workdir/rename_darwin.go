package workdir

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameFree renames a file of a folder to a name that is not taken; if it is, the error is fs.ErrExist. Not every
// file system can do that.
func renameFree(dir *os.File, from, to string) error {
	return unix.RenameatxNp(int(dir.Fd()), from, int(dir.Fd()), to, unix.RENAME_EXCL)
}

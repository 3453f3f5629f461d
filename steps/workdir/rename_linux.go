package workdir

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameFree renames a file to a free name, or fails with fs.ErrExist. Not every file system supports it.
func renameFree(dir *os.File, from, to string) error {
	return unix.Renameat2(int(dir.Fd()), from, int(dir.Fd()), to, unix.RENAME_NOREPLACE)
}

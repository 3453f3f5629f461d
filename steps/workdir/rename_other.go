//go:build !linux && !darwin

package workdir

import (
	"errors"
	"os"
)

// renameFree is what this system cannot do.
func renameFree(*os.File, string, string) error { return errors.ErrUnsupported }

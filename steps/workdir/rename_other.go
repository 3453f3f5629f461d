//go:build !linux && !darwin

package workdir

import (
	"errors"
	"os"
)

// renameFree is not supported here.
func renameFree(*os.File, string, string) error { return errors.ErrUnsupported }

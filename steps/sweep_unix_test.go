//go:build unix

package steps_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestATemporaryFileOfAnotherUserIsLeftAlone(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can give a file to somebody else")
	}
	r := newRun(t).does("connect")
	name := ".private.key." + random
	r.left(name, 0o600, time.Hour)
	noError(t, os.Chown(r.path(name), 12345, 12345))
	r.does("application")
	if !slices.Contains(r.names(), name) {
		t.Error("it was removed")
	}
}

func TestATemporaryFileOfAnotherModeIsLeftAlone(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	r := newRun(t).does("connect")
	for letter, mode := range map[string]os.FileMode{"C": 0o640, "D": 0o700} {
		name := ".private.key." + strings.Repeat(letter, 26)
		r.left(name, mode, time.Hour)
		r.does("application")
		if !slices.Contains(r.names(), name) {
			t.Errorf("it was removed with the mode %04o", mode)
		}
	}
}

//go:build unix

package steps_test

import (
	"os"
	"slices"
	"testing"
	"time"
)

func TestSomebodyElsesTemporaryFileIsLeftAlone(t *testing.T) {
	t.Attr("fault", "F12")
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can give a file to somebody else")
	}
	r := newRun(t).does("connect")
	name := ".private.key." + random
	r.left(name, 0o600, time.Hour)
	if err := os.Chown(r.path(name), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	r.does("application")
	if !slices.Contains(r.names(), name) {
		t.Error("it was removed")
	}
}

//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestTheVersionIsALineOnStandardOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, "", nil, "--version")
	if r.code != 0 || !strings.HasPrefix(r.stdout, "credwiz ") || strings.Count(r.stdout, "\n") != 1 || r.stderr != "" {
		t.Errorf("code %d, standard output %q, standard error %q", r.code, r.stdout, r.stderr)
	}
}

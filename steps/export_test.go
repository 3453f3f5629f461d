package steps

import (
	"os/exec"
	"strings"
	"testing"
)

// TempName is the name of a temporary file that a killed run leaves.
func TempName(name string) string { return tempName(name, strings.Repeat("A", tempLength)) }

// Needs skips a test that cannot be done without another program, where that is not installed, and says so. As such tests
// are the slow ones, -short leaves them out.
func Needs(t *testing.T, program string) {
	t.Helper()
	if testing.Short() {
		t.Skipf("SKIPPED: -short leaves out what runs %s", program)
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("SKIPPED: %s is not installed, so what this test proves is not proven here", program)
	}
}

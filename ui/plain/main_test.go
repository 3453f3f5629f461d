package plain

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// A tick cannot be stopped, and ends by itself.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/charmbracelet/bubbletea.Tick.func1"))
}

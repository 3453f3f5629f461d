//go:build unix

package screen

import (
	"os"
	"testing"

	"github.com/charmbracelet/x/term"
)

// Bubble Tea ends with "program was killed" when it asks a terminal that has no answer.
func TestBubbleTeaAsksNoTerminalForItsSize(t *testing.T) {
	t.Attr("fault", "field-C1")
	if _, ok := programOutput(os.Stderr).(term.File); ok {
		t.Error("it can ask")
	}
}

//go:build !unix

package screen

import (
	"context"
	"io"

	tea "github.com/charmbracelet/bubbletea"
)

// programOutput is the output itself: Bubble Tea sets its mode, and a console always tells its size.
func programOutput(out io.Writer) io.Writer { return out }

// watch does nothing: Bubble Tea follows the size of the console, and there are no jobs.
func (Terminal) watch(context.Context, func() tea.Msg, func(tea.Msg)) {}

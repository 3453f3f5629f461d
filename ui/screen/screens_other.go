//go:build !unix

package screen

import (
	"context"
	"io"

	tea "github.com/charmbracelet/bubbletea"
)

// programOutput is the console, which always reports its size.
func programOutput(out io.Writer) io.Writer { return out }

// watch does nothing: Bubble Tea follows the console's size.
func (Terminal) watch(context.Context, func() tea.Msg, func(tea.Msg)) {}

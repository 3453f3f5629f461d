// Package tty keeps the terminal: its mode, its size, pastes, stops, and its rescue after a fault.
package tty

import (
	"cmp"
	"os"

	"github.com/charmbracelet/x/term"

	"credwiz/ui/style"
)

// usualSize is the VT100's.
var usualSize = style.Size{Columns: 80, Rows: 24} //nolint:gochecknoglobals // A constant, but for its type.

// WindowSize returns the size of a window. Serial lines, script, expect and some containers report 0 or nothing: then
// it is that of otherwise, or the usual one.
func WindowSize(f *os.File, otherwise style.Size) style.Size {
	columns, rows, err := term.GetSize(f.Fd())
	if err != nil {
		columns, rows = 0, 0
	}
	return style.Size{
		Columns: cmp.Or(columns, otherwise.Columns, usualSize.Columns),
		Rows:    cmp.Or(rows, otherwise.Rows, usualSize.Rows),
	}
}

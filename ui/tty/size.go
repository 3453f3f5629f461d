// Package tty keeps the terminal: its mode, its size, pastes, stops, and its rescue after a fault.
package tty

import (
	"cmp"
	"os"

	"github.com/charmbracelet/x/term"

	"credwiz/ui/style"
)

// usualSize is that of a terminal that does not tell its own, as it has been since the VT100.
var usualSize = style.Size{Columns: 80, Rows: 24} //nolint:gochecknoglobals // A constant, but for its type.

// WindowSize is the size of a terminal's window. A serial line, script, expect and some containers say 0 for a width or
// a height, or have no answer: then it is the one in otherwise, or the usual one.
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

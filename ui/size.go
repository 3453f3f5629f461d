package ui

import (
	"os"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/term"
)

// Size is that of a terminal. What the terminal does not tell comes from COLUMNS and LINES, or else is 80 by 24.
func Size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(f.Fd())
	if err != nil {
		columns, rows = 0, 0
	}
	return known(columns, rows)
}

func known(columns, rows int) (int, int) {
	return or(columns, "COLUMNS", 80), or(rows, "LINES", 24)
}

func or(told int, variable string, usual int) int {
	if told > 0 {
		return told
	}
	if n, err := strconv.ParseUint(os.Getenv(variable), 10, 16); err == nil && n > 0 {
		return int(n)
	}
	return usual
}

// withSize completes a size that the terminal does not tell, for the model and for Bubble Tea's renderer.
func withSize(_ tea.Model, msg tea.Msg) tea.Msg {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		size.Width, size.Height = known(size.Width, size.Height)
		return size
	}
	return msg
}

// Package tone keeps Bubble Tea from asking the terminal for its background colour.
//
// Bubble Tea v1 asks when it is initialised, before main, even for --version, and waits up to five seconds for an
// answer (tea_init.go; charmbracelet/bubbletea issue 1771, closed as not planned). It asks nothing once a background
// is set. Go initialises packages in the order of their import paths when their imports allow it, so this package
// works because "credwiz" sorts before "github.com/charmbracelet/bubbletea". It must import nothing but Lip Gloss.
//
// The colours here are the terminal's own sixteen, which suit its background whatever it is.
package tone

import "github.com/charmbracelet/lipgloss"

func init() { //nolint:gochecknoinits // Only an init runs before Bubble Tea's own.
	lipgloss.SetHasDarkBackground(true)
}

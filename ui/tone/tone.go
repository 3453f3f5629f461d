// Package tone keeps Bubble Tea from querying the terminal for its background color.
// Bubble Tea v1 does so before main, even for --version, and waits up to five seconds for an answer (tea_init.go;
// charmbracelet/bubbletea issue 1771, closed as not planned), unless a background is set. Go initializes independent
// packages in the order of their import paths: "credwiz" comes before "github.com/charmbracelet/bubbletea". This
// package must import only Lip Gloss. The screens use the terminal's own 16 colors, so the background does not
// matter.
package tone

import "github.com/charmbracelet/lipgloss"

func init() { //nolint:gochecknoinits // Only an init runs before Bubble Tea's own.
	lipgloss.SetHasDarkBackground(true)
}

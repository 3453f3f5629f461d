//go:build !unix

package ui

import tea "github.com/charmbracelet/bubbletea"

// suspend does nothing: there are no jobs here.
func suspend() tea.Cmd { return nil }

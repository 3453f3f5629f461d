// Command floor is the least that a program of this kind can be: it shows the last key, on the alternate screen, at the
// wizard's frame rate. The wizard is measured against it.
package main

import (
	"os"

	tea "github.com/charmbracelet/bubbletea"

	_ "credwiz/ui/tone" // or this one would wait for a silent terminal
)

const framesPerSecond = 120 // as the wizard's: a lower rate would make a higher floor

type screen struct{ key string }

func (screen) Init() tea.Cmd { return nil }

func (s screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyMsg); ok {
		if key.String() == "ctrl+c" {
			return s, tea.Quit
		}
		s.key = key.String()
	}
	return s, nil
}

func (s screen) View() string { return "● Account " + s.key }

func main() {
	program := tea.NewProgram(screen{}, tea.WithAltScreen(), tea.WithFPS(framesPerSecond), tea.WithOutput(os.Stderr))
	if _, err := program.Run(); err != nil {
		os.Exit(1)
	}
}

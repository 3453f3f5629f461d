//go:build unix

package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"credwiz/ui/dev/terminal"
)

func themes() map[string]terminal.Theme {
	return map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()}
}

// theDemo is from the first frame to the token, in a picture that moves.
func theDemo(s *studio) error {
	frames := map[string][]terminal.Frame{}
	err := s.sits([]string{"--demo", "--dir", ".", "--latency", "500ms"}, func(c *camera) {
		frame := func(text string, stands time.Duration) {
			c.sees(text).do(func() error {
				if err := c.term.Settle(c.ctx, calm); err != nil {
					return err
				}
				for name, theme := range themes() {
					frames[name] = append(frames[name], c.term.Frame(theme, stands))
				}
				return nil
			})
		}
		const look, read, done = 700 * time.Millisecond, 2 * time.Second, 5 * time.Second
		for _, step := range [][2]string{
			{"API key", "Check the key"}, {"Application name", "Create the application"}, {"Name", "Create the user"}, {"Valid for", "Test the login"},
		} {
			frame(step[0], read)
			c.press("enter")
			frame(step[1], look)
		}
		frame("Login test passed", done)
	})
	for _, name := range slices.Sorted(maps.Keys(frames)) {
		var picture bytes.Buffer
		err = errors.Join(err, terminal.Film(&picture, themes()[name], frames[name]),
			os.WriteFile(filepath.Join(s.folder, "demo-"+name+".svg"), picture.Bytes(), 0o600))
	}
	return err
}

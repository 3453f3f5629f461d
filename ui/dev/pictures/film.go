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

// film is the demo from the first frame to the token, in a picture that moves.
type film struct {
	*camera
	frames map[string][]terminal.Frame
}

func themes() map[string]terminal.Theme {
	return map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()}
}

// frame waits for a text, and keeps the screen.
func (f film) frame(text string, stands time.Duration) film {
	f.sees(text).do(func() error {
		if err := f.term.Settle(f.ctx, calm); err != nil {
			return err
		}
		for name, theme := range themes() {
			f.frames[name] = append(f.frames[name], f.term.Frame(theme, stands))
		}
		return nil
	})
	return f
}

func (f film) enter() film {
	f.press("enter")
	return f
}

func theDemo(s *studio) error {
	f := film{frames: map[string][]terminal.Frame{}}
	err := s.sits([]string{"--demo", "--dir", ".", "--latency", "500ms"}, func(c *camera) {
		f.camera = c
		const look, read, done = 700 * time.Millisecond, 2 * time.Second, 5 * time.Second
		f.frame("API key", read).enter().frame("Check the key", look)
		f.frame("Application name", read).enter().frame("Create the application", look)
		f.frame("Name", read).enter().frame("Create the user", look)
		f.frame("Valid for", read).enter().frame("Test the login", look).frame("Login test passed", done)
	})
	for _, name := range slices.Sorted(maps.Keys(f.frames)) {
		var picture bytes.Buffer
		err = errors.Join(err, terminal.Film(&picture, themes()[name], f.frames[name]),
			os.WriteFile(filepath.Join(s.folder, "demo-"+name+".svg"), picture.Bytes(), 0o600))
	}
	return err
}

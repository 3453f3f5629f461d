//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"credwiz/ui/dev/terminal"
)

// calm is how long the screen must not change before a picture: on a busy machine it comes in pieces.
const calm = 150 * time.Millisecond

type camera struct {
	*studio
	term  *terminal.Terminal
	blind bool  // a key was pressed, and nothing was seen since
	err   error // the first thing that went wrong; nothing is done after it
}

func (c *camera) do(f func() error) *camera {
	if c.err == nil {
		c.err = f()
	}
	return c
}

func (c *camera) sees(text string) *camera {
	return c.do(func() error {
		ctx, cancel := context.WithTimeout(c.ctx, patience)
		defer cancel()
		c.blind = false
		return c.term.WaitFor(ctx, text)
	})
}

// press waits after an escape, which would join the next key.
func (c *camera) press(key string) *camera {
	return c.do(func() error {
		c.blind = true
		if key != "esc" {
			return c.term.Press(key)
		}
		ctx, cancel := context.WithTimeout(c.ctx, patience)
		defer cancel()
		_, err := c.term.Repaint(ctx, key)
		return err
	})
}

func (c *camera) writes(text string) *camera {
	return c.do(func() error {
		c.blind = true
		return c.term.Type(text)
	})
}

// picture draws the screen for dark and light pages. The effect of the last key must be seen first: else the picture
// would depend on the machine's speed.
func (c *camera) picture(name string) *camera {
	return c.do(func() error {
		if c.blind {
			return fmt.Errorf("picture %q: after the last key, nothing was waited for", name)
		}
		if err := c.term.Settle(c.ctx, calm); err != nil {
			return err
		}
		size := fmt.Sprintf("%dx%d", c.cols, c.rows)
		c.shots = append(c.shots, shot{name, size, 5 * c.cols})
		dir := filepath.Join(c.folder, size)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		for suffix, theme := range themes() {
			if err := write(filepath.Join(dir, name+"-"+suffix+".svg"), c.term, theme); err != nil {
				return err
			}
		}
		return nil
	})
}

func write(path string, term *terminal.Terminal, theme terminal.Theme) error {
	var picture bytes.Buffer
	if err := term.SVG(&picture, theme); err != nil {
		return err
	}
	return os.WriteFile(path, picture.Bytes(), 0o600)
}

//go:build unix

// Command pictures makes the README's pictures: it runs the real wizard in a real pseudo-terminal, presses the keys that
// a newcomer would, and draws what is on the screen.
//
//	go run ./ui/pictures
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"credwiz/ui/terminal"
)

const (
	folder   = ".github/pictures"
	patience = 30 * time.Second
	// calm is how long nothing may change before a picture is taken.
	calm = 60 * time.Millisecond
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	if err := draw(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1) //nolint:gocritic // There is nothing left to clean up but the context.
	}
}

func draw(ctx context.Context) error {
	scratch, err := os.MkdirTemp("", "credwiz-pictures-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	program := filepath.Join(scratch, "credwiz")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, story := range []func(context.Context, *camera) error{firstJourney, mistakes} {
		dir, err := os.MkdirTemp(scratch, "run-")
		if err != nil {
			return err
		}
		if err := take(ctx, program, dir, story); err != nil {
			return err
		}
	}
	return nil
}

// camera is a person at the wizard who takes pictures.
type camera struct {
	ctx  context.Context //nolint:containedctx // It lives for one story.
	term *terminal.Terminal
	err  error // the first thing that went wrong; nothing is done after it
}

func take(ctx context.Context, program, dir string, story func(context.Context, *camera) error) error {
	term, err := terminal.Start(terminal.Config{
		Command: []string{program, "--demo", "--dir", ".", "--latency", "180ms"},
		Dir:     dir,
		Env:     []string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + dir},
		Title:   "credwiz --demo",
	})
	if err != nil {
		return err
	}
	defer func() { _ = term.Close() }()
	return story(ctx, &camera{ctx: ctx, term: term})
}

func firstJourney(_ context.Context, c *camera) error {
	c.sees("Connect your account").picture("api-key").press("enter")
	c.sees("enter continue").press("enter")
	c.sees("Application name").press("enter")
	c.sees("POST /v2/applications").picture("creating").sees("enter continue").picture("application").press("enter")
	c.sees("User name").picture("user").press("enter").sees("enter continue").press("enter")
	c.sees("Valid for").picture("expiry").press("enter")
	return c.sees("Ready to log in").picture("ready").press("enter").err
}

func mistakes(_ context.Context, c *camera) error {
	c.sees("API key").press("tab").writes("not the secret").press("enter").sees("401").picture("refused")
	return c.press("ctrl+c").err
}

func (c *camera) do(f func() error) *camera {
	if c.err == nil {
		c.err = f()
	}
	return c
}

func (c *camera) sees(text string) *camera {
	return c.do(func() error { return c.term.WaitFor(c.ctx, text) })
}

func (c *camera) press(key string) *camera { return c.do(func() error { return c.term.Press(key) }) }

func (c *camera) writes(text string) *camera { return c.do(func() error { return c.term.Type(text) }) }

// picture draws the screen for readers with dark and with light pages.
func (c *camera) picture(name string) *camera {
	return c.do(func() error {
		_ = c.term.Settle(c.ctx, calm)
		for suffix, theme := range map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()} {
			if err := write(filepath.Join(folder, name+"-"+suffix+".svg"), c.term, theme); err != nil {
				return err
			}
		}
		return nil
	})
}

func write(path string, term *terminal.Terminal, theme terminal.Theme) (err error) {
	file, err := os.Create(filepath.Clean(path))
	if err != nil {
		return err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	return term.SVG(file, theme)
}

//go:build unix

// Command pictures makes the README's pictures and the gallery of every screen: it runs the real wizard in a real
// pseudo-terminal, presses the keys that a person would, and draws what is on the screen.
//
//	go run ./ui/pictures
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/ui/terminal"
)

const (
	folder   = ".github/pictures"
	patience = 30 * time.Second
	// calm is how long nothing may change before a picture is taken.
	calm = 60 * time.Millisecond
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*patience)
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
	var shots []shot
	for _, size := range []struct {
		cols, rows int
		stories    []func(*studio) error
	}{
		{80, 24, stories()},
		{120, 40, stories()},
		{120, 60, []func(*studio) error{forACamera}},
	} {
		for _, story := range size.stories {
			studio, err := newStudio(ctx, program, scratch, size.cols, size.rows)
			if err != nil {
				return err
			}
			studio.shots = shots
			err = story(studio)
			if err := errors.Join(err, studio.server.Close()); err != nil {
				return err
			}
			shots = studio.shots
		}
	}
	return writeGallery(shots)
}

// studio is where a story is played: a folder, an account, and a size of the window.
type studio struct {
	ctx          context.Context //nolint:containedctx // It lives for one story.
	program, dir string
	cols, rows   int
	server       *sandbox.Server
	shots        []shot // what was taken so far
}

func newStudio(ctx context.Context, program, scratch string, cols, rows int) (*studio, error) {
	dir, err := os.MkdirTemp(scratch, "run-")
	if err != nil {
		return nil, err
	}
	server, err := sandbox.Start(sandbox.Config{Latency: 40 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	return &studio{ctx: ctx, program: program, dir: dir, cols: cols, rows: rows, server: server}, nil
}

// demo are the flags of a run in the wizard's own sandbox, the same every time.
func demo(more ...string) []string {
	return append([]string{"--demo", "--fixed", "--dir", ".", "--latency", "180ms"}, more...)
}

// real are the flags of a run with the studio's account.
func (s *studio) real() []string {
	return []string{"--api-host", s.server.URL(), "--api-key", sandbox.DefaultAPIKey}
}

// sits has a person sit down at the wizard, play a scene, and leave.
func (s *studio) sits(flags []string, scene func(*camera)) error {
	term, err := terminal.Start(terminal.Config{
		Command: append([]string{s.program}, flags...),
		Dir:     s.dir,
		Env: []string{
			"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + s.dir, "VONAGE_API_SECRET=" + sandbox.DefaultAPISecret, "TMPDIR=" + s.dir,
		},
		Cols: s.cols, Rows: s.rows,
		Title: "credwiz",
	})
	if err != nil {
		return err
	}
	c := &camera{ctx: s.ctx, term: term, size: fmt.Sprintf("%dx%d", s.cols, s.rows)}
	scene(c)
	s.shots = append(s.shots, c.shots...)
	if c.err == nil {
		_ = term.Press("ctrl+c")
	}
	return errors.Join(c.err, term.Close())
}

// has fills the account.
func (s *studio) has(names ...string) error {
	host, err := client.ParseHost(s.server.URL())
	if err != nil {
		return err
	}
	key, err := jwt.DeriveKey("somebody else's")
	if err != nil {
		return err
	}
	api := client.New(client.Options{Host: host})
	creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	for _, name := range names {
		if _, err := api.CreateApplication(s.ctx, creds, client.NewApplication{Name: name, PublicKey: key.PublicPEM()}); err != nil {
			return err
		}
	}
	return nil
}

// key leaves a private key in the folder.
func (s *studio) key(mode os.FileMode) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, "private.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), mode)
}

// forget removes what the wizard noted, as somebody does who copies only the key.
func forget(dir string) error { return os.Remove(filepath.Join(dir, ".credwiz.json")) }

// camera is a person at the wizard who takes pictures.
type camera struct {
	ctx  context.Context //nolint:containedctx // It lives for one scene.
	term *terminal.Terminal
	size string
	// shots are the pictures that were taken.
	shots []shot
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
		return c.term.WaitFor(ctx, text)
	})
}

// press presses a key, and lets the program take an escape before anything follows: the two would be another key.
func (c *camera) press(key string) *camera {
	return c.do(func() error {
		if key != "esc" {
			return c.term.Press(key)
		}
		ctx, cancel := context.WithTimeout(c.ctx, patience)
		defer cancel()
		_, err := c.term.Repaint(ctx, key)
		return err
	})
}

func (c *camera) writes(text string) *camera { return c.do(func() error { return c.term.Type(text) }) }

// picture draws the screen for readers with dark and with light pages.
func (c *camera) picture(name string) *camera {
	return c.do(func() error {
		_ = c.term.Settle(c.ctx, calm)
		c.shots = append(c.shots, shot{name, c.size})
		dir := filepath.Join(folder, c.size)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		for suffix, theme := range map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()} {
			if err := write(filepath.Join(dir, name+"-"+suffix+".svg"), c.term, theme); err != nil {
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

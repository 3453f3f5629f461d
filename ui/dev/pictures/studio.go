//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/ui/command"
	"credwiz/ui/dev/terminal"
)

// studio is where a story runs: its folder, account, clock and window. Nothing depends on the machine or the time.
type studio struct {
	ctx        context.Context //nolint:containedctx // It lives for one story.
	folder     string          // of the pictures
	dir        string          // of the wizard
	cols, rows int
	clock      clock
	server     *sandbox.Server
	held       chan struct{} // what the server creates waits for it; closed, it waits for nothing
	holds      atomic.Bool
	shots      []shot // what was taken so far
}

func newStudio(ctx context.Context, folder, scratch string, cols, rows int) (*studio, error) {
	home, err := os.MkdirTemp(scratch, "run-")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(home, "my-app")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	s := &studio{ctx: ctx, folder: folder, dir: dir, cols: cols, rows: rows, held: make(chan struct{})}
	if s.clock, err = newClock(dir + ".clock"); err != nil {
		return nil, err
	}
	s.server, err = sandbox.Start(sandbox.Config{Latency: 40 * time.Millisecond, Now: s.clock.now, NewID: s.ids()})
	return s, err
}

// ids are the server's, held back while holds is set.
func (s *studio) ids() func() string {
	var n atomic.Int64
	return func() string {
		if s.holds.Load() {
			<-s.held
		}
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "studio/%d", n.Add(1))).String()
	}
}

func (s *studio) creates(took time.Duration) error {
	if err := s.clock.set(s.clock.now().Add(took)); err != nil {
		return err
	}
	select {
	case s.held <- struct{}{}:
		return nil
	case <-time.After(patience):
		return errors.New("nothing was to be created")
	}
}

// perform is the wizard in the child process of sits.
func perform(args []string) (code int, ok bool) {
	if len(args) < 3 || args[0] != "perform" {
		return 0, false
	}
	stage := command.NewPictureRun(clock(args[1]).now, args[2])
	return stage.Run(context.Background(), args[3:], os.Stdin, os.Stdout, os.Stderr), true
}

func demo(more ...string) []string {
	return append([]string{"--demo", "--dir", ".", "--latency", "40ms"}, more...)
}

func account() []string {
	return []string{"--api-host", "http://" + command.PictureAPI}
}

func (s *studio) sits(flags []string, scene func(*camera)) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	term, err := terminal.Start(terminal.Config{
		Command: append([]string{self, "perform", string(s.clock), strings.TrimPrefix(s.server.URL(), "http://")}, flags...),
		Dir:     s.dir,
		Env: []string{
			"TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC", "HOME=" + filepath.Dir(s.dir), "TMPDIR=" + s.dir,
			"VONAGE_API_KEY=" + sandbox.DefaultAPIKey, "VONAGE_API_SECRET=" + sandbox.DefaultAPISecret,
			"GOCOVERDIR=" + filepath.Dir(s.dir), // Without it, a program that measures coverage says so on the screen.
		},
		Cols: s.cols, Rows: s.rows,
		Title: "credwiz",
	})
	if err != nil {
		return err
	}
	c := &camera{studio: s, term: term}
	scene(c)
	if c.err == nil {
		_ = term.Press("ctrl+c")
	}
	return errors.Join(c.err, term.Close())
}

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

func (s *studio) key(mode os.FileMode) error {
	key, err := jwt.DeriveKey("found here")
	if err != nil {
		return err
	}
	text, err := key.PEM()
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, "private.key")
	if err := os.WriteFile(path, []byte(text.Reveal()), mode); err != nil { //nolint:forbidigo // It is a file of the story.
		return err
	}
	return os.Chmod(path, mode) // whatever the umask is
}

// forget removes the journal, as if only the key was copied.
func forget(dir string) error { return os.Remove(filepath.Join(dir, ".credwiz.json")) }

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

// studio is where a story is played: a folder, an account, a clock, and a size of the window. Nothing in it depends on the
// machine or the moment, so that two runs give the same pictures.
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
	dir, err := os.MkdirTemp(scratch, "run-")
	if err != nil {
		return nil, err
	}
	s := &studio{ctx: ctx, folder: folder, dir: dir, cols: cols, rows: rows, held: make(chan struct{})}
	if s.clock, err = newClock(dir + ".clock"); err != nil {
		return nil, err
	}
	s.server, err = sandbox.Start(sandbox.Config{Latency: 40 * time.Millisecond, Now: s.clock.now, NewID: s.ids()})
	return s, err
}

// ids are those that the server gives, when it may.
func (s *studio) ids() func() string {
	var n atomic.Int64
	return func() string {
		if s.holds.Load() {
			<-s.held
		}
		return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "studio/%d", n.Add(1))).String()
	}
}

// creates lets the server create one thing, which took so long.
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

// perform is the wizard in the process of its own that sits starts.
func perform(args []string) (code int, ok bool) {
	if len(args) < 3 || args[0] != "perform" {
		return 0, false
	}
	stage := command.NewPictureRun(clock(args[1]).now, args[2])
	return stage.Run(context.Background(), args[3:], os.Stdin, os.Stdout, os.Stderr), true
}

// demo are the flags of a run in the wizard's own sandbox.
func demo(more ...string) []string {
	return append([]string{"--demo", "--dir", ".", "--latency", "40ms"}, more...)
}

// account are the flags of a run with the studio's account.
func account() []string {
	return []string{"--api-host", "http://" + command.PictureAPI, "--api-key", sandbox.DefaultAPIKey}
}

// sits has a person sit down at the wizard, play a scene, and leave.
func (s *studio) sits(flags []string, scene func(*camera)) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	term, err := terminal.Start(terminal.Config{
		Command: append([]string{self, "perform", string(s.clock), strings.TrimPrefix(s.server.URL(), "http://")}, flags...),
		Dir:     s.dir,
		Env: []string{
			"TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC", "HOME=" + s.dir, "TMPDIR=" + s.dir,
			"VONAGE_API_SECRET=" + sandbox.DefaultAPISecret,
		},
		Cols: s.cols, Rows: s.rows,
		Title: "credwiz",
	})
	if err != nil {
		return err
	}
	size := fmt.Sprintf("%dx%d", s.cols, s.rows)
	c := &camera{ctx: s.ctx, term: term, dir: filepath.Join(s.folder, size), size: size}
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

// forget removes what the wizard noted, as somebody does who copies only the key.
func forget(dir string) error { return os.Remove(filepath.Join(dir, ".credwiz.json")) }

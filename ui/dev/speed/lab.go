//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"credwiz/client/sandbox"
	"credwiz/ui/dev/terminal"
)

// lab has the two programs as released, and a folder for each run.
type lab struct {
	ctx           context.Context //nolint:containedctx // It lives for one run of this command.
	scratch       string
	wizard, floor string
	used          string // a folder in which the wizard has done its work
	samples       map[string][]float64
	windows       []window // that were ever open
}

func newLab(ctx context.Context) (*lab, error) {
	scratch, err := os.MkdirTemp("", "credwiz-speed-")
	if err != nil {
		return nil, err
	}
	l := &lab{
		ctx: ctx, scratch: scratch, samples: map[string][]float64{},
		wizard: filepath.Join(scratch, "credwiz"), floor: filepath.Join(scratch, "floor"),
	}
	for program, source := range map[string]string{l.wizard: ".", l.floor: "./ui/dev/speed/floor"} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			l.close()
			return nil, err
		}
	}
	if l.used, err = l.folder(); err == nil {
		err = l.spawn(l.used, l.job(l.used)...)
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) close() {
	for _, w := range l.windows {
		_ = w.Close()
	}
	_ = os.RemoveAll(l.scratch)
}

func (l *lab) folder() (string, error) { return os.MkdirTemp(l.scratch, "run-") }

func (l *lab) add(name string, took time.Duration) {
	l.note(name, float64(took)/float64(time.Millisecond))
}

func (l *lab) note(name string, sample float64) { l.samples[name] = append(l.samples[name], sample) }

func (l *lab) timed(name string, do func() error) error {
	began := time.Now()
	err := do()
	l.add(name, time.Since(began))
	return err
}

func (l *lab) spawn(dir string, args ...string) error {
	if err := l.command(dir, args...).Run(); err != nil {
		return fmt.Errorf("%s: %w", args, err)
	}
	return nil
}

func (l *lab) command(dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(l.ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, l.environment(dir)
	return cmd
}

// environment inherits nothing: CI=true would turn colors off.
func (l *lab) environment(dir string) []string {
	return []string{
		"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + dir, "TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"),
		"VONAGE_API_SECRET=" + sandbox.DefaultAPISecret,
	}
}

// job is a whole run without questions.
func (l *lab) job(dir string) []string {
	return []string{
		l.wizard, "--demo", "--latency", "0", "--dir", dir,
		"--no-input", "--app-name", "My App", "--user", "alice",
	}
}

// soon bounds immediate reactions, on a very busy machine.
const soon = 20 * time.Second

type window struct {
	*terminal.Terminal
	ctx context.Context //nolint:containedctx // It lives as long as the program.
}

func (l *lab) open(silent bool, args ...string) (window, error) {
	dir, err := l.folder()
	if err != nil {
		return window{}, err
	}
	t, err := terminal.Start(terminal.Config{Command: args, Dir: dir, Env: l.environment(dir), Silent: silent})
	if err != nil {
		return window{}, err
	}
	w := window{t, l.ctx}
	l.windows = append(l.windows, w)
	return w, nil
}

// sees waits for each text, and presses enter between them.
func (w window) sees(texts ...string) error {
	ctx, cancel := context.WithTimeout(w.ctx, soon)
	defer cancel()
	for i, text := range texts {
		if err := w.WaitFor(ctx, text); err != nil {
			return err
		}
		if i < len(texts)-1 {
			if err := w.Press("enter"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w window) repaint(key string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(w.ctx, soon)
	defer cancel()
	return w.Repaint(ctx, key)
}

func (w window) leaves() error {
	err := w.Press("ctrl+c")
	if err == nil {
		_, _, err = w.Wait(w.ctx)
	}
	return errors.Join(err, w.Close())
}

// pause is random, not to be in step with the frames.
func (l *lab) pause(most time.Duration) error {
	timer := time.NewTimer(rand.N(most)) //nolint:gosec // Nobody gains by guessing it.
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-l.ctx.Done():
		return context.Cause(l.ctx)
	}
}

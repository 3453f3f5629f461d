//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"credwiz/client/sandbox"
)

// lab has the two programs as released, and a folder for each run.
type lab struct {
	ctx           context.Context //nolint:containedctx // It lives for one run of this command.
	scratch       string
	wizard, floor string
	used          string // a folder in which the wizard has done its work
	samples       map[string][]float64
	windows       []*window // that were ever open
	servers       []*sandbox.Server
	err           error // of the first step that failed; nothing is measured after it
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
	l.used = l.folder()
	l.do(func() error { return l.spawn(l.used, l.job(l.used)...) })
	return l, nil
}

func (l *lab) close() {
	for _, w := range l.windows {
		_ = w.Close()
	}
	for _, s := range l.servers {
		_ = s.Close()
	}
	_ = os.RemoveAll(l.scratch)
}

// do runs f unless an earlier step has failed: the first error stays.
func (l *lab) do(f func() error) {
	if l.err == nil {
		l.err = f()
	}
}

func (l *lab) folder() (dir string) {
	l.do(func() (err error) {
		dir, err = os.MkdirTemp(l.scratch, "run-")
		return err
	})
	return dir
}

func (l *lab) add(name string, took time.Duration) {
	l.note(name, float64(took)/float64(time.Millisecond))
}

func (l *lab) note(name string, sample float64) { l.samples[name] = append(l.samples[name], sample) }

func (l *lab) timed(name string, f func() error) {
	began := time.Now()
	l.do(f)
	l.add(name, time.Since(began))
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

func (l *lab) job(dir string) []string {
	return []string{
		l.wizard, "--demo", "--latency", "0", "--dir", dir,
		"--no-input", "--app-name", "My App", "--user", "alice",
	}
}

// wait is cut short when the lab's context ends.
func (l *lab) wait(d time.Duration) {
	l.do(func() error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-l.ctx.Done():
			return context.Cause(l.ctx)
		}
	})
}

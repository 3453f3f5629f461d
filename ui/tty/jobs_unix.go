//go:build unix

package tty

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Jobs handles stop and resume by the shell: Ctrl-Z and fg, or kill. The shell may set any terminal mode while stopped,
// so what has set its own mode holds the Jobs, and restores it around a stop. The zero value is ready to use.
// After the first Hold, Jobs handles SIGTSTP until the program ends: Go never restores that signal's default action
// (runtime, sigdisable).
type Jobs struct {
	listen  sync.Once
	signals chan os.Signal
	mu      sync.Mutex
	holder  func(os.Signal)
}

// Hold passes signals to take until release: SIGTSTP, a request to stop, and SIGCONT after a stop without request.
func (j *Jobs) Hold(take func(os.Signal)) (release func()) {
	if j == nil {
		return func() {}
	}
	j.hand(take)
	j.listen.Do(func() {
		j.signals = make(chan os.Signal, 4)
		j.notify()
		go j.serve()
	})
	return func() { j.hand(nil) }
}

func (j *Jobs) hand(to func(os.Signal)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.holder = to
}

func (j *Jobs) notify() { signal.Notify(j.signals, syscall.SIGTSTP, syscall.SIGCONT) }

func (j *Jobs) serve() {
	for sig := range j.signals {
		j.mu.Lock()
		switch {
		case j.holder != nil:
			j.holder(sig)
		case sig == syscall.SIGTSTP:
			j.Stop(false)
		}
		j.mu.Unlock()
	}
}

// stopTimeout is how long a stop may take. One that happens is immediate.
const stopTimeout = 100 * time.Millisecond

// Stop stops the program until the shell resumes it; with everyone its whole process group, as the key does, because
// make or npx may stand between. Without a shell that manages jobs nothing could resume it, so nothing stops.
func (j *Jobs) Stop(everyone bool) {
	if session, err := unix.Getsid(0); err != nil || session == syscall.Getpgrp() {
		return
	}
	signal.Stop(j.signals)
	defer j.notify()
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.SIGCONT)
	defer signal.Stop(resumed)
	target := os.Getpid()
	if everyone {
		target = 0
	}
	if syscall.Kill(target, syscall.SIGSTOP) != nil {
		return
	}
	select {
	case <-resumed:
	case <-time.After(stopTimeout):
	}
}

// InForeground reports whether the program may set the terminal's mode. In the background that would stop it.
func InForeground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || group == syscall.Getpgrp()
}

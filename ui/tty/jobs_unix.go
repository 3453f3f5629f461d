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

// Jobs is the program as a job of a shell, which can stop and go on: by ctrl+z and fg, or by kill. A stop leaves the
// terminal to the shell, which may set any mode, so what has set one of its own holds the Jobs: it gives the old mode
// back before a stop, and sets its own again afterwards. The zero value is ready to use.
//
// From the first hold to the end of the program Jobs takes SIGTSTP, also when nothing holds it, because Go never gives
// that signal its default action back (runtime, sigdisable).
type Jobs struct {
	listen  sync.Once
	signals chan os.Signal
	mu      sync.Mutex
	holder  func(os.Signal)
}

// Hold has the signals given to take until release is called: SIGTSTP, which asks to stop, and SIGCONT after a stop that
// could not be asked about.
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

// notStopped is how long a stop may take. One that takes place takes it at once.
const notStopped = 100 * time.Millisecond

// Stop stops the program until the shell brings it back: with everyone, all of its process group, as the key does,
// because make or npx may stand between the shell and credwiz. It takes the signal that no program can keep from its
// default action. Where no shell has made a job of the program, nothing
// could bring it back, and it is not stopped.
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
	case <-time.After(notStopped):
	}
}

// InForeground reports whether the program may set the mode of a terminal. In the background that would stop it.
func InForeground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP)
	return err != nil || group == syscall.Getpgrp()
}

//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package steps_test

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"

	"credwiz/steps/answer"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// heldByAnother locks a folder as another process would.
func heldByAnother(t testing.TB, dir string) (release func()) {
	t.Helper()
	other := must(os.Open(dir))
	t.Cleanup(func() { _ = other.Close() })
	err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		t.Fatal("the folder is locked already")
	}
	if err != nil {
		t.Skip("SKIPPED: this file system knows no locks:", err)
	}
	return func() { _ = other.Close() }
}

func TestEachStepThatWritesWaitsForAnotherCredwiz(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	r := newRun(t).does("connect")
	for _, id := range []string{"application", "user", "token"} {
		release := heldByAnother(t, r.dir)
		files, calls := len(r.names()), len(r.account.requests())
		waiting := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			var err error
			r.session, err = stepNamed(t, id).Run(t.Context(), r.env, r.session, r.answers, func(e task.Event) {
				if e.State == task.Started && e.Text == "wait for another credwiz in this folder" {
					close(waiting)
				}
			})
			done <- err
		}()
		select {
		case <-waiting:
		case err := <-done:
			t.Fatalf("%s did not wait: %v", id, err)
		}
		equal(t, id+": files while it waits", len(r.names()), files)
		equal(t, id+": calls while it waits", len(r.account.requests()), calls)
		release()
		if err := <-done; err != nil {
			t.Fatalf("%s: %v", id, err)
		}
	}
}

func TestATokenIsNotWrittenWhileAnotherCredwizRuns(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	r := newRun(t).doesAll()
	before, folder := r.file(".env"), r.folder()
	users := must(resign.FindUsers(folder, "", ""))
	heldByAnother(t, r.dir)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	signs := func(write bool) error {
		_, err := resign.Sign(stopped, r.env, workdir.Place{Folder: folder}, users[0], answer.Answers{answer.Write: map[bool]string{true: "env"}[write]}, func(task.Event) {})
		return err
	}
	wantError(t, signs(true), context.Canceled)
	equal(t, ".env is as it was", r.file(".env") == before, true)
	noError(t, signs(false))
}

func TestALoginIsProvedWithoutTheLock(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	r := newRun(t)
	r.env.NoLogin = false
	login := newHeld()
	r.account.on(logIn, login.fault)
	r.does("connect", "application", "user")
	done := make(chan error, 1)
	go func() { done <- r.try("token") }()
	<-login.arrived
	heldByAnother(t, r.dir)()
	close(login.released)
	noError(t, <-done)
	<-login.over
}

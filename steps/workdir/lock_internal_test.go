package workdir

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"credwiz/steps/task"
)

// heldFolder is a folder that another credwiz is running in, opened by a second one.
func heldFolder(t *testing.T) (mine *Dir, release func()) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dir")
	folders := make([]*Dir, 2)
	for i := range folders {
		var err error
		if folders[i], err = Open(dir); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = folders[i].Close() })
	}
	release, err := folders[0].TryLock()
	if err != nil {
		t.Fatalf("the first lock: %v", err)
	}
	return folders[1], release
}

func telling(events *[]task.Event) task.Runner {
	return task.Runner{Report: func(e task.Event) { *events = append(*events, e) }, Now: time.Now}
}

// The clock of these tests is synctest's: ten seconds pass at once.

func TestAnotherCredwizIsWaitedForTenSeconds(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	folder, release := heldFolder(t)
	defer release()
	synctest.Test(t, func(t *testing.T) {
		var events []task.Event
		began := time.Now()
		_, err := folder.Lock(t.Context(), telling(&events))
		var busy *BusyError
		if !errors.As(err, &busy) || busy.Folder != folder.Name() {
			t.Fatalf("got %v", err)
		}
		if got, want := busy.Error(), folder.Name()+": another credwiz is running in it"; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
		if waited := time.Since(began); waited != 10*time.Second {
			t.Errorf("it waited %v", waited)
		}
		if len(events) != 2 || events[0].Text != "wait for another credwiz in this folder" || events[1].State != task.Failed {
			t.Errorf("it told %+v", events)
		}
	})
}

func TestWaitingForAnotherCredwizEndsWithIt(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	folder, release := heldFolder(t)
	synctest.Test(t, func(t *testing.T) {
		var events []task.Event
		began := time.Now()
		time.AfterFunc(3*time.Second, release)
		unlock, err := folder.Lock(t.Context(), telling(&events))
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 3*time.Second || waited > 3*time.Second+2*lockInterval {
			t.Errorf("it waited %v", waited)
		}
		if len(events) != 2 || events[1].State != task.Done {
			t.Errorf("it told %+v", events)
		}
		unlock()
		unlock, err = folder.Lock(t.Context(), telling(&events))
		if err != nil || len(events) != 2 {
			t.Errorf("a folder that is free: %v, told %d", err, len(events))
		}
		unlock()
	})
}

func TestWaitingForAnotherCredwizCanBeStopped(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	folder, release := heldFolder(t)
	defer release()
	synctest.Test(t, func(t *testing.T) {
		var events []task.Event
		ctx, stop := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(2*time.Second, stop)
		if _, err := folder.Lock(ctx, telling(&events)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited != 2*time.Second {
			t.Errorf("it waited %v", waited)
		}
	})
}

func TestALockLeavesNothingBehind(t *testing.T) {
	t.Attr("fault", "F7")
	t.Parallel()
	folder, release := heldFolder(t)
	release()
	dir, err := folder.root.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	if names, err := dir.Readdirnames(-1); err != nil || len(names) != 0 {
		t.Errorf("the folder has %q, %v", names, err)
	}
}

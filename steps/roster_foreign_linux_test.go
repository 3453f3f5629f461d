package steps_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"credwiz/steps/cleanup"
)

// opens returns the names that are opened in a folder while do runs; "" is the folder itself.
func opens(t testing.TB, dir string, do func()) []string {
	t.Helper()
	watch := must(unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC))
	defer func() { _ = unix.Close(watch) }()
	_ = must(unix.InotifyAddWatch(watch, dir, unix.IN_OPEN))
	do()
	var names []string
	events := make([]byte, 1<<16)
	n, err := unix.Read(watch, events)
	if errors.Is(err, unix.EAGAIN) {
		return names
	}
	noError(t, err)
	for events = events[:n]; len(events) > 0; {
		length := int(events[12]) | int(events[13])<<8
		names = append(names, strings.TrimRight(string(events[16:16+length]), "\x00"))
		events = events[16+length:]
	}
	return names
}

// leftIn is the item of a folder that is left.
func (r *run) leftIn(path string) cleanup.Item {
	r.t.Helper()
	items := r.removal().Items
	at := slices.IndexFunc(items, func(i cleanup.Item) bool { return i.Name == path })
	if at < 0 {
		r.t.Fatalf("%s is not told: %+v", path, items)
	}
	return items[at]
}

func TestCleanOpensNothingInAFolderOutside(t *testing.T) {
	t.Attr("fault", "field-C3")
	r := workshop(t, 2)
	r.env.Out = t.TempDir()
	r.doesAll()
	var left cleanup.Item
	opened := opens(t, r.env.Out, func() {
		left = r.leftIn(r.env.Out)
		r.cleared()
	})
	equal(t, "opened", strings.Join(opened, " "), "")
	equal(t, "its state", left.State, cleanup.Left)
	wantAll(t, left.Why, "outside the folder", "delete the users' .env files yourself")
}

func TestCleanComesToAnEndWhenTheFilesOfUsersWereToGoIntoProc(t *testing.T) {
	t.Attr("fault", "field-C3")
	r := workshop(t, 2)
	r.does("connect", "application", "user")
	r.env.Out = "/proc" // afterwards, because it is refused before anything is created
	r.fails("token")
	equal(t, "its state", r.leftIn("/proc").State, cleanup.Left)
	r.cleared()
}

func TestAMissingFolderOutsideIsNotReported(t *testing.T) {
	t.Attr("fault", "field-C3")
	r := workshop(t, 2)
	r.env.Out = t.TempDir()
	r.doesAll()
	noError(t, os.RemoveAll(r.env.Out))
	for _, item := range r.removal().Items {
		if item.Name == r.env.Out {
			t.Errorf("it is told: %+v", item)
		}
	}
}

func TestCleanOpensOnlyFilesWithTheNameOfAUsersFile(t *testing.T) {
	t.Attr("fault", "field-C3")
	r := workshop(t, 2).doesAll()
	r.has("users/notes.txt", "mine")
	opened := opens(t, r.path("users"), func() { r.removal() })
	if slices.Contains(opened, "notes.txt") || !slices.Contains(opened, "user1.env") {
		t.Errorf("opened: %q", opened)
	}
}

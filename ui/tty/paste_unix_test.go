//go:build unix

package tty

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The part of a paste that is dropped is read in larger pieces than Bubble Tea asks for. What follows it must come through
// though nothing more is typed.
func TestWhatFollowsAPasteThatIsSkippedIsSeen(t *testing.T) {
	t.Attr("fault", "T8")
	const limit = 300
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var in strings.Builder
		for range 1 + random.IntN(4) {
			in.WriteString(strings.Repeat("k", random.IntN(900)))
			in.WriteString(pasted(strings.Repeat("x", random.IntN(12_000))))
		}
		in.WriteString(strings.Repeat("\x1b[A", random.IntN(400)))
		k := newKeyboard(t, limit)
		k.guard.Readable, k.guard.Waiting = InputWithin(k.guard.File), InputWaiting(k.guard.File)
		if _, err := k.keys.WriteString(in.String()); err != nil {
			t.Fatal(err)
		}
		if got, want := k.rest(), guardedText([]byte(in.String()), limit); got != want {
			t.Fatalf("%q is seen as %q, want %q", in.String(), got, want)
		}
		_, _ = k.guard.Close(), k.keys.Close()
	}
}

// rest is what Bubble Tea reads of all that waits.
func (k *keyboard) rest() string {
	k.Helper()
	var seen strings.Builder
	for buffer := make([]byte, 256); k.guard.Readable(0); {
		n, err := k.guard.Read(buffer)
		if err != nil {
			k.Fatal(err)
		}
		seen.Write(buffer[:n])
	}
	return seen.String()
}

func TestASkippedPasteThatPausesIsEnded(t *testing.T) {
	t.Attr("fault", "T8")
	k := newKeyboard(t, 300)
	k.guard.Readable, k.guard.Waiting = func(time.Duration) bool { return k.guard.Waiting() > 0 }, InputWaiting(k.guard.File)
	if _, err := k.keys.WriteString(pasteStart + strings.Repeat("x", 5000) + "\x03"); err != nil {
		t.Fatal(err)
	}
	if got, want := k.rest(), pasted(strings.Repeat("x", 300))+"\x03"; got != want {
		t.Errorf("it is seen as %q, want %q", got, want)
	}
}

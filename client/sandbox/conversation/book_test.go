package conversation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credwiz/client/sandbox/conversation"
	"credwiz/client/sandbox/listing"
)

// book is an empty book with a counter for ids. What it delivers goes to told.
func book(told func(users []string, e conversation.Event)) *conversation.Book {
	var last atomic.Int64
	return conversation.New(conversation.Config{
		NewID: func() string { return fmt.Sprint(last.Add(1)) },
		Now:   func() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) },
		Deliver: func(_ string, users []string, e conversation.Event) {
			if told != nil {
				told(users, e)
			}
		},
	})
}

func caller(name string) conversation.Caller {
	return conversation.Caller{Application: "app", User: conversation.User{ID: "USR-" + name, Name: name}}
}

// room is a conversation that some users have joined.
func room(t testing.TB, b *conversation.Book, names ...string) string {
	t.Helper()
	made, err := b.Create(caller(names[0]), conversation.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		c := caller(name)
		if _, err := b.Add(c, made.ID, c.User, conversation.Joined); err != nil {
			t.Fatal(err)
		}
	}
	return made.ID
}

func say(words string) conversation.Utterance {
	return conversation.Utterance{Type: "text", Body: map[string]any{"text": words}}
}

// fill repeats something until it is refused, and returns how often it went well.
func fill(t *testing.T, do func(n int) error) (times int, full *conversation.FullError) {
	t.Helper()
	for n := range 1_000_000 {
		if err := do(n); errors.As(err, &full) {
			return n, full
		} else if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("it is never full")
	return 0, nil
}

func TestABookIsBounded(t *testing.T) {
	alice := caller("alice")
	for name, c := range map[string]struct {
		want int
		fill func(b *conversation.Book) func(n int) error
	}{
		"conversations": {1000, func(b *conversation.Book) func(int) error {
			return func(n int) error {
				c := alice
				c.Application = fmt.Sprint(n % 3) // the limit is for all applications together
				_, err := b.Create(c, conversation.Draft{})
				return err
			}
		}},
		"members": {199, func(b *conversation.Book) func(int) error {
			id := room(t, b, "alice")
			return func(n int) error {
				_, err := b.Add(alice, id, caller(fmt.Sprint(n)).User, conversation.Joined)
				return err
			}
		}},
		"events": {4999, func(b *conversation.Book) func(int) error {
			id := room(t, b, "alice")
			return func(int) error {
				_, err := b.Post(alice, id, say("x"))
				return err
			}
		}},
		"bytes": {(32<<20 - 1000) / (50_000 + 511), func(b *conversation.Book) func(int) error {
			id := room(t, b, "alice")
			return func(int) error {
				_, err := b.Post(alice, id, say(strings.Repeat("x", 50_000-4)))
				return err
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := book(nil)
			times, full := fill(t, c.fill(b))
			if times != c.want || full.Error() == "" {
				t.Errorf("full after %d (%v), want %d", times, full, c.want)
			}
			// What is deleted makes room.
			for _, app := range []string{"app", "0", "1", "2"} {
				b.Forget(app)
			}
			if times, _ := fill(t, c.fill(b)); times != c.want {
				t.Errorf("the second time it is full after %d", times)
			}
		})
	}
}

// TestAUserLeavesAFullConversation has an event that finds no room.
func TestAUserLeavesAFullConversation(t *testing.T) {
	b := book(nil)
	id := room(t, b, "alice", "bob")
	fill(t, func(int) error {
		_, err := b.Post(caller("alice"), id, say("x"))
		return err
	})
	b.ForgetUser("app", "USR-bob")
	if _, err := b.Events(caller("bob"), id, conversation.Choice{}, listing.Query{Size: 1}); !errors.Is(err, conversation.ErrNoConversation) {
		t.Errorf("a user who is gone reads on: %v", err)
	}
}

// TestEveryListenerHearsTheSameOrder has many speak at once.
func TestEveryListenerHearsTheSameOrder(t *testing.T) {
	var ids []int64
	b := book(func(users []string, e conversation.Event) {
		if e.Type == "text" {
			ids = append(ids, e.ID) // under the lock of the book
			slices.Sort(users)
			if !slices.Equal(users, []string{"USR-alice", "USR-bob"}) {
				t.Errorf("told %v", users)
			}
		}
	})
	id := room(t, b, "alice", "bob")
	done := make(chan error)
	for n := range 8 {
		go func() {
			var err error
			for range 50 {
				_, wrong := b.Post(caller([]string{"alice", "bob"}[n%2]), id, say("x"))
				err = errors.Join(err, wrong)
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(ids) != 400 || !slices.IsSorted(ids) {
		t.Errorf("%d events, in order: %v", len(ids), slices.IsSorted(ids))
	}
}

// drain takes what a delivery has to send.
func drain(d *conversation.Delivery) (got []string) {
	for l, ok := d.Next(); ok; l, ok = d.Next() {
		got = append(got, fmt.Sprintf("%d%s", l.Number, l.Event))
	}
	return got
}

func TestAMailboxKeepsWhatIsNotAcknowledged(t *testing.T) {
	m := conversation.NewMailbox(true)
	put := func(words string) { m.Put("text", json.RawMessage(words)) }
	want := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	put("a")
	first := m.Deliver()
	<-first.Rang()
	put("b")
	want(drain(first), "1a", "2b")
	m.Acknowledged(1)
	m.Acknowledged(7)
	second := m.Deliver()
	put("c")
	want(drain(first)) // that connection has ended
	<-second.Rang()
	want(drain(second), "2b", "3c")

	silent := conversation.NewMailbox(false)
	silent.Put("text", json.RawMessage("a"))
	want(drain(silent.Deliver()), "0a")
	want(drain(silent.Deliver()))

	for range 1500 {
		put(strings.Repeat("x", 500))
	}
	if got := drain(m.Deliver()); len(got) != 1000 {
		t.Errorf("it holds %d letters", len(got))
	}
	for range 30 {
		put(strings.Repeat("x", 64<<10))
	}
	if got := drain(m.Deliver()); len(got) != 16 {
		t.Errorf("it holds %d large letters", len(got))
	}
}

package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"
)

// Whoever reads it must not be able to tell that it was written item by item.
func TestListsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	users := []NotedUser{{Name: `"users": []`, Created: true}, {ID: "USR-1", Name: "bob <b@example.com>", IssuedAt: &at}}
	for name, journal := range map[string]Journal{
		"empty":          {},
		"no user":        {Applications: []NotedApp{{ID: "1", Users: nil}, {ID: "2", Users: []NotedUser{}}}},
		"users":          {Applications: []NotedApp{{ID: "1", Name: `"users": []`, Users: users[:1]}}},
		"users of two":   {Applications: []NotedApp{{ID: "1", Users: users}, {ID: "2"}, {ID: "3", Files: []string{"x"}, Users: users[1:]}}},
		"users at first": {Version: 1, Applications: []NotedApp{{ID: "1", Users: users}, {ID: "2"}}},
	} {
		t.Run("journal, "+name, func(t *testing.T) {
			for i := range journal.Applications {
				if len(journal.Applications[i].Users) == 0 {
					journal.Applications[i].Users = nil
				}
			}
			sameJSON(t, journal)
		})
	}
	for name, result := range map[string]Result{
		"no user": {Users: []UserResult{}, Files: []string{}},
		"users":   {Users: []UserResult{{Name: "a"}, {Name: "b", Token: &TokenResult{JWT: "x"}}}, Files: []string{"y"}, Missed: []MissedResult{{"c", "no"}}},
	} {
		t.Run("result, "+name, func(t *testing.T) { sameJSON(t, result) })
	}
}

func sameJSON(t *testing.T, value io.WriterTo) {
	t.Helper()
	want, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if n, err := value.WriteTo(&got); err != nil || n != int64(got.Len()) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if got.String() != string(want)+"\n" {
		t.Errorf("written:\n%s\nwant:\n%s", got.String(), want)
	}
}

func TestAJournalThatCouldNotBeReadIsNotWritten(t *testing.T) {
	var b bytes.Buffer
	w := &bounded{&b, 10}
	for text, want := range map[string]error{"12345": nil, "123456": errJournalFull} {
		w.left = 5
		if n, err := w.Write([]byte(text)); !errors.Is(err, want) || (err == nil) != (n == len(text)) {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	if b.String() != "12345" {
		t.Errorf("written: %q", b.String())
	}
}

//go:build unix

package command_test

import (
	"encoding/csv"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// class is a roster with so many users.
func class(n int) string {
	var b strings.Builder
	b.WriteString("name,display_name\n")
	for i := range n {
		fmt.Fprintf(&b, "user%d,User %d\n", i+1, i+1)
	}
	return b.String()
}

// TestARosterComesThroughFaultsAndAKill has requests refused, broken and done without an answer, kills the program in the
// middle, and runs it again.
func TestARosterComesThroughFaultsAndAKill(t *testing.T) {
	t.Parallel()
	n := 200
	if everything {
		n = 1000
	}
	s := newScene(t)
	write(t, s.dir, "roster.csv", class(n))
	args := []string{"--api-host", s.url, "--no-input", "--app-name", "Class", "--users-from", "roster.csv", "--csv", "--expires", "1h", "--dir", s.dir}
	first := exec.CommandContext(t.Context(), built(t), args...)
	first.Dir, first.Env = s.dir, account()
	var asked atomic.Int64
	started := make(chan struct{})
	faulty := func(at moment) bool {
		if at.request <= askedForApplication {
			return false
		}
		i := asked.Add(1)
		return at.applied && i%61 == 0 || !at.applied && i%67 == 0
	}
	s.begins(func(at moment) bool {
		if at.request == n/2 {
			<-started
			_ = first.Process.Kill()
			return true
		}
		return faulty(at)
	})
	noError(t, first.Start())
	close(started)
	if err := first.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
	s.begins(faulty)
	r := runs(t, s.dir, "", account(), append(args, "--reuse-key")...).ends(t, 0)
	records, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll()
	if err != nil || len(records) != n+1 {
		t.Fatalf("%d lines, %v", len(records), err)
	}
	apps := s.api.Applications()
	if len(apps) != 1 || apps[0].Users != n {
		t.Fatalf("the account has %+v", apps)
	}
	ids := map[string]string{}
	for _, u := range s.api.Users(apps[0].ID) {
		ids[u.Name] = u.ID
	}
	for _, record := range records[1:] {
		if claims := verifyToken(t, record[3], s.dir); claims["sub"] != record[0] || ids[record[0]] != record[2] {
			t.Fatalf("%s has the id %s and a token of %v", record[0], record[2], claims["sub"])
		}
	}
}

func TestFailedUsersAreReported(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	run := func(args ...string) result {
		return runs(t, s.dir, "", account(), append([]string{"--api-host", s.url, "--no-input", "--app-name", "Class", "--no-login"}, args...)...)
	}
	run("--user", "alice").ends(t, 0)
	remove(t, s.dir, ".credwiz.json") // so that alice may be anybody's
	r := run("--reuse-key", "--user", "alice", "--user", "bob", "--user", "carol", "--json")
	if r.code != 6 || !strings.Contains(r.stderr, "2 of 3 users are ready") || !strings.Contains(r.stdout, `"missed"`) {
		t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	r = run("--reuse-key", "--user", "alice", "--user", "bob", "--user", "carol", "--csv")
	records, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll()
	if r.code != 6 || err != nil || len(records) != 4 {
		t.Fatalf("code %d, %v: %s%s", r.code, err, r.stdout, r.stderr)
	}
	for i, want := range []string{"name error", "bob ", "carol ", "alice The application already has a user named “alice”"} {
		if got := records[i][0] + " " + records[i][5]; !strings.HasPrefix(got, want) || i < 3 && got != want {
			t.Errorf("line %d is about %q, want %q", i+1, got, want)
		}
	}
	run("--reuse-key", "--user", "alice", "--user", "bob", "--user", "carol", "--reuse-user", "--json").ends(t, 0)
	if apps := s.api.Applications(); len(apps) != 1 || apps[0].Users != 3 {
		t.Errorf("the account has %+v", apps)
	}
}

func TestARosterComesThroughAPipe(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	args := []string{"--api-host", s.url, "--no-input", "--app-name", "Class", "--no-login", "--users-from", "-", "--csv"}
	r := runs(t, s.dir, "name\nalice\nbob\n", account(), args...)
	if records, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll(); r.code != 0 || err != nil || len(records) != 3 {
		t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestARosterThatIsWrongIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		roster string
		args   []string
		says   string
	}{
		"a line":                             {"name\nalice\nalice\n", nil, "line 3: “alice” appears twice, and names must be unique"},
		"nothing":                            {"", nil, "it's empty"},
		"two sources":                        {"name\nalice\n", []string{"--user", "bob"}, "leave out --user"},
		"no such file":                       {"name\na\n", []string{"--users-from", "nothing.csv"}, "nothing.csv"},
		"a name twice":                       {"", []string{"--users-from", "", "--user", "a", "--user", "a"}, "--user: “a” appears twice, and names must be unique"},
		"standard input, and its other uses": {"", []string{"--users-from", "-", "--api-secret-stdin"}, "standard input has the users"},
		"too large a file":                   {strings.Repeat("x", 8<<20+1), nil, "it is over 8 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			write(t, s.dir, "roster.csv", test.roster)
			args := append([]string{"--api-host", s.url, "--no-input", "--app-name", "Class", "--users-from", "roster.csv"}, test.args...)
			runs(t, s.dir, "", account(), args...).ends(t, 2, test.says)
			if asked := s.asked(); len(asked) != 0 {
				t.Errorf("asked: %q", asked)
			}
		})
	}
}

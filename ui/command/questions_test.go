//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestAFlagThatIsGivenEmptyIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	t.Parallel()
	dir := t.TempDir()
	runs(t, dir, "", nil, demoWith("--no-input", "--dir", dir, "--app-name", "A", "--user", "alice")...).ends(t, 0)
	for _, command := range [][]string{{"token"}, demoWith("--no-input", "--app-name", "A", "--user", "bob")} {
		for _, flag := range []string{"--expires", "--acl", "--key-file"} {
			r := runs(t, dir, "", nil, append(command[:len(command):len(command)], flag, "")...)
			if r.code != 2 || r.stdout != "" || !strings.Contains(r.stderr, flag+": required") {
				t.Errorf("%v %s '': code %d, %s%s", command, flag, r.code, r.stdout, r.stderr)
			}
		}
	}
}

func TestStatusMarksTheUserOfDotenv(t *testing.T) {
	t.Attr("fault", "field-B10")
	t.Parallel()
	server := startSandbox(t)
	dir := t.TempDir()
	for _, user := range []string{"alice", "bob"} {
		r := runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", user)
		if r.code != 0 || strings.Contains(r.stderr, "it was for alice, and is for bob now") != (user == "bob") {
			t.Fatalf("code %d: %s", r.code, r.stderr)
		}
	}
	marked := func(user string) {
		t.Helper()
		r := runs(t, dir, "", nil, "status")
		for line := range strings.Lines(r.stdout) {
			if strings.Contains(line, "User") && strings.Contains(line, ", in .env") != strings.Contains(line, user) {
				t.Errorf("%q", line)
			}
		}
		if n := strings.Count(r.stdout, ", in .env"); n != 1 {
			t.Errorf("%d users are marked:\n%s", n, r.stdout)
		}
	}
	marked("bob")
	if r := runs(t, dir, "", nil, "token", "--user", "alice"); strings.Contains(r.stderr, "it was for") {
		t.Errorf("nothing was written, and it says\n%s", r.stderr)
	}
	if r := runs(t, dir, "", nil, "token", "--user", "alice", "--write", "env"); !strings.Contains(r.stderr, "it was for bob, and is for alice now") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	marked("alice")
}

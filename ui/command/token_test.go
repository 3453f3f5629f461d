//go:build unix

package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

// withBob adds another user to a folder in which alice has a token.
func withBob(t *testing.T, dir string, server *sandbox.Server) {
	t.Helper()
	runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--reuse-key", "--user", "bob", "--expires", "1h").ends(t, 0)
}

func TestATokenIsSignedAgainOffline(t *testing.T) {
	t.Parallel()
	dir, first, server := inspected(t)
	noError(t, server.Close())
	r := runs(t, dir, "", nil, "token")
	if r.code != 0 || r.stderr != "" {
		t.Fatalf("code %d: %q", r.code, r.stderr)
	}
	token := strings.TrimSuffix(r.stdout, "\n")
	if token == first || strings.ContainsAny(token, " \n") {
		t.Errorf("standard output has %q", r.stdout)
	}
	if claims := verifyToken(t, token, dir); claims["sub"] != "alice" {
		t.Errorf("it is for %v", claims["sub"])
	}
	if text := read(t, dir, ".env"); !strings.Contains(text, first) {
		t.Error(".env was changed unasked")
	}
}

func TestTokenSignsForTheGivenUserAndFlags(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	withBob(t, dir, server)
	app := server.Applications()[0].ID
	for _, test := range []struct {
		name string
		args []string
		code int
		says []string // the claims, or standard error for a code over 0
	}{
		{name: "by name", args: []string{"--user", "bob"}, says: []string{`"sub":"bob"`}},
		{name: "by name and application", args: []string{"--user", "alice", "--app-id", app}, says: []string{`"sub":"alice"`}},
		{name: "what it may reach", args: []string{"--user", "bob", "--acl", `{"paths":{"/*/users/**":{}}}`}, says: []string{`"acl":{"paths":{"/*/users/**":{}}}`}},
		{name: "no name", code: 2, says: []string{"alice, bob", "--user"}},
		{name: "another name", args: []string{"--user", "carol"}, code: 2, says: []string{"There's no user “carol”", "alice, bob", " --app-id " + app + " --user carol"}},
		{name: "another application", args: []string{"--app-id", "2b5d0f2e-0000-4000-8000-000000000000"}, code: 2, says: []string{"There's no application with the ID", "credwiz status"}},
		{name: "no application's id", args: []string{"--app-id", "foo"}, code: 2, says: []string{"--app-id: an application ID looks like 78d335fa-"}},
		{name: "too long a life", args: []string{"--user", "bob", "--expires", "25h"}, code: 2, says: []string{"24"}},
		{name: "an empty name", args: []string{"--user", ""}, code: 2, says: []string{"--user", "equired"}},
		{name: "no time", args: []string{"--user", "bob", "--expires", "soon"}, code: 2, says: []string{"--expires"}},
		{name: "no ACL", args: []string{"--user", "bob", "--acl", "nothing"}, code: 2, says: []string{"--acl"}},
		{name: "no such file to write", args: []string{"--user", "bob", "--write", "xml"}, code: 2, says: []string{"--write"}},
		{name: "a key that is elsewhere", args: []string{"--user", "bob", "--key-file", "nothing.key"}, code: 1, says: []string{"nothing.key", "--key-file private.key"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := runs(t, dir, "", nil, append([]string{"token"}, test.args...)...).ends(t, test.code)
			said := r.stderr
			if test.code == 0 {
				claims := must(json.Marshal(verifyToken(t, r.stdout, dir)))
				said = string(claims)
			} else if r.stdout != "" {
				t.Errorf("standard output has %q", r.stdout)
			}
			has(t, said, test.says...)
		})
	}
}

func TestTokenAsksForTheUserOnATerminal(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	withBob(t, dir, server)
	p := sit(t, setting{args: []string{"token", "--dir", dir}})
	p.sees("1  alice", "2  bob", "Sign a token for").writes("2").press("enter").ends(0)
	if claims := verifyToken(t, p.stdout.String(), dir); claims["sub"] != "bob" {
		t.Errorf("it is for %v", claims["sub"])
	}
}

func TestTokenSuggestsTheUserOfDotenvOrElseTheLatest(t *testing.T) {
	t.Parallel()
	dir, _, server := inspected(t)
	withBob(t, dir, server)
	suggests := func(user string) {
		t.Helper()
		p := sit(t, setting{args: []string{"token", "--dir", dir, "--write", "env"}})
		p.sees("1  alice", "2  bob", "Choice ["+user+"]").press("ctrl+c").ends(130)
	}
	suggests("bob")
	runs(t, dir, "", nil, "token", "--user", "alice", "--write", "env").ends(t, 0)
	suggests("alice")
	noError(t, os.Remove(filepath.Join(dir, ".env")))
	suggests("bob")
}

func TestATokenIsWrittenWhereItIsAskedAndNoted(t *testing.T) {
	t.Parallel()
	dir, first, _ := inspected(t)
	write(t, dir, ".env", "# mine\nOTHER=1\n"+read(t, dir, ".env"))
	result := decoded[struct {
		Token struct {
			JWT       string
			ExpiresAt string `json:"expires_at"`
		}
	}](t, runs(t, dir, "", nil, "token", "--write", "env", "--expires", "2h", "--json"))
	env := read(t, dir, ".env")
	if !strings.Contains(env, result.Token.JWT) || strings.Contains(env, first) || !strings.HasPrefix(env, "# mine\nOTHER=1\n") {
		t.Errorf(".env is\n%s", env)
	}
	if journal := read(t, dir, ".credwiz.json"); !strings.Contains(journal, result.Token.ExpiresAt) {
		t.Errorf("the journal has no %s:\n%s", result.Token.ExpiresAt, journal)
	}
	if status := runs(t, dir, "", nil, "status"); !strings.Contains(status.stdout, "in 1 hour 59 minutes") {
		t.Errorf("the status is\n%s", status.stdout)
	}
}

func TestNoTokenIsSignedWithAKeyThatDoesNotFit(t *testing.T) {
	t.Parallel()
	dir, _, _ := inspected(t)
	other, _, _ := inspected(t)
	noError(t, os.Rename(filepath.Join(dir, "private.key"), filepath.Join(dir, "moved.key")))
	r := runs(t, dir, "", nil, "token")
	if r.code == 0 || !strings.Contains(r.stderr, "--key-file moved.key") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	runs(t, dir, "", nil, "token", "--key-file", "moved.key").ends(t, 0)
	write(t, dir, "private.key", read(t, other, "private.key"))
	noError(t, os.Remove(filepath.Join(dir, "moved.key")))
	r = runs(t, dir, "", nil, "token")
	if r.code == 0 || r.stdout != "" || !strings.Contains(r.stderr, "is not the key of “My App”") || !strings.Contains(r.stderr, "--renew-key") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

func TestTokenFailsInAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"token", "status"} {
		r := runs(t, t.TempDir(), "", nil, command)
		if r.code != 1 || r.stdout != "" || !strings.Contains(r.stderr, "Nothing was set up in this folder yet.") {
			t.Errorf("%s: code %d: %s", command, r.code, r.stderr)
		}
	}
}

// What a demo leaves in a folder works only with credwiz serve.
func TestADemosFolderIsSaidToWorkWithServeAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runs(t, dir, "", nil, demoWith("--yes", "--dir", "try")...).ends(t, 0)
	for _, command := range []string{"inspect", "token", "status"} {
		r := runs(t, dir, "", nil, command, "--dir", "try").ends(t, 0)
		said := strings.Join(strings.Fields(r.stdout+r.stderr), " ")
		has(t, said, "is from the practice sandbox of a demo, and works only while credwiz serve runs in its folder", "credwiz serve --dir try")
		if strings.Contains(said, "gone") {
			t.Errorf("%s takes it for lost:\n%s", command, said)
		}
	}
	has(t, runs(t, dir, "", nil, "code", "swift", "--dir", "try").ends(t, 0).stdout, "went with the demo's sandbox", "credwiz serve")
}

func TestStatusMarksTheUserOfDotenv(t *testing.T) {
	t.Attr("fault", "field-B10")
	t.Parallel()
	server := startSandbox(t)
	dir := t.TempDir()
	for _, user := range []string{"alice", "bob"} {
		r := runs(t, dir, "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "My App", "--user", user)
		if r.code != 0 || strings.Contains(r.stderr, "now has bob's token (was alice's)") != (user == "bob") {
			t.Fatalf("code %d: %s", r.code, r.stderr)
		}
	}
	marked := func(user string) {
		t.Helper()
		r := runs(t, dir, "", nil, "status")
		for line := range strings.Lines(r.stdout) {
			if strings.Contains(line, "  ✓ ") && strings.Contains(line, " · in .env") != strings.Contains(line, user) {
				t.Errorf("%q", line)
			}
		}
		if n := strings.Count(r.stdout, " · in .env"); n != 1 {
			t.Errorf("%d users are marked:\n%s", n, r.stdout)
		}
	}
	marked("bob")
	if r := runs(t, dir, "", nil, "token", "--user", "alice"); strings.Contains(r.stderr, "now has") {
		t.Errorf("nothing was written, and it says\n%s", r.stderr)
	}
	if r := runs(t, dir, "", nil, "token", "--user", "alice", "--write", "env"); !strings.Contains(r.stderr, "Note: .env: now has alice's token (was bob's)") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	marked("alice")
}

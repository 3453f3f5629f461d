//go:build unix

package command_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credwiz/steps"
)

func TestAScriptGetsJSONAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, "", nil, demoWith("--dir", ".", "--no-input", "--app-name", "My App", "--user", "alice", "--expires", "1h", "--json")...).ends(t, 0)
	var got steps.Result
	d := json.NewDecoder(strings.NewReader(r.stdout))
	d.DisallowUnknownFields()
	noError(t, d.Decode(&got))
	has(t, r.stdout, `"sandbox": true`)
	claims := verifyToken(t, got.Users[0].Token.JWT, dir)
	if claims["sub"] != "alice" || claims["application_id"] != got.Application.ID {
		t.Errorf("claims %v", claims)
	}
	if left := got.Users[0].Token.ExpiresAt.Sub(got.Users[0].Token.IssuedAt); left != time.Hour {
		t.Errorf("the token lives %v", left)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	good := account()
	whole := []string{"--no-input", "--app-name", "A", "--user", "alice"}
	with := func(args ...string) []string { return append(append([]string{}, whole...), args...) }
	for _, test := range []struct {
		name  string
		env   []string
		stdin string
		args  []string
		setUp func(t *testing.T, dir string)
		code  int
		says  []string
	}{
		{name: "an unknown flag", args: []string{"--colour"}, code: 2, says: []string{"unknown flag: --colour", "--help"}},
		{name: "an unknown command", args: []string{"frobnicate"}, code: 2, says: []string{"there is no command \"frobnicate\""}},
		{name: "a misspelt command", args: []string{"tokn"}, code: 2, says: []string{"did you mean credwiz token?"}},
		{name: "a flag without its dashes", args: []string{"version"}, code: 2, says: []string{"did you mean credwiz --version?"}},
		{name: "a time without a unit", args: demoWith("--latency", "5"), code: 2, says: []string{"--latency: 5 has no unit: write 5ms or 5s"}},
		{name: "no time", args: []string{"sandbox", "--skew", "soon"}, code: 2, says: []string{"--skew: \"soon\" is not a time: write it like 5ms or 5s", "credwiz sandbox --help"}},
		{name: "a shell without completions", args: []string{"completion", "tcsh"}, code: 2, says: []string{"choose bash, zsh, fish or powershell"}},
		{name: "a word too many", args: []string{"status", "here"}, code: 2, says: []string{"credwiz status takes no argument", "credwiz status --help"}},
		{name: "a flag without its other: pause", args: demoWith(with("--pause", "1s")...), code: 2, says: []string{"--pause is for presenters: give --mask too"}},
		{name: "a flag without its other: webhook-url", args: demoWith(with("--webhook-url", "https://a.test")...), code: 2, says: []string{"--webhook-url", "give --capability too"}},
		{name: "a flag without its other: latency", args: with("--no-input", "--latency", "1s"), code: 2, says: []string{"--latency is for the sandbox: give --demo too"}},
		{name: "two forms", args: demoWith(with("--csv", "--json")...), code: 2, says: []string{"--csv or --json"}},
		{name: "two APIs", args: demoWith(with("--api-host", "https://a.test")...), code: 2, says: []string{"--demo has an API of its own"}},
		{name: "a folder for one", args: demoWith(with("--out", "there")...), code: 2, says: []string{"--out is for several users"}},
		{name: "one display name for those of a profile", args: append(demoWith("--no-input", "--app-name", "A", "--display-name", "B"), "--profile", profileOf(t, "user = [\"alice\", \"bob\"]")), code: 2, says: []string{"--display-name is for one user"}},
		{name: "a folder for those of a profile", args: append(demoWith("--no-input", "--app-name", "A", "--out", t.TempDir()), "--profile", profileOf(t, "user = [\"alice\", \"bob\"]")), code: 0},
		{name: "one display name for two", args: demoWith(with("--user", "bob", "--display-name", "B")...), code: 2, says: []string{"--display-name is for one user"}},
		{name: "a new key of nothing", args: demoWith(with("--renew-key")...), code: 2, says: []string{"--renew-key is for an application that exists: give --app-id too"}},
		{name: "answers missing", args: []string{"--no-input"}, code: 2,
			says: []string{"--api-key", "VONAGE_API_SECRET", "--app-name", "--user"}},
		{name: "no terminal and answers missing", args: demo, code: 2, says: []string{"--app-name", "--user"}},
		{name: "25h", args: demoWith(with("--expires", "25h")...), code: 2, says: []string{"--expires", "24 hours at most"}},
		{name: "0", args: demoWith(with("--expires", "0")...), code: 2, says: []string{"30 seconds at least"}},
		{name: "-1h", args: demoWith(with("--expires", "-1h")...), code: 2, says: []string{"ended before it began"}},
		{name: "banana", args: demoWith(with("--expires", "banana")...), code: 2, says: []string{"not a time that can be understood"}},
		{name: "an ACL that is none", args: demoWith(with("--acl", `{"paths":{"x":{}}}`)...), code: 2, says: []string{"starts with /"}},
		{name: "an ACL file that is not there", args: demoWith(with("--acl", "nothing.json")...), code: 2, says: []string{"--acl"}},
		{name: "plain http to elsewhere", args: with("--api-host", "http://example.com"), code: 2, says: []string{"use https"}},
		{name: "a host that is no URL", args: with("--api-host", "foo"), code: 2, says: []string{"--api-host: it must be a whole URL, like https://api.nexmo.com"}},
		{name: "a host of a profile that is no URL", args: with("--profile", profileOf(t, "api_host = \"foo\"")), code: 2, says: []string{"workshop.toml: api_host: it must be a whole URL"}},
		{name: "an app id that is none", args: demoWith("--no-input", "--app-id", "12"), code: 2, says: []string{"--app-id", "looks like"}},
		{name: "an application to create and to use", args: demoWith(with("--app-id", "12")...), code: 2, says: []string{"give one of them"}},
		{name: "an empty folder name", args: demoWith(with("--dir", "")...), code: 2, says: []string{"--dir: it is empty"}},
		{name: "a wrong secret", args: demoWith(with("--api-secret-stdin")...), stdin: "nonsense\n", code: 4,
			says: []string{"practice sandbox does not know this key and secret", "own pair", "--demo"}},
		{name: "no secret on standard input", args: demoWith(with("--api-secret-stdin")...), code: 2, says: []string{"standard input"}},
		{name: "an unreachable host", env: good, args: with("--api-host", deadHost(t)), code: 5,
			says: []string{"connection was refused", "--api-host"}},
		{name: "a key in the way", args: demoWith(with("--dir", ".")...), code: 3,
			setUp: func(t *testing.T, dir string) { write(t, dir, "private.key", "mine") },
			says:  []string{"private.key exists already", "--reuse-key"}},
		{name: "a folder that is a file", args: demoWith(with("--dir", "taken")...), code: 1,
			setUp: func(t *testing.T, dir string) { write(t, dir, "taken", "") },
			says:  []string{"taken", "--dir"}},
		{name: "a name that is taken", env: good, args: with("--api-host", server.URL()), code: 1,
			setUp: func(t *testing.T, dir string) {
				runs(t, dir, "", good, append(with("--api-host", server.URL()), "--app-name", "Another")...).ends(t, 0)
				// The same key and user, without the notes of the run that made them.
				noError(t, os.Remove(filepath.Join(dir, ".credwiz.json")))
			},
			says: []string{"a user named “alice” already", "--reuse-user"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if test.setUp != nil {
				test.setUp(t, dir)
			}
			args := test.args
			if test.name == "a name that is taken" {
				args = append(args, "--reuse-key")
			}
			r := runs(t, dir, test.stdin, test.env, args...).ends(t, test.code, test.says...)
			if test.code == 2 && r.stdout != "" {
				t.Errorf("standard output has %q", r.stdout)
			}
		})
	}
}

func TestMissingAnswersMakeNoCallAndNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runs(t, dir, "", nil, demoWith("--dir", "made", "--no-input")...)
	if _, err := os.Stat(filepath.Join(dir, "made")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

// profileOf is a profile that says so.
func profileOf(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "workshop.toml", text)
	return filepath.Join(dir, "workshop.toml")
}

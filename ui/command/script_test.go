//go:build unix

package command_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credwiz/client/sandbox"
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
		{name: "a misspelt flag", args: []string{"--expire", "1h"}, code: 2, says: []string{"unknown flag: --expire: did you mean --expires?"}},
		{name: "a secret as a flag", args: []string{"--api-secret", "Secret1234"}, code: 2, says: []string{"so set VONAGE_API_SECRET, or use --api-secret-stdin"}},
		{name: "an unknown command", args: []string{"frobnicate"}, code: 2, says: []string{"unknown command \"frobnicate\""}},
		{name: "a misspelt command", args: []string{"tokn"}, code: 2, says: []string{"did you mean credwiz token?"}},
		{name: "the nearest of two commands", args: []string{"toke"}, code: 2, says: []string{"did you mean credwiz token?"}},
		{name: "a flag without its dashes", args: []string{"version"}, code: 2, says: []string{"did you mean credwiz --version?"}},
		{name: "a time without a unit", args: demoWith("--latency", "5"), code: 2, says: []string{"--latency: 5 has no unit: use 5ms or 5s"}},
		{name: "no time", args: []string{"sandbox", "--skew", "soon"}, code: 2, says: []string{"--skew: \"soon\" isn't a duration, such as 500ms or 2s", "credwiz sandbox --help"}},
		{name: "a time before now", args: demoWith(with("--mask", "--pause=-5s")...), code: 2, says: []string{"--pause: must not be negative"}},
		{name: "a shell without completions", args: []string{"completion", "tcsh"}, code: 2, says: []string{"choose bash, zsh, fish, or powershell"}},
		{name: "a word too many", args: []string{"status", "here"}, code: 2, says: []string{"credwiz status takes no argument", "credwiz status --help"}},
		{name: "a flag without its other: pause", args: demoWith(with("--pause", "1s")...), code: 2, says: []string{"--pause is for presenters: add --mask"}},
		{name: "a flag without its other: webhook-url", args: demoWith(with("--webhook-url", "https://a.test")...), code: 2, says: []string{"--webhook-url", "add --capability"}},
		{name: "a flag without its other: latency", args: with("--no-input", "--latency", "1s"), code: 2, says: []string{"--latency is for the sandbox: add --demo"}},
		{name: "two forms", args: demoWith(with("--csv", "--json")...), code: 2, says: []string{"--csv or --json"}},
		{name: "two APIs", args: demoWith(with("--api-host", "https://a.test")...), code: 2, says: []string{"--demo has its own API"}},
		{name: "a folder for one", args: demoWith(with("--out", "there")...), code: 2, says: []string{"--out is for several users"}},
		{name: "one display name for those of a profile", args: append(demoWith("--no-input", "--app-name", "A", "--display-name", "B"), "--profile", profileOf(t, "user = [\"alice\", \"bob\"]")), code: 2, says: []string{"--display-name is for one user"}},
		{name: "a folder for those of a profile", args: append(demoWith("--no-input", "--app-name", "A", "--out", t.TempDir()), "--profile", profileOf(t, "user = [\"alice\", \"bob\"]")), code: 0},
		{name: "one display name for two", args: demoWith(with("--user", "bob", "--display-name", "B")...), code: 2, says: []string{"--display-name is for one user"}},
		{name: "a new key of nothing", args: demoWith(with("--renew-key")...), code: 2, says: []string{"--renew-key is for an existing application: add --app-id"}},
		{name: "answers missing", args: []string{"--no-input"}, code: 2,
			says: []string{"--api-key", "VONAGE_API_SECRET", "--app-name", "--user"}},
		{name: "no terminal and answers missing", args: demo, code: 2, says: []string{"--app-name", "--user"}},
		{name: "25h", args: demoWith(with("--expires", "25h")...), code: 2, says: []string{"--expires", "too long"}},
		{name: "0", args: demoWith(with("--expires", "0")...), code: 2, says: []string{"too short"}},
		{name: "-1h", args: demoWith(with("--expires", "-1h")...), code: 2, says: []string{"must be positive"}},
		{name: "banana", args: demoWith(with("--expires", "banana")...), code: 2, says: []string{"not a valid duration"}},
		{name: "an ACL that is none", args: demoWith(with("--acl", `{"paths":{"x":{}}}`)...), code: 2, says: []string{"start with /"}},
		{name: "an ACL file that is not there", args: demoWith(with("--acl", "nothing.json")...), code: 2, says: []string{"--acl"}},
		{name: "plain http to elsewhere", args: with("--api-host", "http://example.com"), code: 2, says: []string{"use https"}},
		{name: "a host that is no URL", args: with("--api-host", "foo"), code: 2, says: []string{"--api-host: it must be a full URL, like https://api.nexmo.com"}},
		{name: "a host of a profile that is no URL", args: with("--profile", profileOf(t, "api_host = \"foo\"")), code: 2, says: []string{"workshop.toml: api_host: it must be a full URL"}},
		{name: "an app id that is none", args: demoWith("--no-input", "--app-id", "12"), code: 2, says: []string{"--app-id", "looks like"}},
		{name: "an application to create and to use", args: demoWith(with("--app-id", "12")...), code: 2, says: []string{"choose one"}},
		{name: "an empty folder name", args: demoWith(with("--dir", "")...), code: 2, says: []string{"--dir: it is empty"}},
		{name: "a wrong secret", args: demoWith(with("--api-secret-stdin")...), stdin: "nonsense\n", code: 4,
			says: []string{"practice sandbox only accepts its own key and secret", "--demo"}},
		{name: "no secret on standard input", args: demoWith(with("--api-secret-stdin")...), code: 2, says: []string{"standard input"}},
		{name: "an unreachable host", env: good, args: with("--api-host", deadHost), code: 5,
			says: []string{"refused the connection", "Check the API host"}},
		{name: "a key in the way", args: demoWith(with("--dir", ".")...), code: 3,
			setUp: func(t *testing.T, dir string) { write(t, dir, "private.key", "mine") },
			says:  []string{"private.key already exists", "--reuse-key"}},
		{name: "a folder that is a file", args: demoWith(with("--dir", "taken")...), code: 1,
			setUp: func(t *testing.T, dir string) { write(t, dir, "taken", "") },
			says:  []string{"taken", "--dir"}},
		{name: "a name that is taken", env: good, args: with("--api-host", server.URL()), code: 1,
			setUp: func(t *testing.T, dir string) {
				runs(t, dir, "", good, append(with("--api-host", server.URL()), "--app-name", "Another")...).ends(t, 0)
				// The same key and user, without the notes of the run that made them.
				noError(t, os.Remove(filepath.Join(dir, ".credwiz.json")))
			},
			says: []string{"a user named “alice”", "--reuse-user"}},
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

func TestTheVersionIsALineOnStandardOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, "", nil, "--version")
	if r.code != 0 || !strings.HasPrefix(r.stdout, "credwiz ") || strings.Count(r.stdout, "\n") != 1 || r.stderr != "" {
		t.Errorf("code %d, standard output %q, standard error %q", r.code, r.stdout, r.stderr)
	}
}

func TestHelpForAnUnknownCommandFailsAndNamesIt(t *testing.T) {
	t.Attr("fault", "field-C9")
	t.Parallel()
	for args, says := range map[string]string{
		"foo":       `no help for "foo"`,
		"tokn":      `no help for "tokn": did you mean credwiz help token?`,
		"token foo": `no help for "token foo"`,
	} {
		r := runs(t, t.TempDir(), "", nil, append([]string{"help"}, strings.Fields(args)...)...)
		if r.code != 2 || !strings.Contains(r.stderr, says) || r.stdout != "" {
			t.Errorf("help %s: code %d, %q, %q", args, r.code, r.stderr, r.stdout)
		}
	}
	for args, says := range map[string]string{"": "credwiz sets up", "token": "Sign a new token", "completion bash": "bash"} {
		help := runs(t, t.TempDir(), "", nil, append([]string{"help"}, strings.Fields(args)...)...)
		flag := runs(t, t.TempDir(), "", nil, append(strings.Fields(args), "--help")...)
		if args == "" {
			says = "credwiz sets up"
		}
		if help.code != 0 || !strings.Contains(help.stdout, says) || help.stdout != flag.stdout {
			t.Errorf("help %s: code %d, %q", args, help.code, help.stdout+help.stderr)
		}
	}
}

// Cleaning such a name would create another one than the script asked for.
func TestANameWithUnseenCharactersIsRefused(t *testing.T) {
	t.Parallel()
	for flag, name := range map[string]string{"--user": "ev\nil", "--app-name": "\u202ebob", "--display-name": "\x1b[31mred"} {
		t.Run(flag, func(t *testing.T) {
			t.Attr("fault", "field-B1")
			t.Parallel()
			r := runs(t, t.TempDir(), "", nil, append(strings.Fields("--demo --no-input --app-name Shop --user alice"), flag+"="+name)...)
			if flag == "--user" {
				r = runs(t, t.TempDir(), "", nil, "--demo", "--no-input", "--app-name", "Shop", "--user", name)
			}
			if r.code != 2 || !strings.Contains(r.stderr, "control or invisible characters") || r.stdout != "" {
				t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}

func TestADemoWithoutATemporaryFolderNamesTheVariableAndTheFlag(t *testing.T) {
	t.Attr("fault", "field-C6")
	t.Parallel()
	for _, flags := range []string{"--demo", "--demo --fixed"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "file")
		noError(t, os.WriteFile(file, nil, 0o600))
		runs(t, dir, "", []string{"TMPDIR=" + file}, strings.Fields(flags+" --no-input --app-name App --user alice")...).ends(t, 1, "Couldn't create a temporary folder in "+file+": not a directory.", "Set TMPDIR", "--dir")
	}
}

func TestAMissingTerminalIsNamed(t *testing.T) {
	t.Attr("fault", "field-C6")
	t.Parallel()
	for redirect, why := range map[string]string{
		"2>log":              "credwiz can't ask because standard error is not a terminal: --app-name",
		"</dev/null 2>log":   "credwiz can't ask because standard input is not a terminal: --app-name",
		"--no-input 2>log":   "credwiz can't ask because of --no-input: --app-name",
		"--plain </dev/null": "credwiz can't ask because standard input has ended: --",
	} {
		t.Run(redirect, func(t *testing.T) {
			p := sit(t, setting{program: "/bin/sh", sameStdout: true, cols: 200, rows: 40, args: append([]string{"-c", `"$0" "$@" ` + redirect + `; code=$?; cat log; exit $code`, built(t)}, demo...)})
			p.sees(why, "without redirecting").ends(2)
		})
	}
}

func TestAnEmptyFlagIsNotTheDefault(t *testing.T) {
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

func TestAFlagAddsMissingCapabilities(t *testing.T) {
	t.Attr("fault", "field-B14")
	t.Parallel()
	dir, _, server := inspected(t)
	id := server.Applications()[0].ID
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL()+"/v2/applications/"+id,
		strings.NewReader(`{"name":"Mine","capabilities":{"verify":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(sandbox.DefaultAPIKey, sandbox.DefaultAPISecret)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(err, response)
	}
	_ = response.Body.Close()
	args := []string{"--api-host", server.URL(), "--no-input", "--app-id", id, "--user", "alice", "--reuse-user"}
	if r := runs(t, dir, "", account(), args...); r.code != 0 || !strings.Contains(r.stdout+r.stderr, "--add-capabilities") {
		t.Errorf("code %d, and the flag is not named: %s%s", r.code, r.stdout, r.stderr)
	}
	r := runs(t, dir, "", account(), append(args, "--add-capabilities", "--capability", "voice")...)
	if now := string(server.Applications()[0].Capabilities); r.code != 0 || !strings.Contains(now, `"rtc"`) ||
		!strings.Contains(now, `"voice"`) || !strings.Contains(now, `"verify"`) {
		t.Errorf("code %d, capabilities %s: %s", r.code, now, r.stderr)
	}
}

//go:build unix

package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/client/sandbox"
	"credwiz/steps"
)

func nexmorc(key, secret string) string {
	return "[credentials]\napi_key=" + key + "\napi_secret=" + secret + "\n"
}

func TestThePairOfAnotherToolIsShownAndTakenWithEnter(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	home := t.TempDir()
	write(t, home, ".nexmorc", nexmorc("file1234", sandbox.DefaultAPISecret))
	p := sit(t, setting{cols: 80, rows: 24, env: []string{"HOME=" + home}, args: []string{"--api-host", server.URL()}})
	p.sees("file1234", "from ~/.nexmorc")
	if strings.Contains(p.Screen(), sandbox.DefaultAPISecret) {
		t.Error("the secret is on the screen")
	}
	// Another key has another secret, so this one is no longer suggested.
	p.press("ctrl+u").writes("zzzz9999").press("tab").sees("paste it; it stays hidden")
	p.press("ctrl+c").ends(130)
	text, err := os.ReadFile(filepath.Join(home, ".nexmorc"))
	if err != nil || string(text) != nexmorc("file1234", sandbox.DefaultAPISecret) {
		t.Errorf("the file is touched: %q, %v", text, err)
	}
}

func TestLineByLineTheSourceIsSaidAndEnterTakesIt(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	dir := t.TempDir()
	write(t, dir, ".vonagerc", `{"api-key":"`+sandbox.DefaultAPIKey+`x","api-secret":"nonsense"}`)
	write(t, dir, ".env", "broken\x00")
	noError(t, os.MkdirAll(filepath.Join(dir, ".vonage"), 0o700))
	write(t, dir, ".vonage/config.json", "{")
	r := runs(t, dir, "\n\n3\n", nil, "--api-host", server.URL(), "--plain")
	has(t, r.stderr, "! Ignored ~/.vonage/config.json", "Suggestion: from .vonagerc.\nAPI key ["+sandbox.DefaultAPIKey+"x]", "Suggestion: from .vonagerc.\nAPI secret [hidden]",
		"rejected this key and secret")
	if strings.Contains(r.stderr, "nonsense") {
		t.Error("the secret is said")
	}
}

func TestAScriptUsesNoPairOfAnotherTool(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".nexmorc", nexmorc("file1234", "Secret1234"))
	r := runs(t, dir, "", nil, "--api-host", deadHost, "--no-input", "--app-name", "A", "--user", "alice")
	if r.code != 2 || !strings.Contains(r.stderr, "--api-key") || strings.Contains(r.stderr, ".nexmorc") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

func TestADemoReadsNothingReal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".nexmorc", nexmorc("file1234", "Secret1234"))
	r := runs(t, dir, strings.Repeat("\n", 12), []string{"VONAGE_API_KEY=real1234", "VONAGE_API_SECRET=RealSecret9"}, demoWith("--plain")...)
	if r.code != 0 || strings.Contains(r.stderr, "file1234") || strings.Contains(r.stderr, "real1234") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

func TestAProfileComesAfterFlagsAndTheEnvironment(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	dir := t.TempDir()
	write(t, dir, "lyon.toml", "api_host = \""+server.URL()+"\"\napi_key = \"fromfile\"\napp_name = \"Lyon\"\nuser = \"guest\"\nexpires = \"1h\"\n")
	got := decoded[steps.Result](t, runs(t, dir, "", account(), "--profile", "lyon.toml", "--trust-api-host", "--no-input", "--user", "alice", "--json").ends(t, 0))
	token := got.Users[0].Token
	if got.APIHost != server.URL() || got.APIKey != sandbox.DefaultAPIKey || got.Application.Name != "Lyon" ||
		got.Users[0].Name != "alice" || token.ExpiresAt.Sub(token.IssuedAt).Hours() != 1 {
		t.Errorf("made %+v", got)
	}
}

func TestAProfileWithASecretIsRefusedBeforeAnythingIsDone(t *testing.T) {
	t.Attr("fault", "S1")
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "lyon.toml", "app_name = \"Lyon\"\napi_secret = \"Canary0Secret9\"\n")
	r := runs(t, dir, "", nil, demoWith("--profile", "lyon.toml", "--dir", "made")...)
	if r.code != 2 || !strings.Contains(r.stderr, "lyon.toml: api_secret: profiles get shared") || strings.Contains(r.stderr, "Canary") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "made")); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestAProfileReadsNoFileForItsACL(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "acl.json", `{"paths":{"/*/rtc/**":{}}}`)
	write(t, dir, "lyon.toml", "acl = \"acl.json\"\n")
	runs(t, dir, "", nil, demoWith("--profile", "lyon.toml", "--no-input", "--app-name", "A", "--user", "alice")...).ends(t, 2, "lyon.toml, acl: ")
}

func TestThePairOfTheEnvironmentStaysTogether(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	args := []string{"--api-host", server.URL(), "--no-input", "--app-name", "A", "--user", "alice"}
	for _, test := range []struct {
		name string
		env  []string
		args []string
		code int
		says string
	}{
		{"Vonage's names", account(), nil, 0, ""},
		{"Nexmo's names", []string{"NEXMO_API_KEY=" + sandbox.DefaultAPIKey, "NEXMO_API_SECRET=" + sandbox.DefaultAPISecret}, nil, 0, ""},
		{"a key of each family", append(account(), "NEXMO_API_KEY=other123", "NEXMO_API_SECRET=Other9Secret"), nil, 0, ""},
		{"a secret alone, and a flag", []string{"VONAGE_API_SECRET=" + sandbox.DefaultAPISecret}, []string{"--api-key", sandbox.DefaultAPIKey}, 0, ""},
		{"a secret alone, and a key of the other family", []string{"VONAGE_API_SECRET=" + sandbox.DefaultAPISecret, "NEXMO_API_KEY=" + sandbox.DefaultAPIKey}, nil, 0, ""},
		{"a secret of another key", []string{"NEXMO_API_KEY=other123", "NEXMO_API_SECRET=Other9Secret"}, []string{"--api-key", sandbox.DefaultAPIKey}, 2,
			"--api-secret-stdin with the secret of " + sandbox.DefaultAPIKey + " (NEXMO_API_SECRET is for other123, the key in NEXMO_API_KEY)."},
		{"a secret of another key, and no questions", []string{"VONAGE_API_KEY=other123", "VONAGE_API_SECRET=Other9Secret"},
			[]string{"--yes", "--api-key", sandbox.DefaultAPIKey}, 2, "(VONAGE_API_SECRET is for other123, the key in VONAGE_API_KEY)."},
	} {
		t.Run(test.name, func(t *testing.T) {
			runs(t, t.TempDir(), "", test.env, append(args, test.args...)...).ends(t, test.code, test.says)
		})
	}
}

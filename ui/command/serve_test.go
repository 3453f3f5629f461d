//go:build unix

package command_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps/workdir"
)

// developed is a folder with an application in a sandbox, and its user alice.
func developed(t *testing.T, server *sandbox.Server) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	runs(t, t.TempDir(), "", account(), "--api-host", server.URL(), "--no-input", "--app-name", "A", "--user", "alice", "--dir", dir).ends(t, 0)
	return dir
}

// serving starts credwiz serve in a terminal, and returns its address, too.
func serving(t *testing.T, dir string, flags ...string) (p *seat, address string) {
	t.Helper()
	args := append([]string{"serve", "--dir", dir, "--addr", "127.0.0.1:0"}, flags...)
	p = sit(t, setting{args: args, sameStdout: true, cols: 300, rows: 60}).sees("Press Ctrl-C to stop")
	_, address, _ = strings.Cut(p.Screen(), "Page         ")
	address, _, _ = strings.Cut(address, "\n")
	return p, strings.TrimSpace(address)
}

// posted asks for a token, and returns the answer.
func posted(t *testing.T, address, user string) (status int, text string) {
	t.Helper()
	request := must(http.NewRequestWithContext(t.Context(), http.MethodPost, address+"token", strings.NewReader(`{"user":"`+user+`"}`)))
	request.Header.Set("Content-Type", "application/json")
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	return response.StatusCode, string(must(io.ReadAll(response.Body)))
}

func TestServeGivesTokensUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	dir := developed(t, startSandbox(t))
	p, address := serving(t, dir)
	p.sees("Application  A (", "Users        alice", "Tokens       POST "+address+"token")
	status, text := posted(t, address, "alice")
	var got struct{ Token string }
	if err := json.Unmarshal([]byte(text), &got); status != 200 || err != nil {
		t.Fatalf("status %d, %v: %s", status, err, text)
	}
	posted(t, address, "carol")
	p.sees("POST   /token  200  ", "  for alice", "POST   /token  404  ", "These exist: alice.").press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), got.Token[len(got.Token)-20:]) {
		t.Error("the token is in the log")
	}
	runs(t, dir, "", nil, "inspect", got.Token).ends(t, 0)
}

func TestServeSaysIfDotenvIsForAnotherApplication(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	dir := developed(t, server)
	env, id := read(t, dir, ".env"), server.Applications()[0].ID
	runs(t, t.TempDir(), "", account(), "--api-host", server.URL(), "--no-input", "--fresh", "--app-name", "B", "--user", "bob", "--dir", dir).ends(t, 0)
	if p, _ := serving(t, dir); strings.Contains(p.Screen(), ".env is for") {
		t.Errorf("it is for the served one:\n%s", p.Screen())
	}
	write(t, dir, ".env", env)
	p, _ := serving(t, dir)
	p.sees("Note: .env is for “A”. This serves “B”", "credwiz serve --dir", "--app-id "+id)
	p, _ = serving(t, dir, "--app-id", id)
	if strings.Contains(p.Screen(), ".env is for") {
		t.Errorf("it is for the served one:\n%s", p.Screen())
	}
}

func TestServeLogsJSONWithoutTokens(t *testing.T) {
	t.Parallel()
	p, address := serving(t, developed(t, startSandbox(t)), "--json-log")
	posted(t, address, "alice")
	p.sees(`"msg":"request","method":"POST","path":"/token","status":200,`, `"user":"alice"}`).press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), "eyJ") {
		t.Error("a token is in the log")
	}
}

func TestServeEndsWithTheCodeOfItsSignal(t *testing.T) {
	t.Parallel()
	dir := developed(t, startSandbox(t))
	for number, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGQUIT: 131} {
		p, _ := serving(t, dir)
		noError(t, p.Signal(number))
		p.ends(code)
	}
}

func TestServeSendsTokensToNoOtherMachineWithoutAYes(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	dir := developed(t, server)
	journal := filepath.Join(dir, workdir.JournalFile)
	text := strings.ReplaceAll(string(must(os.ReadFile(journal))), server.URL(), "https://gateway.test")
	noError(t, os.WriteFile(journal, []byte(text), 0o600))
	runs(t, dir, "", nil, "serve", "--addr", "127.0.0.1:0").
		ends(t, 2, "names the host gateway.test, which isn't a Vonage host and would get tokens of your application", "--trust-api-host")
}

func TestServeCreatesUsers(t *testing.T) {
	t.Parallel()
	server := startSandbox(t)
	dir := developed(t, server)
	p, address := serving(t, dir, "--create-users")
	if status, text := posted(t, address, "carol"); status != 200 || len(server.Users(server.Applications()[0].ID)) != 2 {
		t.Errorf("status %d: %s", status, text)
	}
	p.press("ctrl+c").ends(130)
	has(t, runs(t, dir, "", nil, "status").ends(t, 0).stdout, "carol")
}

func TestServeServesAnApplicationOfADemoWithASandboxOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "try")
	runs(t, t.TempDir(), "", nil, demoWith(append(whole, "--dir", dir)...)...).ends(t, 0)
	p, address := serving(t, dir, "--create-users")
	for _, user := range []string{"alice", "bob"} {
		status, text := posted(t, address, user)
		var got struct{ Token string }
		if err := json.Unmarshal([]byte(text), &got); status != 200 || err != nil {
			t.Fatalf("status %d, %v: %s", status, err, text)
		}
		response := must(http.Get(address + "settings"))
		var settings struct {
			Host string `json:"api_url"`
		}
		noError(t, json.NewDecoder(response.Body).Decode(&settings))
		response.Body.Close()
		host := must(client.ParseHost(settings.Host))
		login := must(client.New(client.Options{Host: host}).LogIn(t.Context(), redact.NewSecret(got.Token), ""))
		if login.UserName != user {
			t.Errorf("%s is logged in, not %s", login.UserName, user)
		}
	}
	p.sees("runs a practice sandbox for it").press("ctrl+c").ends(130)
	has(t, runs(t, dir, "", nil, "status").ends(t, 0).stdout, "bob")
}

func TestServeForOtherMachinesShowsACode(t *testing.T) {
	t.Parallel()
	p, address := serving(t, developed(t, startSandbox(t)), "--allow-remote")
	p.sees("Warning: other machines can reach this server", "█")
	base, code, found := strings.Cut(address, "?code=")
	if !found || len(code) < 32 {
		t.Fatalf("its address is %s", address)
	}
	if status, text := posted(t, base, "alice"); status != 401 {
		t.Errorf("without the code: status %d, %s", status, text)
	}
	response := must(http.Get(address)) // the client keeps no cookie, so it is asked for the code again
	response.Body.Close()
	p.sees("GET    /  303  ").press("ctrl+c").ends(130)
	_, log, _ := strings.Cut(string(p.Raw()), "Press Ctrl-C")
	if strings.Contains(log, code) {
		t.Error("the code is in the log")
	}
}

func TestServeRefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	dir := developed(t, startSandbox(t))
	taken := startSandbox(t)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an address of the network": {[]string{"--addr", "0.0.0.0:0"}, 2, "--allow-remote"},
		"a port that is taken":      {[]string{"--addr", strings.TrimPrefix(taken.URL(), "http://")}, 1, "The server didn't start: another program, perhaps another credwiz, already uses 127.0.0.1:"},
		"an origin that is none":    {[]string{"--allow-origin", "null"}, 2, "--allow-origin: origin"},
		"a lifetime that is none":   {[]string{"--expires", "25h"}, 2, "--expires"},
		"an ACL that is none":       {[]string{"--acl", "{}"}, 2, "--acl"},
		"an SDK that is none":       {[]string{"--sdk", "nothing.js"}, 2, "npm install @vonage/client-sdk"},
		"an unknown application":    {[]string{"--app-id", "00000000-0000-4000-8000-000000000000"}, 2, "There is no application"},
		"a key that is not its own": {[]string{"--key-file", ".env"}, 2, "--key-file"},
		"a key that is not there":   {[]string{"--key-file", "other.key"}, 1, "other.key"},
	} {
		t.Run(name, func(t *testing.T) {
			runs(t, dir, "", nil, append([]string{"serve"}, test.args...)...).ends(t, test.code, test.says)
		})
	}
	runs(t, t.TempDir(), "", nil, "serve").ends(t, 1, "Nothing was set up in this folder yet.", "Run credwiz first")
}

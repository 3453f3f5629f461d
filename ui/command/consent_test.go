//go:build unix

package command_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"credwiz/client"
	"credwiz/client/sandbox"
)

// listener is a server on this computer that counts who calls it.
func listener(t *testing.T) (url string, calls *atomic.Int32) {
	t.Helper()
	calls = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		http.NotFound(w, nil)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// pointedAt is a folder whose notes name a host and an account, as a file that came with a project may.
func pointedAt(t *testing.T, url, apiKey string) string {
	t.Helper()
	dir, _, server := inspected(t)
	notes := strings.ReplaceAll(read(t, dir, ".credwiz.json"), server.URL(), url)
	write(t, dir, ".credwiz.json", strings.ReplaceAll(notes, sandbox.DefaultAPIKey, apiKey))
	return dir
}

func TestAFileDoesNotChooseWhoGetsTheSecret(t *testing.T) {
	t.Attr("fault", "field-A2")
	t.Parallel()
	for name, args := range map[string][]string{
		"inspect": {"inspect", "--online"},
		"clean":   {"clean", "--yes"},
		"profile": {"--no-input", "--app-name", "My App", "--user", "alice", "--profile", "profile.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			url, calls := listener(t)
			dir := pointedAt(t, url, sandbox.DefaultAPIKey)
			file := ".credwiz.json"
			if name == "profile" {
				file = "profile.toml"
				remove(t, dir, ".credwiz.json")
				write(t, dir, file, `api_host = "`+url+`"`)
			}
			r := runs(t, dir, "", account(), args...)
			if r.code != 2 || calls.Load() != 0 {
				t.Errorf("code %d, %d calls: %s", r.code, calls.Load(), r.stderr)
			}
			has(t, r.stderr, file+" names the host "+strings.TrimPrefix(url, "http://"), "Nothing was sent.", "--trust-api-host")
			if runs(t, dir, "", account(), append(args, "--trust-api-host")...); calls.Load() == 0 {
				t.Error("the yes was not heard")
			}
		})
	}
}

func TestANotedHostGetsNoOtherAccountsSecret(t *testing.T) {
	t.Attr("fault", "field-A2")
	t.Parallel()
	url, calls := listener(t)
	dir := pointedAt(t, url, "other123")
	r := runs(t, dir, "", account(), "inspect", "--online", "--trust-api-host")
	if r.code != 2 || calls.Load() != 0 {
		t.Errorf("code %d, %d calls: %s", r.code, calls.Load(), r.stderr)
	}
	has(t, r.stderr, "for account other123, but your API key is "+sandbox.DefaultAPIKey, "Nothing was sent.", "--api-host")
	if strings.Contains(r.stdout, "--online") {
		t.Errorf("it advises what was just done: %s", r.stdout)
	}
	if runs(t, dir, "", account(), "inspect", "--online", "--api-host", url); calls.Load() == 0 {
		t.Error("a host that was typed was not called")
	}
}

// A Vonage host needs no consent, so the run fails at the network.
func TestAHostOfVonagesNeedsNoYes(t *testing.T) {
	t.Attr("fault", "field-A2")
	t.Parallel()
	dir := pointedAt(t, client.DefaultHost, "other123")
	runs(t, dir, "", append(account(), "HTTPS_PROXY="+deadHost), "inspect", "--online").ends(t, 5, "Can't reach the proxy")
}

func TestAtATerminalTheHostIsAskedFor(t *testing.T) {
	t.Attr("fault", "field-A2")
	t.Parallel()
	dir, _, server := inspected(t)
	at := "Send your API key and secret to " + strings.TrimPrefix(server.URL(), "http://")
	p := sit(t, setting{args: []string{"inspect", "--online", "--dir", dir}, env: account(), sameStdout: true})
	p.sees("Send your API key and secret").press("enter").sees("Nothing was sent.").ends(2)
	if !strings.Contains(strings.Join(strings.Fields(p.Screen()), " "), at) {
		t.Errorf("the question does not name the host:\n%s", p.Screen())
	}
	p = sit(t, setting{args: []string{"inspect", "--online", "--dir", dir}, env: account(), sameStdout: true})
	p.sees("Send your API key and secret").writes("y").press("enter").sees("alice (the user exists)").ends(0)
	p = sit(t, setting{args: []string{"clean", "--yes", "--dir", dir}}) // no secret is known yet, and none is asked for first
	p.sees("Send your API key and secret").press("ctrl+c").ends(130)
	p = sit(t, setting{args: []string{"clean", "--yes", "--dir", dir}, env: account()})
	p.sees("Send your API key and secret").writes("y").press("enter").ends(0)
	if len(server.Applications()) != 0 {
		t.Error("the yes was not heard")
	}
}

//go:build unix

package command_test

import (
	"encoding/json"
	"strings"
	"testing"

	"credwiz/client/sandbox"
	"credwiz/steps"
)

func TestTheSandboxServesUntilItIsInterrupted(t *testing.T) {
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0"}, sameStdout: true})
	p.sees("Press ctrl+c to end it")
	r := runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice")
	if r.code != 0 || !strings.Contains(r.stderr, "alice signed in: session SES-") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
	p.sees("POST   /v2/applications  201", "GET    /v2/rtc/  101").press("ctrl+c").ends(0)
}

func TestTheSandboxLogsJSONWithoutSecrets(t *testing.T) {
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0", "--json-log"}, sameStdout: true, cols: 240, rows: 24})
	p.sees("Press ctrl+c to end it")
	r := runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice", "--json")
	var made steps.Result
	if err := json.Unmarshal([]byte(r.stdout), &made); err != nil {
		t.Fatalf("%v: %s", err, r.stderr)
	}
	p.sees(`"msg":"request","method":"POST","path":"/v1/users","status":201`).press("ctrl+c").ends(0)
	logged, shown := string(p.Raw()), "API secret  "+sandbox.DefaultAPISecret
	for _, secret := range []string{made.Users[0].Token.JWT, "Basic ", "Bearer ", sandbox.DefaultAPISecret} {
		if strings.Contains(strings.Replace(logged, shown, "", 1), secret) {
			t.Errorf("%.12s... is in the log", secret)
		}
	}
}

func TestTheSandboxRefusesWhatItCannotServe(t *testing.T) {
	taken := startSandbox(t)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an address of the network": {[]string{"--addr", "0.0.0.0:0"}, 2, "--allow-remote"},
		"a port that is taken":      {[]string{"--addr", strings.TrimPrefix(taken.URL(), "http://")}, 1, "--addr"},
		"a fault that is none":      {[]string{"--fault", "GET"}, 2, "METHOD PATH:KIND"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runs(t, t.TempDir(), "", nil, append([]string{"sandbox"}, test.args...)...)
			if r.code != test.code || !strings.Contains(r.stderr, test.says) {
				t.Errorf("code %d: %s", r.code, r.stderr)
			}
		})
	}
}

func TestADemoMisbehavesOnDemand(t *testing.T) {
	r := runs(t, t.TempDir(), "", nil,
		demoWith("--no-input", "--app-name", "A", "--user", "alice", "--fault", "POST /v2/applications:drop-after:1")...)
	if r.code != 0 || !strings.Contains(r.stderr, "check whether it was made: done") {
		t.Errorf("code %d: %s", r.code, r.stderr)
	}
}

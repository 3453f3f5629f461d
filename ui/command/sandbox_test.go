//go:build unix

package command_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
	"credwiz/steps"
)

func TestTheSandboxServesUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0"}, sameStdout: true})
	p.sees("Press Ctrl-C to stop")
	runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice").ends(t, 0, "alice signed in: session SES-")
	p.sees("POST   /v2/applications  201", "GET    /v2/rtc/  101").press("ctrl+c").ends(130)
}

func TestTheSandboxLogsJSONWithoutSecrets(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0", "--json-log"}, sameStdout: true, cols: 240, rows: 24})
	p.sees("Press Ctrl-C to stop")
	made := decoded[steps.Result](t, runs(t, t.TempDir(), "", account(), "--api-host", p.url(), "--no-input", "--app-name", "A", "--user", "alice", "--json"))
	p.sees(`"msg":"request","method":"POST","path":"/v1/users","status":201`).press("ctrl+c").ends(130)
	logged, shown := string(p.Raw()), "API secret  "+sandbox.DefaultAPISecret
	for _, secret := range []string{made.Users[0].Token.JWT, "Basic ", "Bearer ", sandbox.DefaultAPISecret} {
		if strings.Contains(strings.Replace(logged, shown, "", 1), secret) {
			t.Errorf("%.12s... is in the log", secret)
		}
	}
}

func TestTheSandboxEndsWithTheCodeOfItsSignal(t *testing.T) {
	t.Parallel()
	for number, code := range map[syscall.Signal]int{
		syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGQUIT: 131,
	} {
		p := sit(t, setting{args: []string{"sandbox", "--addr", "127.0.0.1:0"}, sameStdout: true})
		noError(t, p.sees("Press Ctrl-C to stop").Signal(number))
		p.ends(code)
	}
}

func TestTheSandboxLogsWhyItRefuses(t *testing.T) {
	t.Attr("fault", "field-D3")
	t.Attr("fault", "field-D4")
	t.Parallel()
	for _, args := range [][]string{{}, {"--json-log"}} {
		p := sit(t, setting{args: append([]string{"sandbox", "--addr", "127.0.0.1:0"}, args...), sameStdout: true, cols: 400, rows: 24})
		p.sees("Press Ctrl-C to stop")
		request := must(http.NewRequestWithContext(t.Context(), http.MethodGet, p.url()+"/v2/applications", nil))
		request.Header.Set("Origin", "https://app.example.com")
		for _, says := range []string{"credwiz sandbox --allow-origin https://app.example.com.", "credwiz sandbox --allow-host gateway.example.com."} {
			response := must(http.DefaultClient.Do(request))
			response.Body.Close()
			p.sees(says)
			request.Host = "gateway.example.com"
		}
		p.press("ctrl+c").ends(130)
	}
}

func TestTheSandboxRefusesInvalidSettings(t *testing.T) {
	t.Parallel()
	taken := startSandbox(t)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an address of the network": {[]string{"--addr", "0.0.0.0:0"}, 2, "--allow-remote"},
		"a port that is taken":      {[]string{"--addr", strings.TrimPrefix(taken.URL(), "http://")}, 1, "another program, perhaps another credwiz, already uses 127.0.0.1:"},
		"an address without a port": {[]string{"--addr", "127.0.0.1"}, 2, `--addr: address "127.0.0.1": missing port in address: use HOST:PORT, as in 127.0.0.1:4010`},
		"a port out of range":       {[]string{"--addr", "127.0.0.1:70000"}, 2, `--addr: address "127.0.0.1:70000": invalid port`},
		"an origin that is none":    {[]string{"--allow-origin", "null"}, 2, `--allow-origin: origin "null": must be`},
		"a host that is none":       {[]string{"--allow-host", "a:1"}, 2, `--allow-host: host "a:1": must be`},
		"a fault that is none":      {[]string{"--fault", "GET"}, 2, "METHOD PATH:KIND"},
	} {
		t.Run(name, func(t *testing.T) {
			runs(t, t.TempDir(), "", nil, append([]string{"sandbox"}, test.args...)...).ends(t, test.code, test.says)
		})
	}
}

func TestADemoMisbehavesOnDemand(t *testing.T) {
	t.Parallel()
	runs(t, t.TempDir(), "", nil, demoWith(append(whole, "--fault", "POST /v2/applications:drop-after:1")...)...).ends(t, 0, "✓ Checked whether it was created", "✓ It was created")
}

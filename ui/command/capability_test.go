//go:build unix

package command_test

import (
	"net/http"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

func TestAFlagAddsWhatAnApplicationLacks(t *testing.T) {
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

//go:build unix

package command_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTheDemoTakesFourEntersToAToken(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{cols: 80, rows: 24, args: demoWith()})
	p.connects().makesApplication().makesUser().signs().tookAtMost(effort{enters: 4}).press("enter").ends(0)
}

func TestFlagsForEveryQuestionLeaveNoneAndEachCallIsShown(t *testing.T) {
	t.Parallel()
	p := sit(t, setting{cols: 80, rows: 40, args: demoWith("--api-key", "abcd1234", "--app-name", "Shop", "--user", "alice", "--expires", "1h")})
	p.sees("✓ Account", "✓ Application", "Shop", "✓ User", "✓ Token", "Login test passed", "enter finish").tookAtMost(effort{}).press("enter").ends(0)
	for _, call := range []string{"GET /v2/applications", "POST /v2/applications", "POST /v1/users"} {
		if !strings.Contains(string(p.Raw()), call) {
			t.Errorf("%s was never on the screen", call)
		}
	}
}

func TestADemoThatAcceptsEverySuggestionNeedsNoTerminal(t *testing.T) {
	t.Parallel()
	r := runs(t, t.TempDir(), "", nil, "--demo", "--latency", "0", "--yes", "--json").ends(t, 0)
	if !json.Valid([]byte(r.stdout)) {
		t.Errorf("not JSON: %s", r.stdout)
	}
}

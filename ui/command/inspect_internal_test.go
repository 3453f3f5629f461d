package command

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"credwiz/client/jwt"
	"credwiz/steps"
	"credwiz/steps/inspect"
	"credwiz/ui/style"
)

// The clock of these tests, and the ids in their tokens.
var (
	inspectedAt = time.Date(2026, 3, 4, 12, 0, 0, 0, time.FixedZone("CET", 3600))
	pair        = sync.OnceValues(jwt.GenerateKey)
)

const (
	inspectedApp = "ba1a6aa3-8ac6-487d-ac5c-be469e77ddb7"
	inspectedJTI = "705b6f50-8c21-41e8-9bcb-595326422d60"
)

// inspectHere runs credwiz inspect in a folder with a key, a .env and nothing else, on a token of alice's.
func inspectHere(t *testing.T, change func(*jwt.Request), bend func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	key := must(pair())
	r := jwt.Request{ApplicationID: inspectedApp, User: "alice", ACL: jwt.ACLClientSDK(), IssuedAt: inspectedAt, Lifetime: 24 * time.Hour, ID: inspectedJTI}
	if change != nil {
		change(&r)
	}
	token := must(jwt.Sign(key, r))
	text := token.JWT.Reveal()
	if bend != nil {
		text = bend(text)
	}
	dir := t.TempDir()
	pem := must(key.PEM())
	for name, content := range map[string]string{
		"private.key": pem.Reveal(), ".env": "VONAGE_APPLICATION_ID=" + inspectedApp + "\n", "token": text, "public.pem": key.PublicPEM(),
	} {
		noError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	t.Chdir(dir)
	in := must(os.Open("token"))
	defer func() { _ = in.Close() }()
	var out, errs bytes.Buffer
	code = RunAt(t.Context(), func() time.Time { return inspectedAt }, append([]string{"inspect"}, args...), in, &out, &errs)
	return code, out.String(), errs.String()
}

// tutorial is a token as the old tutorial makes it, a day later.
func tutorial(r *jwt.Request) {
	r.ACL, r.User, r.IssuedAt = jwt.ACLTutorial(), "USR-"+inspectedApp, inspectedAt.Add(-25*time.Hour)
}

func TestWhatAnInspectionLooksLike(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*jwt.Request)
		bend   func(string) string
		args   []string
		code   int
	}{
		{name: "good"},
		{name: "good-json", args: []string{"--json"}},
		{name: "expired", change: func(r *jwt.Request) { r.IssuedAt = inspectedAt.Add(-25 * time.Hour) }, code: 1},
		{name: "tutorial", change: tutorial, bend: func(s string) string { return `"` + s + `"` }, code: 1},
		{name: "tutorial-json", change: tutorial, args: []string{"--json"}, code: 1},
		{name: "admin", change: func(r *jwt.Request) { r.User, r.ACL = "", jwt.ACL{} }, code: 1},
		{name: "voice-only", change: func(r *jwt.Request) {
			r.ACL, _ = jwt.ParseACL([]byte(`{"paths":{"/*/rtc/**":{},"/*/sessions/**":{},"/*/conversations/**":{},"/*/knocking/**":{},"/*/legs/**":{}}}`))
		}},
		{name: "another-application", change: func(r *jwt.Request) { r.ApplicationID = "0c5e8a5c-7b9c-4a35-8a34-5a2b7f9a2f11" }, args: []string{"--public-key", "public.pem"}},
		{name: "private-key", bend: func(string) string { k, _ := pair(); text, _ := k.PEM(); return text.Reveal() }, code: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			here := must(os.Getwd())
			code, out, errs := inspectHere(t, test.change, test.bend, append([]string{"-"}, test.args...)...)
			if code != test.code || errs != "" {
				t.Errorf("code %d: %s", code, errs)
			}
			if n := strings.Count(out, "\n"); n > 24 && test.args == nil {
				t.Errorf("it has %d lines, more than a screen", n)
			}
			t.Chdir(here) // where the golden files are
			golden.RequireEqual(t, out)
		})
	}
}

func TestAnInspectionIsBrokenToTheWidthOfATerminal(t *testing.T) {
	const width = 60
	text := "Its ACL uses API versions that the Client SDK no longer uses, like /v1/users/**: today the first part is another."
	i := inspect.Inspection{
		State: inspect.Rejected, Verdict: text, Source: "standard input", Facts: []steps.Fact{{Label: "May reach", Value: text}},
		Problems: []inspect.Problem{{What: text, Do: text, Command: "credwiz " + strings.Repeat("x", width), Refused: true}, {What: text, Do: text, Refused: true}},
	}
	lines := strings.Split(explanation(i, style.Look{NoColor: true, Columns: width}), "\n")
	broken := 0
	for _, line := range lines {
		if ansi.StringWidth(line) > width && !strings.Contains(line, "credwiz") {
			t.Errorf("%q is too wide", line)
		}
		if strings.HasPrefix(line, strings.Repeat(" ", 14)) {
			broken++
		}
	}
	if broken == 0 || !slices.Contains(lines, "    credwiz "+strings.Repeat("x", width)) {
		t.Errorf("%d lines of the fact go on, and the command is to be in one:\n%s", broken, strings.Join(lines, "\n"))
	}
}

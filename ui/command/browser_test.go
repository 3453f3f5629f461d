//go:build unix

package command_test

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestTheBrowserSnippetOfADemoRunsInABrowser copies the code as a person does, and runs it unchanged in Chromium while the
// demo waits. CREDWIZ_BROWSER names a folder with browser.mjs and its packages.
func TestTheBrowserSnippetOfADemoRunsInABrowser(t *testing.T) {
	t.Parallel()
	scripts := os.Getenv("CREDWIZ_BROWSER")
	if scripts == "" {
		t.Skip("SKIPPED: CREDWIZ_BROWSER names no folder with browser.mjs, Chromium's driver and @vonage/client-sdk; .ci/node/run has one")
	}
	p := sit(t, setting{args: demo, cols: 120, rows: 40})
	p.connects().makesApplication().makesUser().signs().press("s").sees("Browser:").press("c").sees("clipboard")

	copies := regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)`).FindAllSubmatch(p.Raw(), -1)
	if len(copies) != 1 {
		t.Fatalf("%d texts were copied", len(copies))
	}
	code := must(base64.StdEncoding.DecodeString(string(copies[0][1])))
	path := filepath.Join(t.TempDir(), "login.mjs")
	noError(t, os.WriteFile(path, code, 0o600))
	out, err := exec.CommandContext(t.Context(), "node", filepath.Join(scripts, "browser.mjs"), "snippet", path, "alice").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("%v with\n%s", err, code)
	}
	p.press("esc").sees("Ready to log in").press("enter").ends(0)
}

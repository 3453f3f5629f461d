package snippet_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTheJavaScriptLogsInWithThePublishedSDK runs the code unchanged, with @vonage/client-sdk from the folder
// node_modules that CREDWIZ_NODE_MODULES names, against a sandbox.
func TestTheJavaScriptLogsInWithThePublishedSDK(t *testing.T) {
	modules := os.Getenv("CREDWIZ_NODE_MODULES")
	if modules == "" {
		t.Skip("SKIPPED: CREDWIZ_NODE_MODULES names no node_modules with @vonage/client-sdk; .ci/node/run has one")
	}
	needs(t, "node")
	const name = `O'Brien "x" \ 日本`
	w := works(t, "My App", name, "")
	code := codeOf(t, w.session, "JavaScript")
	dir := t.TempDir()
	noError(t, os.Symlink(modules, filepath.Join(dir, "node_modules")))
	path := filepath.Join(dir, code.FileName)
	// The session stays open, as it should in an app; the test is over once it is there.
	const end = "\nconst { log } = console;\nconsole.log = (...said) => { log(...said); process.exit(0); };\n"
	noError(t, os.WriteFile(path, []byte(code.Code+end), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "node", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wantAll(t, string(out), name+" is logged in, session SES-")
	if strings.Contains(string(out), "failed") {
		t.Errorf("%s", out)
	}
}

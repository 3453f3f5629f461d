//go:build linux

package command_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestAFailedWriteToStandardOutputFails(t *testing.T) {
	t.Attr("fault", "field-B7")
	t.Parallel()
	made, _, server := inspected(t)
	full := must(os.OpenFile("/dev/full", os.O_WRONLY, 0)) // there is no room
	defer func() { _ = full.Close() }()
	tokens := []string{"credwiz token in the same folder"}
	again := []string{"run the command again"}
	wizard := "--api-host " + server.URL() + " --no-input --app-name App --user alice --user bob --expires 1h"
	for _, test := range []struct {
		args  string
		fresh bool // in an empty folder
		says  []string
	}{
		{args: "--demo --no-input --app-name App --user alice --expires 1h", fresh: true, says: tokens},
		{args: wizard + " --json", fresh: true, says: tokens},
		{args: wizard + " --csv", fresh: true, says: tokens},
		{args: "token", says: tokens},
		{args: "token --json", says: tokens},
		{args: "inspect", says: again},
		{args: "inspect --json", says: again},
		{args: "status", says: again},
		{args: "status --json", says: again},
		{args: "clean --dry-run", says: again},
		{args: "clean --dry-run --json", says: again},
		{args: "clean --dry-run", fresh: true, says: again},
		{args: "sandbox --addr 127.0.0.1:0", says: again},
		{args: "completion bash", says: again},
		{args: "completion zsh", says: again},
		{args: "completion fish", says: again},
		{args: "completion powershell", says: again},
		{args: "__complete tok", says: again},
		{args: "help", says: again},
		{args: "help token", says: again},
		{args: "--help", says: again},
		{args: "token --help", says: again},
		{args: "--version", says: again},
	} {
		t.Run(test.args, func(t *testing.T) {
			dir := made
			if test.fresh {
				dir = t.TempDir()
			}
			said := runsAs(t, func(cmd *exec.Cmd) { cmd.Stdout = full }, dir, "", account(), strings.Fields(test.args)...).ends(t, 1).stderr
			for _, want := range append(test.says, "Couldn't write to standard output: no space left on device.") {
				if strings.Count(said, want) != 1 {
					t.Errorf("%q is not said once:\n%s", want, said)
				}
			}
			if strings.Contains(said, "--help to see") || strings.Contains(said, "/dev/") {
				t.Errorf("it is taken for something else:\n%s", said)
			}
		})
	}
}

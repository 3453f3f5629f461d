//go:build unix

package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADemoWithoutATemporaryFolderNamesTheVariableAndTheFlag(t *testing.T) {
	t.Attr("fault", "field-C6")
	t.Parallel()
	for _, flags := range []string{"--demo", "--demo --fixed"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "file")
		noError(t, os.WriteFile(file, nil, 0o600))
		runs(t, dir, "", []string{"TMPDIR=" + file}, strings.Fields(flags+" --no-input --app-name App --user alice")...).ends(t, 1, "No temporary folder could be made in "+file+": not a directory.", "Set TMPDIR", "--dir")
	}
}

func TestQuestionsThatAreNotAskedNameTheStreamThatIsTheMatter(t *testing.T) {
	t.Attr("fault", "field-C6")
	t.Parallel()
	for redirect, why := range map[string]string{
		"2>log":              "nothing is asked because standard error is not a terminal: --app-name",
		"</dev/null 2>log":   "nothing is asked because standard input is not a terminal: --app-name",
		"--no-input 2>log":   "nothing is asked because of --no-input: --app-name",
		"--plain </dev/null": "nothing is asked because standard input has ended: --",
	} {
		t.Run(redirect, func(t *testing.T) {
			p := sit(t, setting{program: "/bin/sh", sameStdout: true, cols: 200, rows: 40, args: append([]string{"-c", `"$0" "$@" ` + redirect + `; code=$?; cat log; exit $code`, built(t)}, demo...)})
			p.sees(why, "not redirected").ends(2)
		})
	}
}

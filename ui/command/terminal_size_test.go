//go:build unix

package command_test

import (
	"os"
	"testing"
)

// unsized sits down at a window of 80x24 whose terminal tells the size that stty was given.
func unsized(t *testing.T, stty string, env ...string) *seat {
	t.Helper()
	return sit(t, setting{
		program: "/bin/sh", args: append([]string{"-c", "stty " + stty + `; exec "$0" "$@"`, built(t)}, demo...),
		env: append(env, "PATH="+os.Getenv("PATH")), sameStdout: true, cols: 120, rows: 40,
	})
}

func TestATerminalThatTellsNoSizeHasTheUsualOne(t *testing.T) {
	t.Parallel()
	for _, stty := range []string{"cols 0 rows 0", "cols 0 rows 24", "cols 80 rows 0"} {
		t.Run(stty, func(t *testing.T) {
			t.Attr("fault", "field-C1")
			p := unsized(t, stty)
			p.sees("Connect your account", "enter check the key").press("enter").sees("Your account is connected", "enter continue").press("ctrl+c").ends(130)
		})
	}
}

func TestColumnsAndLinesCountWhereTheTerminalTellsNoSize(t *testing.T) {
	t.Attr("fault", "field-C1")
	t.Parallel()
	p := unsized(t, "cols 0 rows 0", "COLUMNS=19", "LINES=10")
	p.sees("Please make the").press("ctrl+c").ends(130)
	p = unsized(t, "cols 80 rows 24", "COLUMNS=19", "LINES=10")
	p.sees("Connect your account").press("ctrl+c").ends(130)
	p = unsized(t, "cols 0 rows 0", "COLUMNS=wide", "LINES=-1")
	p.sees("Connect your account").press("ctrl+c").ends(130)
}

func TestASizeThatIsToldLaterCounts(t *testing.T) {
	t.Attr("fault", "field-C1")
	t.Parallel()
	p := unsized(t, "cols 0 rows 0")
	p.sees("Connect your account")
	noError(t, p.Resize(19, 5))
	p.sees("Please make the")
	noError(t, p.Resize(100, 30))
	p.sees("Connect your account").press("ctrl+c").ends(130)
}

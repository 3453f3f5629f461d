//go:build unix

package command_test

import (
	"testing"
)

func TestATerminalThatTellsNoSizeShowsTheScreens(t *testing.T) {
	for name, size := range map[string]string{"0x0": "rows 0 cols 0", "24x0": "rows 24 cols 0", "0x80": "rows 0 cols 80"} {
		for kind, env := range map[string][]string{
			"nothing known": nil, "from the environment": {"COLUMNS=70", "LINES=20"}, "nonsense": {"COLUMNS=-1", "LINES=x"},
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Attr("fault", "field-C1")
				t.Parallel()
				p := sit(t, setting{
					program: "/bin/sh", env: append([]string{"PATH=/usr/bin:/bin"}, env...),
					args: append([]string{"-c", `stty ` + size + ` && exec "$0" "$@"`, built(t)}, demo...),
				})
				p.sees("Connect your account", "ctrl+c").press("ctrl+c").ends(130)
			})
		}
	}
}

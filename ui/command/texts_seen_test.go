//go:build unix

package command_test

import (
	"strings"
	"testing"
)

// Cleaning such a name would create another one than the script asked for.
func TestANameWithUnseenCharactersIsRefused(t *testing.T) {
	t.Parallel()
	for flag, name := range map[string]string{"--user": "ev\nil", "--app-name": "\u202ebob", "--display-name": "\x1b[31mred"} {
		t.Run(flag, func(t *testing.T) {
			t.Attr("fault", "field-B1")
			t.Parallel()
			r := runs(t, t.TempDir(), "", nil, append(strings.Fields("--demo --no-input --app-name Shop --user alice"), flag+"="+name)...)
			if flag == "--user" {
				r = runs(t, t.TempDir(), "", nil, "--demo", "--no-input", "--app-name", "Shop", "--user", name)
			}
			if r.code != 2 || !strings.Contains(r.stderr, "control or invisible characters") || r.stdout != "" {
				t.Errorf("code %d: %s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}

//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestAFlagThatIsGivenEmptyIsNotTheDefault(t *testing.T) {
	t.Attr("fault", "field-B9")
	dir := t.TempDir()
	if r := runs(t, dir, "", nil, demoWith("--no-input", "--dir", dir, "--app-name", "A", "--user", "alice")...); r.code != 0 {
		t.Fatalf("code %d: %s", r.code, r.stderr)
	}
	for _, command := range [][]string{{"token"}, demoWith("--no-input", "--app-name", "A", "--user", "bob")} {
		for _, flag := range []string{"--expires", "--acl", "--key-file"} {
			r := runs(t, dir, "", nil, append(command[:len(command):len(command)], flag, "")...)
			if r.code != 2 || r.stdout != "" || !strings.Contains(r.stderr, flag+": required") {
				t.Errorf("%v %s '': code %d, %s%s", command, flag, r.code, r.stdout, r.stderr)
			}
		}
	}
}

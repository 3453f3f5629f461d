//go:build unix

package command_test

import (
	"strings"
	"testing"
)

func TestHelpForWhatIsNotThereFailsAndNamesIt(t *testing.T) {
	t.Attr("fault", "field-C9")
	t.Parallel()
	for args, says := range map[string]string{
		"foo":       `there is no help for "foo"`,
		"tokn":      `there is no help for "tokn": did you mean credwiz help token?`,
		"token foo": `there is no help for "token foo"`,
	} {
		r := runs(t, t.TempDir(), "", nil, append([]string{"help"}, strings.Fields(args)...)...)
		if r.code != 2 || !strings.Contains(r.stderr, says) || r.stdout != "" {
			t.Errorf("help %s: code %d, %q, %q", args, r.code, r.stderr, r.stdout)
		}
	}
	for args, says := range map[string]string{"": "From nothing", "token": "token signs a new token", "completion bash": "bash"} {
		help := runs(t, t.TempDir(), "", nil, append([]string{"help"}, strings.Fields(args)...)...)
		flag := runs(t, t.TempDir(), "", nil, append(strings.Fields(args), "--help")...)
		if args == "" {
			says = "credwiz takes you from nothing"
		}
		if help.code != 0 || !strings.Contains(help.stdout, says) || help.stdout != flag.stdout {
			t.Errorf("help %s: code %d, %q", args, help.code, help.stdout+help.stderr)
		}
	}
}

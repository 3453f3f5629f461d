//go:build unix

package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credwiz/client"
)

// A journal with two applications, one of the sandbox, and one at another API; the names of the first
// are of the kind that a shell would like to act on.
const variedJournal = `{"version": 1, "applications": [
	{"id": "11111111-0000-4000-8000-000000000000", "name": "Old App", "api_host": "` + client.DefaultHost + `", "api_key": "abcd1234", "private_key_path": "old.key",
		"users": [{"id": "USR-1", "name": "alice"}, {"id": "USR-2", "name": "bob"}]},
	{"id": "22222222-0000-4000-8000-000000000000", "name": "Elsewhere", "api_host": "https://other.nexmo.com", "api_key": "efgh5678", "private_key_path": "private.key",
		"users": [{"id": "USR-3", "name": "erin"}]},
	{"id": "33333333-0000-4000-8000-000000000000", "name": "Try", "practice": true, "api_host": "http://127.0.0.1:1", "api_key": "practice", "private_key_path": "try.key",
		"users": [{"id": "USR-4", "name": "pat"}]},
	{"id": "44444444-0000-4000-8000-000000000000", "name": "$(touch $HOME/made) App", "api_host": "` + client.DefaultHost + `", "api_key": "abcd1234", "private_key_path": "private.key",
		"users": [{"id": "USR-5", "name": "carol", "display_name": "Carol C."}, {"name": "not made"}, {"id": "USR-6", "name": "x;touch $HOME/made"},
			{"id": "USR-7", "name": "es\u001bcape"}, {"id": "USR-8", "name": "two\nlines"}, {"id": "USR-9", "name": "alice"}]}
]}`

// offers are the lines that the program gives to a shell for what is typed so far, without the directive.
func offers(t *testing.T, dir string, args ...string) []string {
	t.Helper()
	r := runs(t, dir, "", nil, append([]string{"__complete"}, args...)...)
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if r.code != 0 || !strings.HasPrefix(lines[len(lines)-1], ":") {
		t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	return lines[:len(lines)-1]
}

func TestNamesAndIDsAreCompletedFromTheFolder(t *testing.T) {
	t.Parallel()
	const current, old = "44444444-0000-4000-8000-000000000000", "11111111-0000-4000-8000-000000000000"
	dir := t.TempDir()
	write(t, dir, ".credwiz.json", variedJournal)
	elsewhere := t.TempDir()
	for name, test := range map[string]struct {
		dir  string // the folder itself when empty
		args []string
		want []string
	}{
		"users": {args: []string{"--user", ""}, want: []string{
			"carol\tCarol C., of $(touch $HOME/made) App", "x;touch $HOME/made\tof $(touch $HOME/made) App",
			"alice\tof $(touch $HOME/made) App", "bob\tof Old App",
		}},
		"users of one application":    {args: []string{"--app-id", old, "--user", ""}, want: []string{"alice\tof Old App", "bob\tof Old App"}},
		"users of the sandbox":        {args: []string{"--demo", "--dir", ".", "--user", ""}, want: []string{"pat\tof Try"}},
		"a demo in a folder to come":  {args: []string{"--demo", "--user", ""}},
		"users of another API":        {args: []string{"--api-host", "https://other.nexmo.com/", "--user", ""}, want: []string{"erin\tof Elsewhere"}},
		"applications":                {args: []string{"--app-id", ""}, want: []string{current + "\t$(touch $HOME/made) App", old + "\tOld App"}},
		"names of applications":       {args: []string{"--app-name", ""}, want: []string{"$(touch $HOME/made) App\t" + current, "Old App\t" + old}},
		"accounts":                    {args: []string{"--api-key", ""}, want: []string{"abcd1234\taccount of $(touch $HOME/made) App"}},
		"key files":                   {args: []string{"--key-file", ""}, want: []string{"private.key\tof $(touch $HOME/made) App", "old.key\tof Old App"}},
		"key files for a look":        {args: []string{"inspect", "--online", "--key-file", "o"}, want: []string{"private.key\tof $(touch $HOME/made) App", "try.key\tof Try", "old.key\tof Old App"}},
		"files, where no key fits":    {args: []string{"--key-file", "./"}},
		"an equals sign":              {args: []string{"--app-id=" + old, "--user="}, want: []string{"alice\tof Old App", "bob\tof Old App"}},
		"another folder":              {dir: elsewhere, args: []string{"--dir", dir, "--app-id", old, "--user", ""}, want: []string{"alice\tof Old App", "bob\tof Old App"}},
		"a folder with nothing":       {dir: elsewhere, args: []string{"--user", ""}},
		"a folder that is not there":  {dir: elsewhere, args: []string{"--dir", "nowhere", "--user", ""}},
		"from the sandbox key":        {args: []string{"sandbox", "--api-key", ""}},
		"words":                       {args: []string{"--open-key", ""}, want: []string{"repair\tmake it private", "use\tuse it as is"}},
		"where a token can come from": {args: []string{"inspect", ""}, want: []string{"-\tread standard input"}},
		"nothing after an argument":   {args: []string{"--demo", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			in := dir
			if test.dir != "" {
				in = test.dir
			}
			if got := offers(t, in, test.args...); !slices.Equal(got, test.want) {
				t.Errorf("offers %q\n  want %q", got, test.want)
			}
		})
	}
	if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("completing left %v %v", left, err)
	}
}

func TestAnUnreadableJournalOffersNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, text := range []string{"", "nonsense", `{"version": 99}`} {
		write(t, dir, ".credwiz.json", text)
		if got := offers(t, dir, "--user", ""); len(got) > 0 {
			t.Errorf("%q offers %q", text, got)
		}
	}
}

func TestEveryShellGetsAScript(t *testing.T) {
	t.Parallel()
	for shell, says := range map[string]string{
		"bash": "complete -o default -F __start_credwiz credwiz", "zsh": "#compdef credwiz",
		"fish": "complete -c credwiz", "powershell": "Register-ArgumentCompleter -CommandName 'credwiz'",
	} {
		r := runs(t, t.TempDir(), "", nil, "completion", shell)
		if r.code != 0 || !strings.Contains(r.stdout, says) || r.stderr != "" {
			t.Errorf("%s: code %d, %d bytes, %s", shell, r.code, len(r.stdout), r.stderr)
		}
	}
}

// bashful is a person at bash who has the program and its completions, in a folder with a journal. What bash-completion
// would bring, which is not on every machine, is a line here.
func bashful(t *testing.T) *seat {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash: what it makes of the completions was NOT tested")
	}
	p := sit(t, setting{
		program: bash, args: []string{"--norc", "--noprofile", "-i"}, cols: 120, sameStdout: true,
		env: []string{"PATH=" + filepath.Dir(built(t)) + ":" + os.Getenv("PATH"), "PS1=ready>", "HISTFILE="},
	})
	write(t, p.dir, ".credwiz.json", variedJournal)
	write(t, p.dir, "setup", `_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]}; }
source <(credwiz completion bash)
`)
	return p.sees("ready>").writes("source ./setup; echo set''up\r").sees("setup\nready>")
}

func TestBashCompletesANameThatIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	p := bashful(t)
	p.writes("credwiz --user car\t").sees("credwiz --user carol")
	p.writes("--app-id 11\t").sees("--app-id 11111111-0000-4000-8000-000000000000")
	p.writes("--open-key r\t").sees("--open-key repair")
	p.press("ctrl+u").writes("exit\r").ends(0)
}

func TestBashRunsNothingOfANameThatWasCompleted(t *testing.T) {
	t.Parallel()
	p := bashful(t)
	p.writes("credwiz --app-name \\$\t").sees(`\$\(touch\ \$HOME/made\)\ App`)
	p.writes(" --user x\t").sees(`x\;touch\ \$HOME/made`)
	p.writes(" --user \t\t").sees("carol", "bob") // the list of all
	p.press("ctrl+u").writes("exit\r").ends(0)
	if _, err := os.Stat(filepath.Join(p.dir, "made")); err == nil {
		t.Error("a name was run as a command")
	}
}

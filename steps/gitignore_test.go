package steps_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"credwiz/steps/answer"
)

// inGit makes the folder a git work tree.
func (r *run) inGit() {
	r.t.Helper()
	noError(r.t, os.Mkdir(r.path(".git"), 0o700))
}

const temps = "/.*.credwiz\n"

const ignored = "/private.key\n/.env\n/.credwiz.json\n" + temps

func TestInAGitWorkTreeTheSecretsAreIgnored(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	for name, test := range map[string]struct{ before, after string }{
		"no file":                     {"", ignored},
		"other lines":                 {"node_modules\n*.log\n", "node_modules\n*.log\n" + ignored},
		"no final newline":            {"*.log", "*.log\n" + ignored},
		"all there already":           {"/.credwiz.json\nprivate.key\n/.env\n" + temps, "/.credwiz.json\nprivate.key\n/.env\n" + temps},
		"all there, no final newline": {temps + "/.credwiz.json\nprivate.key\n.env", temps + "/.credwiz.json\nprivate.key\n.env"},
		"all there, in other words":   {"*\n!*.js\n", "*\n!*.js\n"},
		"one there":                   {".env\n", ".env\n/private.key\n/.credwiz.json\n" + temps},
		"with blanks behind":          {"/.env  \n", "/.env  \n/private.key\n/.credwiz.json\n" + temps},
		"CRLF":                        {"/.env\r\n", "/.env\r\n/private.key\n/.credwiz.json\n" + temps},
		"only looking like it":        {"#/.env\nsrc/.env\n", "#/.env\nsrc/.env\n" + ignored},
		"taken back in":               {"/private.key\n.env\n!*.key\n", "/private.key\n.env\n!*.key\n/private.key\n/.credwiz.json\n" + temps},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			r.inGit()
			if test.before != "" {
				r.has(".gitignore", test.before)
			}
			r.doesAll()
			equal(t, "the file", r.file(".gitignore"), test.after)
			equal(t, "it is listed", len(r.session.Files), 4)
			r.does("token")
			equal(t, "the file after another token", r.file(".gitignore"), test.after)
		})
	}
}

func TestAWorkTreeMayBeginFurtherUp(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	for name, mark := range map[string]func(path string) error{
		"a repository":                  func(path string) error { return os.Mkdir(path, 0o700) },
		"a submodule, or a linked tree": func(path string) error { return os.WriteFile(path, []byte("gitdir: x\n"), 0o600) },
	} {
		top := t.TempDir()
		noError(t, mark(filepath.Join(top, ".git")))
		r := runIn(t, newAccount(t), filepath.Join(top, "app", "credentials")).doesAll()
		equal(t, "the file below "+name, r.file(".gitignore"), ignored)
	}
}

func TestAnIgnoreFileThatIsAFolderIsLeftAlone(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	r := newRun(t)
	r.inGit()
	r.has("elsewhere", "*.log\n")
	link(t, "elsewhere", r.path(".gitignore"))
	r.does("connect", "application")
	wantAll(t, r.warned(), "keep the secrets out of git: add them to .gitignore yourself")
	equal(t, "the link's target", r.file("elsewhere"), "*.log\n")
}

func TestGitIgnoresTheKeyBeforeThereIsOne(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	r := newRun(t)
	r.inGit()
	r.does("connect")
	r.has("private.key", "mine") // so that no key can be saved
	wantError(t, r.try("application"), os.ErrExist)
	wantAll(t, r.file(".gitignore"), "/private.key\n", "/.env\n")
}

func TestGitItselfIgnoresTheKeyWhateverItsName(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	needs(t, "git")
	for _, name := range []string{"private.key", "my key.pem", "a*.key", "a?.key", "a[1].key", "#key", "!key", `back\slash.key`, "ключ.pem"} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t)
			if out, err := exec.CommandContext(t.Context(), "git", "init", "-q", r.dir).CombinedOutput(); err != nil {
				t.Fatalf("git init: %v: %s", err, out)
			}
			r.answer(answer.KeyFile, name)
			r.doesAll()
			for _, secret := range []string{name, ".env", ".credwiz.json"} {
				if err := exec.CommandContext(t.Context(), "git", "-C", r.dir, "check-ignore", "-q", "./"+secret).Run(); err != nil {
					t.Errorf("git does not ignore %s: %v\n%s", secret, err, r.file(".gitignore"))
				}
			}
			alike := strings.NewReplacer("*", "zz", "?", "z", "[1]", "1", `\`, "").Replace(name)
			for _, other := range []string{"other", alike, alike + "x"} {
				if other == name {
					continue
				}
				if err := exec.CommandContext(t.Context(), "git", "-C", r.dir, "check-ignore", "-q", "./"+other).Run(); err == nil {
					t.Errorf("git ignores %s too", other)
				}
			}
		})
	}
}

func TestGitIgnoresTheKeyThatIsUsedAndNoOther(t *testing.T) {
	t.Attr("fault", "F11")
	t.Parallel()
	r := newRun(t)
	r.inGit()
	r.has("private.key", pemOf(pairs[2]()))
	r.does("connect")
	// Another name was considered first.
	r.answer(answer.KeyFile, "private-2.key", answer.Key, answer.Yes)
	r.does("application")
	wantAll(t, r.file(".gitignore"), "/private.key\n")
	wantNone(t, r.file(".gitignore"), "private-2.key")
}

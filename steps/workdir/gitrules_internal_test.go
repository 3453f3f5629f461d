package workdir

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestIgnoreLinesAreReadAsGitReadsThem compares with git itself: each text as the .gitignore of an empty repository.
func TestIgnoreLinesAreReadAsGitReadsThem(t *testing.T) {
	t.Attr("fault", "field-A5")
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil || testing.Short() {
		t.Skip("SKIPPED: git is not here, or -short leaves it out")
	}
	paths := []string{
		".env", ".env.local", ".env.example", "private.key", "Private.key", "a.key", "a[1].key", "a b", "a ", "key#", "#key", "!key", `back\slash.key`, "x-y", "x]y",
		".private.key.ABC.credwiz", ".credwiz.json", "app/.env", "app/private.key", "app/sub/private.key", "app/sub/deep/.env", "build/private.key", "ключ.pem", "é.key",
	}
	for _, text := range []string{
		"*.key", "/*.key", "*.key\n!a.key", "private.key\n!*.key", "!*.key\nprivate.key", "*", "*\n!.env", "*\n!*/\n!app/.env", "app", "app/", "/app/", "app/*", "app/**",
		"app/*\n!app/private.key", "app/\n!app/private.key", "**/private.key", "**/sub/**", "app/**/private.key", "app/**/.env", "**", "/**", "a**b", "sub/private.key",
		"sub/deep", ".env*", ".env.*", ".env?local", "?env", ".en[v]", ".en[!a]", ".en[^v]", ".en[a-z]", ".en[[:alpha:]]", "[[:upper:]]rivate.key", "a[[]1].key", `a\[1\].key`,
		"a[1].key", "[", "[a", "a[", "[]-]", "x[]]y", "x[-]y", "x[!-]y", `x[\]]y`, `\#key`, "#key", `\!key`, "!key\n", "a ", `a\ `, "a b", "a\\ b", ".env  ", ".env\t", ".env\r", ".env\n\n#\n",
		"\ufeff.env", `back\\slash.key`, `back\slash.key`, `.env\`, "/.*.credwiz", ".*.credwiz", "ключ.pem", "*.pem", "/", "//", "./.env", "../.env", "app//.env", " .env", "!", "!!key",
		"build/\n!build/private.key", ".env/", "*/.env", "*/*/.env", "e?.key", "*.k*y", "p*e.key", "private.key/**", "/app/sub\n!/app/sub/deep",
	} {
		dir := t.TempDir()
		git := func(stdin string, args ...string) string {
			cmd := exec.CommandContext(t.Context(), "git", args...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_NOSYSTEM=1", "HOME=" + dir}
			out, err := cmd.Output()
			if err != nil && cmd.ProcessState.ExitCode() != 1 { // none
				t.Fatalf("git %q: %v", args, err)
			}
			return string(out)
		}
		git("", "init", "-q")
		if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		ignored := map[string]bool{}
		for path := range strings.SplitSeq(git("./"+strings.Join(paths, "\x00./"), "check-ignore", "-z", "--stdin", "--no-index"), "\x00") {
			ignored[strings.TrimPrefix(path, "./")] = true
		}
		for _, path := range paths {
			if got := Ignores([]IgnoreFile{{Rules: ParseIgnored(text)}}, path); got != ignored[path] {
				t.Errorf("%q: git ignores %q: %v, got %v", text, path, ignored[path], got)
			}
		}
	}
}

// TestMoreIsTakenBackInWhereUpperAndLowerCaseAreAlike is about file systems where git does not tell them apart.
func TestMoreIsTakenBackInWhereUpperAndLowerCaseAreAlike(t *testing.T) {
	t.Attr("fault", "field-A5")
	t.Parallel()
	if Ignores([]IgnoreFile{{Rules: ParseIgnored("*.key\n!*.KEY\n")}}, "private.key") {
		t.Error("private.key counts as ignored")
	}
	if Ignores([]IgnoreFile{{Rules: ParseIgnored("PRIVATE.KEY\n")}}, "private.key") {
		t.Error("private.key counts as ignored, though it may not be")
	}
}

package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"credwiz/ui/command"
)

// packed makes the files and returns them by their path in the folder, the man pages in clear.
func packed(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := run([]string{"-o", dir, "-version", "v1.2.3", "-date", "2026-01-02"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, path := range must(filepath.Glob(filepath.Join(dir, "*", "*"))) {
		content := must(os.ReadFile(path))
		if strings.HasSuffix(path, ".gz") {
			z := must(gzip.NewReader(bytes.NewReader(content)))
			if !z.ModTime.IsZero() || z.Name != "" {
				t.Errorf("%s has a time or a name of its own: %v %q", path, z.ModTime, z.Name)
			}
			content = must(io.ReadAll(z))
		}
		files[filepath.ToSlash(must(filepath.Rel(dir, path)))] = string(content)
	}
	return files
}

func TestEveryCommandHasAManPageWithEveryFlag(t *testing.T) {
	files := packed(t)
	root := command.Tree()
	for _, cmd := range append(root.Commands(), root) {
		page := files["man/"+dashed(cmd)+".1.gz"]
		for _, part := range []string{".TH", `"2026-01-02" "credwiz v1.2.3"`, "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of %s has no %s", cmd.CommandPath(), part)
			}
		}
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			name, usage := pflag.UnquoteUsage(flag)
			first, _, _ := strings.Cut(usage, "\n")
			if name != "" {
				name = ` \fI` + name + `\fP`
			}
			if !strings.Contains(page, `\fB--`+flag.Name+`\fP`+name+"\n"+first) {
				t.Errorf("the page of %s does not say %q of --%s", cmd.CommandPath(), first, flag.Name)
			}
		})
	}
	for _, part := range []string{"FILES", "ENVIRONMENT", "EXIT STATUS", `\fBcredwiz-inspect\fP(1)`} {
		if !strings.Contains(files["man/credwiz.1.gz"], part) {
			t.Errorf("the main page has no %s", part)
		}
	}
}

func TestTheScriptsMatchTheProgramsOutput(t *testing.T) {
	files := packed(t)
	for name, shell := range map[string]string{"credwiz.bash": "bash", "_credwiz": "zsh", "credwiz.fish": "fish", "credwiz.ps1": "powershell"} {
		var out, errs bytes.Buffer
		if code := command.Run(t.Context(), []string{"completion", shell}, os.Stdin, &out, &errs); code != 0 {
			t.Fatalf("%s: %s", shell, &errs)
		}
		if files["completions/"+name] != out.String() {
			t.Errorf("%s differs from what credwiz completion %s prints", name, shell)
		}
	}
}

func TestPackingTwiceMakesTheSame(t *testing.T) {
	if !maps.Equal(packed(t), packed(t)) {
		t.Error("the files differ")
	}
}

func TestAFolderMustBeNamed(t *testing.T) {
	if err := run(nil, io.Discard); err == nil {
		t.Error("it wrote somewhere")
	}
}

// What a reader's man says to the pages. Each machine has one of the two, or the other.
func TestManHasNothingToSayAgainstThePages(t *testing.T) {
	readers := map[string][]string{"mandoc": {"-T", "lint", "-W", "warning"}, "groff": {"-man", "-Tutf8", "-ww", "-z"}}
	maps.DeleteFunc(readers, func(name string, _ []string) bool { _, err := exec.LookPath(name); return err != nil })
	if len(readers) == 0 {
		t.Skip("there is neither mandoc nor groff: the man pages were NOT checked")
	}
	for path, page := range packed(t) {
		if !strings.HasPrefix(path, "man/") {
			continue
		}
		for name, args := range readers {
			cmd := exec.CommandContext(t.Context(), name, args...)
			cmd.Stdin = strings.NewReader(page)
			if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
				t.Errorf("%s of %s: %v\n%s", name, path, err, said)
			}
		}
	}
}

func TestMarkdownSeesOnlyTextInTheHelp(t *testing.T) {
	const given = "a_b *c* [TOKEN|-] <d> `e`\n\n  kept  as\n  it is *\n\nlast"
	const want = "a\\_b \\*c\\* \\[TOKEN\\|-\\] \\<d\\> \\`e\\`\n\n```\n  kept  as\n  it is *\n\n```\nlast\n"
	if got := prose(given); got != want {
		t.Errorf("got %q", got)
	}
	if lines := slices.Collect(strings.Lines(prose("  only this"))); len(lines) != 3 {
		t.Errorf("a block is not closed: %q", lines)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

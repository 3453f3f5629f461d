//go:build unix

package command_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"credwiz/ui/command"
)

// pages are the README and the docs, and those of other patterns, by their paths from the top of the repository.
func pages(t *testing.T, others ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range append(others, "README.md", ".github/docs/*.md") {
		found, err := filepath.Glob("../../" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, path := range found {
			texts[strings.TrimPrefix(path, "../../")] = read(t, ".", path)
		}
	}
	return texts
}

var (
	shBlock = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```$")
	span    = regexp.MustCompile("`((?:credwiz|go run \\.|source <\\(credwiz) [^`]+)`")
	begins  = regexp.MustCompile(`(?m)(?:^|[|(&] ?) *credwiz(?: |$)`)
)

// scripts are what a page tells the reader to run, as any shell reads it.
func scripts(page string) []string {
	var all []string
	for _, m := range slices.Concat(shBlock.FindAllStringSubmatch(page, -1), span.FindAllStringSubmatch(page, -1)) {
		all = append(all, strings.NewReplacer("go run . ", "credwiz ", "source <(", "(", `\|`, "|").Replace(m[1]))
	}
	return all
}

// calls are the arguments of each credwiz in a script, as a shell splits them. Nothing else is found and run.
func calls(t *testing.T, script string) [][]string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "roster.csv", "") // which a script reads
	const record = `credwiz() { printf '%s\0' "$@" >>"$HOME/calls"; printf '\036' >>"$HOME/calls"; }` + "\n"
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", record+script)
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH="}
	out, _ := cmd.CombinedOutput() // fails at every other program
	recorded, _ := os.ReadFile(filepath.Join(dir, "calls"))
	var all [][]string
	for call := range strings.SplitAfterSeq(string(recorded), "\x1e") {
		if call != "" {
			all = append(all, strings.Split(strings.TrimSuffix(call, "\x00\x1e"), "\x00"))
		}
	}
	if want := len(begins.FindAllString(script, -1)); len(all) != want {
		t.Errorf("a shell makes %d calls of credwiz of this, not %d: %s\n%s", len(all), want, script, out)
	}
	return all
}

// understands parses the arguments as the program does, and runs nothing.
func understands(args []string) error {
	root := command.Tree()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(slices.DeleteFunc(args, func(arg string) bool { return arg == "" }))
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

func TestTheDocsNameOnlyCommandsAndFlagsThatExist(t *testing.T) {
	t.Parallel()
	for name, page := range pages(t) {
		for _, script := range scripts(page) {
			for _, args := range calls(t, script) {
				if err := understands(args); err != nil {
					t.Errorf("%s: credwiz %s: %v", name, strings.Join(args, " "), err)
				}
			}
		}
	}
}

func TestWhatTheDocsDoInTheSandboxSucceeds(t *testing.T) {
	t.Parallel()
	program := built(t)
	ran := 0
	for name, page := range pages(t) {
		for _, script := range scripts(page) {
			if !strings.HasPrefix(script, "credwiz --demo --no-input") && !strings.HasPrefix(script, "credwiz --demo --yes") || strings.Contains(script, "jq") { // which may not be here
				continue
			}
			ran++
			cmd := exec.CommandContext(t.Context(), "/bin/sh", "-e", "-c", script)
			cmd.Dir = t.TempDir()
			cmd.Env = []string{"HOME=" + cmd.Dir, "TMPDIR=" + cmd.Dir, "PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH")}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s%s", name, err, script, out)
			}
		}
	}
	if ran == 0 {
		t.Error("the docs show no run in the sandbox")
	}
}

func TestTheDocsHaveEachFlagOfEachCommand(t *testing.T) {
	t.Parallel()
	root := command.Tree()
	flag := regexp.MustCompile(`--([a-z-]+)`)
	sections := map[string][]string{}
	for _, section := range strings.Split(read(t, "../../.github/docs", "flags.md"), "\n## ") {
		heading, body, _ := strings.Cut(section, "\n")
		for _, row := range regexp.MustCompile("(?m)^\\| `-[^\n]*? \\| ").FindAllString(body, -1) {
			for _, m := range flag.FindAllStringSubmatch(row, -1) {
				sections[strings.Trim(heading, "`")] = append(sections[strings.Trim(heading, "`")], m[1])
			}
		}
	}
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		var flags []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
		documented := sections[cmd.CommandPath()]
		slices.Sort(flags)
		slices.Sort(documented)
		if !slices.Equal(flags, documented) {
			t.Errorf("%s has the flags %q, and flags.md %q", cmd.CommandPath(), flags, documented)
		}
	}
}

func TestFlagsThatTheDocsMentionExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, cmd := range append(command.Tree().Commands(), command.Tree()) {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	}
	for name, page := range pages(t) {
		for _, code := range regexp.MustCompile("`--[^`]+`").FindAllString(page, -1) {
			for _, m := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(code, -1) {
				if !known[m[1]] {
					t.Errorf("%s mentions %s, which no command has", name, code)
				}
			}
		}
	}
}

// anchors are the headings of a page as links name them.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		words := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		found[strings.ReplaceAll(words, " ", "-")] = true
	}
	return found
}

func TestLinksInTheDocsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^):]+)\)|(?:src|srcset)="([^":]+)"`)
	all := pages(t, ".github/*.md", ".github/pictures/*.md")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, m := range link.FindAllStringSubmatch(all[name], -1) {
			file, anchor, _ := strings.Cut(m[1]+m[2], "#")
			target := name
			if file != "" {
				target = filepath.Join(filepath.Dir(name), file)
			}
			text, err := os.ReadFile(filepath.Join("../..", target))
			if err != nil || anchor != "" && !anchors(string(text))[anchor] {
				t.Errorf("%s links to %s, which has no %q (%v)", name, target, anchor, err)
			}
		}
	}
}

package screen

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// source is a file of the repository.
func source(t *testing.T, path string) string {
	t.Helper()
	text := must(os.ReadFile("../../" + path))
	return string(text)
}

const architecture = ".github/architecture.md"

func TestThePageShowsTheStepThatIsTried(t *testing.T) {
	code := source(t, "steps/added_internal_test.go")
	at := strings.Index(code, "func membersStep()")
	if at < 0 || !strings.Contains(source(t, architecture), "```go\n"+code[at:]+"```\n") {
		t.Error("the page on the architecture shows other code than steps/added_internal_test.go has")
	}
}

func TestTheFilesThatThePagesNameExist(t *testing.T) {
	path := regexp.MustCompile("`([a-z./]+/[a-z_./]*)`")
	for _, name := range []string{architecture, ".github/CONTRIBUTING.md"} {
		found := path.FindAllStringSubmatch(source(t, name), -1)
		if len(found) == 0 {
			t.Errorf("%s names no files", name)
		}
		for _, m := range found {
			if _, err := os.Stat("../../" + m[1]); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
}

// floors are the packages of the program, from the top of the page's list down.
func floors(t *testing.T) []string {
	t.Helper()
	list := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(source(t, architecture))
	if list == nil {
		t.Fatal("the page has no list")
	}
	var names []string
	for line := range strings.Lines(list[1]) {
		name, _, _ := strings.Cut(line, " ")
		names = append(names, strings.Replace(name, "main.go", "credwiz", 1))
	}
	return names
}

func TestAPackageImportsOnlyWhatStandsBelowIt(t *testing.T) {
	floors := floors(t)
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, ".")
	list.Dir = "../.."
	out := must(list.Output())
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if !strings.HasPrefix(words[0], "credwiz") {
			continue
		}
		from := strings.TrimPrefix(words[0], "credwiz/")
		seen[from] = true
		at := slices.Index(floors, from)
		if at < 0 {
			t.Errorf("%s is not on the page", from)
		}
		for _, path := range words[1:] {
			if to, ok := strings.CutPrefix(path, "credwiz/"); ok && slices.Index(floors, to) <= at {
				t.Errorf("%s imports %s, which stands above it", from, to)
			}
			if strings.Contains(path, "charmbracelet") && !strings.HasPrefix(from, "ui") {
				t.Errorf("%s imports %s, and only ui knows the terminal", from, path)
			}
			if strings.HasPrefix(from, "client/sandbox") && strings.HasPrefix(path, "credwiz/client") &&
				!strings.HasPrefix(path, "credwiz/client/sandbox/") && path != "credwiz/client/guard" {
				t.Errorf("the sandbox imports %s, and is a reading of its own", path)
			}
			if from == "client/guard" && strings.HasPrefix(path, "credwiz/") {
				t.Errorf("the guard imports %s, and the sandbox stands on it", path)
			}
		}
	}
	for _, floor := range floors {
		if !seen[floor] {
			t.Errorf("the page has %s, and the program does not", floor)
		}
	}
}

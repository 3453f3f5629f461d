package ui

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
	text, err := os.ReadFile("../" + path)
	if err != nil {
		t.Fatal(err)
	}
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
			if _, err := os.Stat("../" + m[1]); err != nil {
				t.Errorf("%s names %s: %v", name, m[1], err)
			}
		}
	}
}

func TestTheDrawingHasTheImportsOfTheProgram(t *testing.T) {
	drawn := map[string]string{} // packages by their names in the drawing
	for _, m := range regexp.MustCompile(`(?m)^    (\w+)\["([^<]+)<br>`).FindAllStringSubmatch(source(t, architecture), -1) {
		drawn[m[1]] = m[2]
	}
	var arrows []string
	for _, m := range regexp.MustCompile(`(?m)^    (\w+) --> (\w+)$`).FindAllStringSubmatch(source(t, architecture), -1) {
		arrows = append(arrows, drawn[m[1]]+" "+drawn[m[2]])
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}`, ".")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for line := range strings.Lines(string(out)) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(from, "credwiz") && strings.HasPrefix(to, "credwiz/") {
			imports = append(imports, strings.TrimPrefix(from, "credwiz/")+" "+strings.TrimPrefix(to, "credwiz/"))
		}
	}
	slices.Sort(arrows)
	slices.Sort(imports)
	if !slices.Equal(arrows, imports) {
		t.Errorf("the drawing has %q\n        Go has %q", arrows, imports)
	}
}

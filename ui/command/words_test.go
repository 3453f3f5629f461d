//go:build unix

package command_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"credwiz/ui/command"
)

// stilted are words and phrases that a native writer at a developer-tools company would not use here.
var stilted = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	// Vague people.
	"nobody", "somebody", "everybody", "whoever", "whosoever", "no one", "those who", "of (yours|ours|theirs)",
	"(is|are|was|were|being) told", "tells of", "by the light of", "what there is",
	// Old or literal words.
	"beside", "mend(s|ed|ing)?", "afresh", "anew", "meanwhile", "in spite of", "in the place of", "takes? the place of",
	"need not", "may reach", "you may not", "it need", "shall", "whose it is", "in words",
	"goes on", "go on (with|from|by|at)", "begins? again", "to begin with", "stays? so", "as it is",
	"cannot be (had|understood|seen)", "can be understood", "put in order", "(does|do) not agree", "alike",
	"too often", "gone already", "exists? already", "wrong usage", "ends with [0-9]", "says otherwise", "say --\\S+",
	"the one that", "is there (already|twice)", "there is something", "another time, like", "is another name", "is another application",
	"enter takes", "takes it", "typing replaces", "its own pair", "has a fault of its own", "the platform takes",
	// Passives that hide who acts.
	"(is|are|was|were) (looked for|looked at|asked too)", "nothing is (lost|asked|replaced|made|done|sent)", "as you asked",
	// "Made" for created, "given" for replaced.
	"(is|are|was|were|be|been|not) made", "made (here|from|again)", "makes? a (key|new|second)", "(was given|give it) another",
}, "|") + `)\b`)

// isNo matches “"foo" is no capability”, but not “there is no” and “is no longer”.
var isNo = regexp.MustCompile(`(?i)(\S+) (?:is|are|was|were) no (\w+)`)

// frameName is the line above a golden frame.
var frameName = regexp.MustCompile("(?m)^=== .*$")

// stiltedIn returns what is stilted in a text, with a little around it.
func stiltedIn(text string) []string {
	text = frameName.ReplaceAllString(text, "")
	text = strings.Join(strings.Fields(strings.NewReplacer("**", "", "`", "", "┃", " ", "|", " ").Replace(ansi.Strip(text))), " ")
	var found []string
	for _, at := range stilted.FindAllStringIndex(text, -1) {
		found = append(found, text[max(at[0]-30, 0):min(at[1]+30, len(text))])
	}
	for _, m := range isNo.FindAllStringSubmatch(text, -1) {
		if before := strings.ToLower(m[1]); before != "there" && before != "where" && m[2] != "longer" {
			found = append(found, m[0])
		}
	}
	return found
}

// texts are what a person can read, by the place that it stands at.
func texts(t *testing.T) map[string]string {
	t.Helper()
	all := pages(t, ".github/*.md", ".github/ISSUE_TEMPLATE/*", "ui/dev/packing/*.md")
	delete(all, ".github/faults.md") // made from the names of tests
	delete(all, ".github/licenses.md")
	for _, cmd := range append([]*cobra.Command{command.Tree()}, command.Tree().Commands()...) {
		all[cmd.CommandPath()+" --help"] = helpOf(t, cmd)
	}
	noError(t, filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", ".ci", "dev"}, entry.Name()):
			return fs.SkipDir
		case strings.HasSuffix(path, ".golden"):
			all[path] = read(t, ".", path)
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			maps.Copy(all, literals(t, path))
		}
		return nil
	}))
	return all
}

// literals are the strings of a source file. A sum of strings is one text.
func literals(t *testing.T, path string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	noError(t, err)
	found := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case ast.Expr:
			if text := joined(n); strings.Contains(text, " ") {
				found[strings.TrimPrefix(files.Position(n.Pos()).String(), "../../")] = text
				return false
			}
		}
		return true
	})
	return found
}

func joined(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, _ := strconv.Unquote(e.Value)
			return text
		}
	case *ast.BinaryExpr:
		if left, right := joined(e.X), joined(e.Y); left != "" || right != "" {
			return left + right
		}
	case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr:
		return ""
	}
	return ""
}

func helpOf(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	var help bytes.Buffer
	cmd.SetOut(&help)
	noError(t, cmd.Help())
	return help.String()
}

func TestNoTextIsStilted(t *testing.T) {
	t.Parallel()
	all := texts(t)
	if len(all) < 300 {
		t.Errorf("only %d texts found", len(all))
	}
	for _, place := range slices.Sorted(maps.Keys(all)) {
		for _, found := range stiltedIn(all[place]) {
			t.Errorf("%s: %q", place, found)
		}
	}
}

func TestStiltedPhrasesAreFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"stays in a file of yours", "Whoever has it", "what mends that", "start afresh", "\"foo\" is no capability", "To trust it, say --trust-api-host.",
		"messages beside rtc", "what was made here", "There is nobody to ask", "nobody\nis asked", "**Nobody**",
	} {
		if len(stiltedIn(text)) == 0 {
			t.Errorf("%q passes", text)
		}
	}
	for _, text := range []string{"There is no key.", "It is no longer the key.", "besides", "Nothing was lost. Try again."} {
		if found := stiltedIn(text); len(found) > 0 {
			t.Errorf("%q does not pass: %q", text, found)
		}
	}
}

func TestHelpFitsEightyColumns(t *testing.T) {
	t.Parallel()
	for _, cmd := range append([]*cobra.Command{command.Tree()}, command.Tree().Commands()...) {
		for line := range strings.Lines(helpOf(t, cmd)) {
			if line = strings.TrimSuffix(line, "\n"); ansi.StringWidth(line) > 80 {
				t.Errorf("%s --help: %d columns: %s", cmd.CommandPath(), ansi.StringWidth(line), line)
			}
		}
	}
}

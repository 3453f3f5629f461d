//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if code, ok := perform(os.Args[1:]); ok {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// The pictures of two runs are the same bytes, so those of the pages can be compared with the program's.
func TestPagesShowTheProgramAsItIs(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: drawing all pictures takes too long for -short")
	}
	drawn := t.TempDir()
	if err := draw(t.Context(), drawn); err != nil {
		t.Fatal(err)
	}
	want, got := files(t, drawn), files(t, "../../../"+folder)
	all := maps.Clone(got)
	maps.Copy(all, want)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(name string) bool { return got[name] == want[name] })
	for i, name := range names {
		names[i] += firstDifference(got[name], want[name])
	}
	if len(names) > 0 {
		t.Errorf("%d files in %s are not what the program shows now; run go run ./ui/dev/pictures, and look at what changed:\n%s",
			len(names), folder, strings.Join(names, "\n"))
	}
}

// firstDifference shows the first line that is not the same, on the page and on the screen.
func firstDifference(page, screen string) string {
	pages, screens := strings.Split(page, "\n"), strings.Split(screen, "\n")
	line := 0
	for line < len(pages) && line < len(screens) && pages[line] == screens[line] {
		line++
	}
	at := func(lines []string) string {
		return strings.Join(lines[min(line, len(lines)):min(line+1, len(lines))], "")
	}
	return fmt.Sprintf(":%d\n\t- %s\n\t+ %s", line+1, at(pages), at(screens))
}

func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := os.DirFS(folder)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, path)
		found[path] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

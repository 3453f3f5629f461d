package steps

import (
	"io/fs"
	"slices"
	"strings"
)

// outOf are the files of a roster in the folder that are of applications that go, and the .gitignore beside them if
// nothing else is left there.
func (f *Folder) outOf(journal Journal, c clearance) []string {
	if !slices.ContainsFunc(journal.Applications, func(app NotedApp) bool { return slices.Contains(app.Files, outFolder) }) {
		return nil
	}
	entries, err := fs.ReadDir(f.root.FS(), outFolder)
	if err != nil {
		return nil
	}
	var ours []string
	left := 0
	for _, e := range entries {
		name := outFolder + "/" + e.Name()
		switch text, err := f.Read(name); {
		case e.Name() == gitignoreFile && err == nil && string(text) == ignoreAll:
		case strings.HasSuffix(e.Name(), ".env") && err == nil && isOf(c.going, dotenvVariable(text, "VONAGE_APPLICATION_ID")):
			ours = append(ours, name)
		default:
			left++
		}
	}
	if left == 0 && f.has(outFolder+"/"+gitignoreFile) {
		ours = append(ours, outFolder+"/"+gitignoreFile)
	}
	return ours
}

// ignoreAll is what git is told in the folder of a roster.
const ignoreAll = "*\n"

// clearOut deletes them, and their folder if that is empty then.
func (f *Folder) clearOut(names []string) error {
	for _, name := range names {
		if err := f.root.Remove(name); err != nil {
			return &SaveError{Path: f.Path(name), Err: cause(err)}
		}
	}
	_ = f.root.Remove(outFolder) // stays if something is in it
	return nil
}

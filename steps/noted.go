package steps

import (
	"os"
	"slices"
)

// Noted returns the applications that the journal of a folder knows and that were not deleted, the current one first. It makes no call and changes
// nothing; a folder or journal that is not there or cannot be read has none.
func Noted(dir string) []NotedApp {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	folder := &Folder{root: root, path: dir}
	defer func() { _ = folder.Close() }()
	journal, err := folder.readJournal()
	if err != nil {
		return nil
	}
	apps := slices.DeleteFunc(journal.Applications, func(app NotedApp) bool { return app.Deleted })
	slices.Reverse(apps)
	return apps
}

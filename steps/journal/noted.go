package journal

import (
	"slices"

	"credwiz/steps/workdir"
)

// ApplicationsIn returns the applications that the journal of a folder knows and that were not deleted, the current one first. It makes no call and changes
// nothing; a folder or journal that is not there or cannot be read has none.
func ApplicationsIn(dir string) []Application {
	folder, err := workdir.OpenExisting(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	journal, err := Read(folder)
	if err != nil {
		return nil
	}
	apps := slices.DeleteFunc(journal.Applications, func(app Application) bool { return app.Deleted })
	slices.Reverse(apps)
	return apps
}

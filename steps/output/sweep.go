package output

import (
	"fmt"
	"time"

	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// sweep removes abandoned temporary files of the names and of users' files, and counts them. A given time spares
// younger ones, which another run may be writing.
func sweep(f *workdir.Dir, before time.Time, outs []string, names ...string) (removed int, err error) {
	found, err := f.Entries()
	if err != nil {
		return 0, workdir.Cause(err)
	}
	for _, e := range found {
		if f.IsLeftover(e.Name(), before, names) && f.Remove(e.Name()) == nil {
			removed++
		}
	}
	more, err := sweepOuts(f, before, outs)
	return removed + more, err
}

// SweepTemps sweeps the temporary files of all names that credwiz writes, and of more names.
func SweepTemps(f *workdir.Dir, before time.Time, journal journal.Journal, w task.Runner, names ...string) {
	names = append(names, workdir.DefaultKeyFile)
	for _, tool := range toolFiles() { // the run may have been killed before the journal had one
		names = append(names, tool.Name)
	}
	for _, own := range OwnFiles(journal) {
		names = append(names, own.Name)
	}
	const text = "clear up after a run that was cut off"
	switch n, err := sweep(f, before, journal.UsersFolders(), names...); {
	case err != nil:
		w.Warn(text, f.Path("*")+" could not be listed: "+err.Error())
	case n > 0:
		w.Tell(text, fmt.Sprintf("temporary files removed: %d", n))
	}
}

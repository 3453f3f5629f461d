package steps

import (
	"errors"
	"fmt"
)

// ErrNotPractice is a folder that has more in it than what a demo left.
var ErrNotPractice = errors.New("there is something in it that no demo has left")

// EmptyOfPractice removes what demos have left in the folder. If anything else is in it, nothing is removed and the
// error is ErrNotPractice.
func (f *Folder) EmptyOfPractice() error {
	journal, err := f.readJournal()
	if err != nil {
		return err
	}
	left := map[string]bool{dotenvFile: true, journalFile: true, tokenFile: true}
	for _, app := range journal.Applications {
		if !app.Practice {
			return fmt.Errorf("%s: %w", f.Given(), ErrNotPractice)
		}
		left[app.KeyFile] = true
	}
	entries, err := f.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !left[e.Name()] || !e.Type().IsRegular() {
			return fmt.Errorf("%s: %w: %s", f.Given(), ErrNotPractice, e.Name())
		}
	}
	for _, e := range entries {
		if err := f.Remove(e.Name()); err != nil {
			return err
		}
	}
	return nil
}

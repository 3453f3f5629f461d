package cleanup

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"credwiz/client/redact"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/workdir"
)

func planFiles(f *workdir.Dir, journal journal.Journal, c output.Removal) ([]Item, error) {
	var items []Item
	going := map[string]bool{workdir.JournalFile: len(c.Staying) == 0}
	c.Gone = func(name string) bool { return going[name] || !f.Has(name) }
	outs, err := output.PlanFolders(f, journal, c)
	if err != nil {
		return nil, err
	}
	for _, out := range outs {
		item := Item{Kind: FileItem, Name: redact.Printable(output.UsersFolderPath(f, out.Folder)), State: ToDelete, Why: redact.Printable(out.Summary())}
		if out.Left != "" {
			item.State = Left
		}
		items = append(items, item)
	}
	for _, file := range output.OwnFiles(journal) {
		change, err := changeOf(f, file, c)
		if err != nil {
			return nil, err
		}
		if change.none {
			continue
		}
		item := Item{Kind: FileItem, Name: redact.Printable(f.Path(file.Name)), State: ToDelete, Why: redact.Printable(change.why)}
		if change.left {
			item.State = Left
		}
		going[file.Name] = !change.left && change.rest == nil
		items = append(items, item)
	}
	return items, nil
}

// fileChange is what a removal does to a file.
type fileChange struct {
	none bool // it is not there
	left bool // unchanged
	rest []byte
	why  string
}

func changeOf(f *workdir.Dir, file output.OwnFile, c output.Removal) (fileChange, error) {
	content, err := f.ReadUpTo(file.Name, workdir.ReadLimit(file.Name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileChange{none: true}, nil
	case errors.Is(err, fs.ErrPermission):
		return fileChange{}, &workdir.SaveError{Path: f.Path(file.Name), Err: err}
	case err != nil:
		return fileChange{left: true, why: err.Error()}, nil //nolint:nilerr // A file that can't be read stays, and the reason is shown.
	}
	rest, why := file.Strip(content, c)
	switch {
	case rest != nil && !bytes.Equal(rest, content):
		return fileChange{rest: rest, why: cmp.Or(why, "only what credwiz wrote; the rest stays")}, nil
	case why != "" || rest != nil:
		return fileChange{left: true, why: why}, nil
	}
	return fileChange{}, nil
}

func applyChange(f *workdir.Dir, name string, change fileChange) error {
	if change.rest != nil {
		return f.Replace(name, change.rest, workdir.ModeOf(name))
	}
	err := f.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = f.Sync(name)
	}
	if err != nil {
		return &workdir.SaveError{Path: f.Path(name), Err: f.WithOwner(name, err)}
	}
	return nil
}

func (r *run) files(c output.Removal) error {
	f := r.Folder
	// Leftovers are as secret as the files. No other run is at work, so their age does not matter.
	output.SweepTemps(f, time.Time{}, r.journal, r.w)
	left := func(name string) bool {
		return name == workdir.JournalFile && len(c.Staying) > 0 || name != workdir.JournalFile && f.Has(name)
	}
	c.Gone = func(name string) bool { return !left(name) }
	outs, err := output.PlanFolders(f, r.journal, c)
	if err != nil {
		return err
	}
	for _, out := range outs {
		if out.Left != "" {
			continue
		}
		text := "delete the user files in " + redact.Printable(output.UsersFolderPath(f, out.Folder))
		if err := r.w.Local(text, func() (string, error) { return out.Summary(), out.Apply(f) }); err != nil {
			return err
		}
		r.became(filepath.FromSlash(out.Folder), Deleted, "")
	}
	for _, file := range output.OwnFiles(r.journal) {
		change, err := changeOf(f, file, c)
		if err != nil {
			return err
		}
		if change.left {
			r.became(file.Name, Left, change.why)
		}
		if change.none || change.left {
			continue
		}
		text, note := "delete "+redact.Printable(file.Name), ""
		if change.rest != nil {
			text, note = "update "+redact.Printable(file.Name), "without what credwiz wrote; the rest stays"
		}
		err = r.w.Local(text, func() (string, error) { return note, applyChange(f, file.Name, change) })
		if err != nil {
			return err
		}
		r.became(file.Name, Deleted, "")
	}
	if len(c.Staying) == 0 && r.journal.FolderMade && f.Name() == f.Given() { // else it is the current folder
		_ = os.Remove(f.Given()) // which goes only if it is empty
	}
	if len(c.Staying) == 0 || len(c.Going) == 0 {
		return nil
	}
	r.journal.Applications = slices.DeleteFunc(slices.Clone(r.journal.Applications), func(app journal.Application) bool {
		return slices.ContainsFunc(c.Going, func(gone journal.Application) bool { return gone.KeySHA == app.KeySHA && gone.IsSame(app) })
	})
	// Files may still have entries of deleted applications, for those that stay.
	for i, app := range r.journal.Applications {
		for _, gone := range c.Going {
			for file, entries := range gone.Wrote {
				if f.Has(file) {
					app = app.WithEntries(output.Entries(file, entries))
				}
			}
		}
		r.journal.Applications[i] = app
	}
	return journal.Write(f, r.journal)
}

// became records what happened to a file, and why if it differs from the plan.
func (r *run) became(name string, state ItemState, why string) {
	path := redact.Printable(r.Folder.Path(name))
	if at := slices.IndexFunc(r.Items, func(i Item) bool { return i.Kind == FileItem && i.Name == path }); at >= 0 {
		r.Items[at].State = state
		if why != "" {
			r.Items[at].Why = redact.Printable(why)
		}
	}
}

// EmptySandboxFolder removes what demos left. If there is anything else, it removes nothing and fails.
func EmptySandboxFolder(f *workdir.Dir) error {
	journal, err := journal.Read(f)
	if err != nil {
		return err
	}
	left := map[string]bool{workdir.DotenvFile: true, workdir.JournalFile: true, workdir.TokenFile: true}
	for _, app := range journal.Applications {
		if !app.Sandbox {
			return fmt.Errorf("%s: it contains something that no demo left", f.Given())
		}
		left[app.KeyFile] = true
	}
	entries, err := f.Entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !left[e.Name()] || !e.Type().IsRegular() {
			return fmt.Errorf("%s: it contains something that no demo left: %s", f.Given(), e.Name())
		}
	}
	for _, e := range entries {
		if err := f.Remove(e.Name()); err != nil {
			return err
		}
	}
	return nil
}

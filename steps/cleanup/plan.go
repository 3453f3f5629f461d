// Package cleanup deletes what credwiz made from a folder: credwiz clean.
package cleanup

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/workdir"
)

// Scope says what of a folder is to be deleted; the zero value is all.
type Scope struct {
	APIKey string // what is in this account only, if given
}

// Plan is what credwiz clean deletes from a folder, and what it leaves.
type Plan struct {
	Items    []Item
	Accounts []journal.Account // whose credentials it takes
}

// Empty reports whether there is nothing to delete.
func (r Plan) Empty() bool {
	return !slices.ContainsFunc(r.Items, func(i Item) bool { return i.State == ToDelete })
}

// PlanFor looks at what credwiz made from the folder. It changes nothing.
func PlanFor(f *workdir.Dir, scope Scope) (Plan, error) {
	journal, err := journal.Read(f)
	if err != nil || len(journal.Applications) == 0 {
		return Plan{}, err
	}
	removal, _, err := planFor(f, journal, scope)
	return removal, err
}

// planItem is an application in the journal, and what is done about it.
type planItem struct {
	at    int                 // in the journal
	app   journal.Application // as it was noted
	key   *jwt.Key            // nil if it is lost
	item  int                 // its own among the items
	users []int               // those of its users, in the journal's order
	// stays tells why nothing of it is touched; empty if something is.
	stays string
}

// needsAccount reports whether the API has to be asked with the account's credentials.
func (c planItem) needsAccount() bool {
	return c.stays == "" && c.app.Created && !c.app.Sandbox && !c.app.Deleted
}

// remote reports whether something of it is in an account.
func (c planItem) remote() bool { return !c.app.Sandbox && !c.app.Deleted }

func planFor(f *workdir.Dir, journal journal.Journal, scope Scope) (Plan, []planItem, error) {
	var r Plan
	all := make([]planItem, len(journal.Applications))
	for i, app := range journal.Applications {
		all[i] = planItem{at: i, app: app, stays: scope.leaves(app), key: ownKey(f, app)}
		r.planUsers(&all[i])
	}
	for i := range all {
		all[i].item = len(r.Items)
		r.Items = append(r.Items, all[i].applicationItem())
		if account := (all[i].app.Account()); all[i].needsAccount() && !slices.Contains(r.Accounts, account) {
			r.Accounts = append(r.Accounts, account)
		}
	}
	files, err := planFiles(f, journal, removalOf(all, r.Items))
	r.Items = append(r.Items, files...)
	return r, all, err
}

// leaves says why nothing of an application is touched.
func (s Scope) leaves(app journal.Application) string {
	if app.Sandbox {
		return ""
	}
	if s.APIKey != "" && s.APIKey != app.APIKey {
		return "it is in the account " + app.APIKey
	}
	return ""
}

// ownKey finds the application's private key by its fingerprint, wherever in the folder it is; nil if it is lost. Nobody
// minds that others can read a key whose application goes.
func ownKey(f *workdir.Dir, app journal.Application) *jwt.Key {
	for _, name := range []string{app.KeyFile, output.KeysByFingerprint(f, app.KeyFile)[app.KeySHA]} {
		if name == "" {
			continue
		}
		if key, err := f.ReadKey(name); err == nil && key.Fingerprint() == app.KeySHA {
			return key
		}
	}
	return nil
}

func (r *Plan) planUsers(c *planItem) {
	for _, user := range c.app.Users {
		item := Item{
			Kind: UserItem, Name: redact.Printable(user.Name), ID: redact.Printable(user.ID), Application: redact.Printable(c.app.ID), State: ToDelete,
		}
		switch {
		case c.stays != "":
			item.State, item.Why = Left, c.stays
		case c.app.Sandbox:
			item.State, item.Why = GoneAlready, "the practice sandbox is gone"
		case !user.Created && c.app.Created:
			item.Why = "with its application, which was made here"
		case !user.Created:
			item.State, item.Why = Left, "it existed before"
		case c.key == nil && c.app.Created:
			item.Why = "with its application, because the key is lost"
		case c.key == nil:
			item.State, item.Why = Left, "the key that could delete it is not here"
		case user.ID == "" && !c.app.Created:
			// Whoever has the name may be somebody else's.
			item.State, item.Why = Left, "its creation was cut off, and nobody can tell whose it is if it exists"
		case user.ID == "":
			item.Why = "if it exists: it is looked for first"
		}
		item.Why = redact.Printable(item.Why)
		c.users = append(c.users, len(r.Items))
		r.Items = append(r.Items, item)
	}
}

func (c planItem) applicationItem() Item {
	item := Item{Kind: ApplicationItem, Name: redact.Printable(c.app.Name), ID: redact.Printable(c.app.ID), State: ToDelete}
	switch {
	case c.stays != "":
		item.State, item.Why = Left, c.stays
	case c.app.Deleted:
		item.State, item.Why = GoneAlready, "an earlier run deleted it"
	case c.app.Sandbox:
		item.State, item.Why = GoneAlready, "the practice sandbox is gone"
	case !c.app.Created:
		item.State, item.Why = Left, "it existed before"
	case c.app.ID == "" && c.app.Refused:
		item.Why = "it was refused; its key is looked for in the account first"
	case c.app.ID == "":
		item.Why = "if it exists: it is looked for by its key first"
	}
	item.Why = redact.Printable(item.Why)
	return item
}

// removalOf divides the applications into those of which nothing that credwiz made is left, or will be, and the others. The
// files and notes of the former go.
func removalOf(all []planItem, items []Item) output.Removal {
	var c output.Removal
	for _, one := range all {
		held := one.stays != ""
		for i, at := range one.users {
			held = held || one.app.Users[i].Created && one.app.Users[i].ID != "" && items[at].State == Left
		}
		held = held || one.app.Created && items[one.item].State == Left
		if held {
			c.Staying = append(c.Staying, one.app)
		} else {
			c.Going = append(c.Going, one.app)
		}
	}
	return c
}

// planFiles says what becomes of each file that is there.
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

// fileChange is what clearing away makes of a file.
type fileChange struct {
	none bool // it is not there
	left bool // as it is
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
		return fileChange{left: true, why: err.Error()}, nil //nolint:nilerr // What cannot be read is left, and that is told.
	}
	rest, why := file.Strip(content, c)
	switch {
	case why != "" || rest != nil && bytes.Equal(rest, content):
		return fileChange{left: true, why: why}, nil
	case rest != nil:
		return fileChange{rest: rest, why: "what credwiz wrote in it; the rest stays"}, nil
	}
	return fileChange{}, nil
}

// applyChange clears a file away.
func applyChange(f *workdir.Dir, name string, change fileChange) error {
	if change.rest != nil {
		return f.Replace(name, change.rest, workdir.ModeOf(name))
	}
	return remove(f, name)
}

// remove deletes a file, for good.
func remove(f *workdir.Dir, name string) error {
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

// ChangedError is a folder in which something was made after it was shown what is to be deleted.
type ChangedError struct{ Folder string }

func (e *ChangedError) Error() string { return e.Folder + ": it has changed meanwhile" }

// Advice says what to do.
func (e *ChangedError) Advice() advice.Advice {
	return advice.Advice{
		What: "Something else was made or deleted in " + redact.Printable(e.Folder) + " meanwhile. Nothing was deleted by this run.",
		Do:   "Run credwiz clean again, and look at what it shows.",
	}
}

// Item is one thing that credwiz clean deletes, or leaves. Its texts are safe to print.
type Item struct {
	Kind        ItemKind  `json:"kind"`
	Name        string    `json:"name"` // of a file: its path
	ID          string    `json:"id,omitempty"`
	Application string    `json:"application_id,omitempty"` // of a user
	State       ItemState `json:"state"`
	Why         string    `json:"why,omitempty"`
}

// ItemKind is what an Item is.
type ItemKind string

// The kinds of items, in the order in which they are deleted.
const (
	UserItem        ItemKind = "user"
	ApplicationItem ItemKind = "application"
	FileItem        ItemKind = "file"
)

// ItemState is what becomes of an Item.
type ItemState string

// The states of items.
const (
	ToDelete    ItemState = "to be deleted"
	Deleted     ItemState = "deleted"
	GoneAlready ItemState = "gone already"
	Left        ItemState = "left"
)

// Package cleanup deletes what credwiz made from a folder: credwiz clean.
package cleanup

import (
	"io/fs"
	"slices"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/advice"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/workdir"
)

// Scope limits a removal; the zero value is everything.
type Scope struct {
	APIKey  string // what is in this account only, if given
	LooksUp bool   // there is a secret, which says whether an application that existed before is gone
}

// Plan is what credwiz clean deletes, and what it leaves.
type Plan struct {
	Items    []Item
	Accounts []journal.Account // whose credentials it takes
	Others   []journal.Account // whose credentials say whether an application that existed before is gone
	Stuck    bool              // users created here can't be deleted, because the key isn't here

	journal      journal.Journal
	applications []planItem
}

// Empty reports whether there is nothing to delete.
func (p Plan) Empty() bool {
	return !slices.ContainsFunc(p.Items, func(i Item) bool { return i.State == ToDelete })
}

// Achieved reports whether all that was created here and is to be deleted is gone, by the items after a removal.
func (p Plan) Achieved(items []Item) bool {
	if p.Stuck {
		return false
	}
	for i, planned := range p.Items {
		if planned.State == ToDelete && items[i].State != Deleted && items[i].State != GoneAlready {
			return false
		}
	}
	return true
}

// Covers reports whether the plan deletes all that is in its folder, though perhaps not all of each file.
func (p Plan) Covers(f *workdir.Dir) bool {
	entries, err := f.Entries()
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !slices.ContainsFunc(p.Items, func(i Item) bool {
			return i.Kind == FileItem && i.State == ToDelete && i.Name == redact.Printable(f.Path(e.Name()))
		})
	})
}

// PlanFor plans the removal of what credwiz made from the folder. It changes nothing.
func PlanFor(f *workdir.Dir, scope Scope) (Plan, error) {
	journal, err := journal.Read(f)
	if err != nil || len(journal.Applications) == 0 {
		return Plan{}, err
	}
	plan := Plan{journal: journal, applications: make([]planItem, len(journal.Applications))}
	for i, app := range journal.Applications {
		p := planItem{at: i, app: app, key: ownKey(f, app)}
		if !app.Sandbox && scope.APIKey != "" && scope.APIKey != app.APIKey {
			p.stays = "in the account " + app.APIKey
		}
		plan.Items = append(plan.Items, p.planUsers(len(plan.Items), scope)...)
		plan.applications[i] = p
		plan.Stuck = plan.Stuck || slices.ContainsFunc(p.users, func(at int) bool { return plan.Items[at].Why == keyMissing })
	}
	for i := range plan.applications {
		p := &plan.applications[i]
		p.item = len(plan.Items)
		plan.Items = append(plan.Items, p.applicationItem())
		switch account := p.app.Account(); {
		case !p.calls(plan.Items):
		case p.app.Created && !slices.Contains(plan.Accounts, account):
			plan.Accounts = append(plan.Accounts, account)
		case !p.app.Created && !slices.Contains(plan.Others, account):
			plan.Others = append(plan.Others, account)
		}
	}
	files, err := planFiles(f, journal, removalOf(plan.applications, plan.Items))
	plan.Items = append(plan.Items, files...)
	return plan, err
}

// planItem is an application in the journal and what happens to it.
type planItem struct {
	at    int                 // in the journal
	app   journal.Application // as it was noted
	key   *jwt.Key            // nil if it is lost
	item  int                 // its own among the items
	users []int               // those of its users, in the journal's order
	stays string              // why nothing of it is touched; empty if something is
}

func (p planItem) needsAccount() bool { return p.touches() && p.app.Created }

// ownKey finds the application's private key by its fingerprint; nil if it is lost. The key's mode does not matter
// any more.
func ownKey(f *workdir.Dir, app journal.Application) *jwt.Key {
	for _, name := range []string{app.KeyFile, output.KeysByFingerprint(f, app.KeyFile)[app.KeySHA]} {
		if key, err := f.ReadKey(name); err == nil && key.Fingerprint() == app.KeySHA {
			return key
		}
	}
	return nil
}

const (
	keyMissing = "its key isn't here: copy the key back, then run credwiz clean again"
	toLookUp   = "To check whether its application still exists, set VONAGE_API_KEY and VONAGE_API_SECRET"
)

// planUsers returns the items of the users, of which the first has the index at in the plan.
func (p *planItem) planUsers(at int, scope Scope) []Item {
	var items []Item
	for _, user := range p.app.Users {
		item := Item{
			Kind: UserItem, Name: redact.Printable(user.Name), ID: redact.Printable(user.ID), Application: redact.Printable(p.app.ID), State: ToDelete,
		}
		switch {
		case p.stays != "":
			item.State, item.Why = Left, p.stays
		case p.app.Sandbox:
			item.State, item.Why = GoneAlready, "the practice sandbox is gone"
		case !user.Created && p.app.Created:
			item.Why = "with its application, created here"
		case !user.Created:
			item.State, item.Why = Left, "existed before"
		case p.key == nil && p.app.Created:
			item.Why = "with its application, because the key is lost"
		case p.key == nil && scope.LooksUp:
			item.Why = "if its application is gone; looked up first, because the key isn't here"
		case p.key == nil:
			item.State, item.Why = Left, keyMissing
		case user.ID == "" && !p.app.Created:
			item.State, item.Why = Left, "its creation was interrupted, so credwiz can't tell whether it's yours"
		case user.ID == "":
			item.Why = "if it exists; looked up first"
		}
		item.Why = redact.Printable(item.Why)
		p.users = append(p.users, at+len(items))
		items = append(items, item)
	}
	return items
}

func (p planItem) applicationItem() Item {
	item := Item{Kind: ApplicationItem, Name: redact.Printable(p.app.Name), ID: redact.Printable(p.app.ID), State: ToDelete}
	switch {
	case p.stays != "":
		item.State, item.Why = Left, p.stays
	case p.app.Deleted:
		item.State, item.Why = GoneAlready, "already deleted by an earlier run"
	case p.app.Sandbox:
		item.State, item.Why = GoneAlready, "the practice sandbox is gone"
	case !p.app.Created:
		item.State, item.Why = Left, "existed before"
	case p.app.ID == "":
		item.Why = "if it exists; looked up by its key first"
	default:
		item.Why = allUsers
	}
	item.Why = redact.Printable(item.Why)
	return item
}

// removalOf divides the applications: files and records go with an application of which nothing made by credwiz is
// left.
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

// ChangedError is a folder that changed after its plan was shown.
type ChangedError struct{ Folder string }

func (e *ChangedError) Error() string { return e.Folder + " has changed" }

// Advice says what to do.
func (e *ChangedError) Advice() advice.Advice {
	return advice.Advice{
		What: "Something else was created or deleted in " + redact.Printable(e.Folder) + " since you confirmed. This run deleted nothing.",
		Do:   "Run credwiz clean again and review the list.",
	}
}

// Item is one thing that credwiz clean deletes or leaves. Its texts are safe to print.
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

// ItemState is what happens to an Item.
type ItemState string

// The states of items.
const (
	ToDelete    ItemState = "to be deleted"
	Deleted     ItemState = "deleted"
	GoneAlready ItemState = "already gone"
	Left        ItemState = "left"
)

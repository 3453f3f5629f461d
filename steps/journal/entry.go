package journal

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps/workdir"
)

// Entry records the application of a run in the journal.
type Entry struct {
	Folder  *workdir.Dir
	Now     time.Time
	At      Account
	App     client.Application // without an id until it exists
	Created bool               // by credwiz, from this folder
	Key     workdir.Key
}

// Edit changes the application's record. It reads the journal again, so changes by other runs stay; the step holds
// the folder's lock.
func (e Entry) Edit(change func(Application) Application) error {
	return e.editAs(e.App.ID, change)
}

// editAs is Edit for an application of which only the id may be known; "" if not even that.
func (e Entry) editAs(id string, change func(Application) Application) error {
	journal, err := Read(e.Folder)
	if err != nil {
		return err
	}
	app := e.current(journal, id)
	if e.App.ID != "" {
		if app.Name != e.App.Name {
			app.Asked = cmp.Or(app.Asked, app.Name)
		}
		// Each time: an earlier save may have failed.
		app.ID, app.Name = e.App.ID, e.App.Name
		app.Created, app.Deleted = app.Created || e.Created, false
	}
	app = change(app)
	app.KeyMade = app.KeyMade || e.Key.Made
	app.KeyFile, app.Noted = e.Key.Name, e.Now.UTC().Truncate(time.Second)
	return Write(e.Folder, journal.with(app))
}

// current returns the application's record: by its id, or without one by the entry's key. Another application with
// the same key is a different one.
func (e Entry) current(journal Journal, id string) Application {
	fingerprint := e.Key.Private.Fingerprint()
	if app, ok := journal.findID(id, e.At); ok {
		return app.withKey(fingerprint)
	}
	app, ok := journal.Find(fingerprint, e.At)
	switch {
	case ok && id == "":
		return app
	case ok && app.ID == "":
		// A pending record: the entry knows whether this application came of it.
		app.Created, app.Refused, app.Users = false, false, nil
		return app
	}
	return Application{
		APIHost: e.At.Host, Sandbox: e.At.Sandbox, APIKey: e.At.APIKey, KeySHA: fingerprint,
	}
}

func (n Application) withKey(fingerprint string) Application {
	if n.KeySHA == fingerprint {
		return n
	}
	n.OtherKeys = slices.DeleteFunc(slices.Clone(n.OtherKeys), func(k Key) bool { return k.SHA == fingerprint })
	if n.KeyMade && n.KeyFile != "" {
		n.OtherKeys = append(n.OtherKeys, Key{n.KeyFile, n.KeySHA})
	}
	n.KeySHA, n.KeyMade = fingerprint, false
	return n.withOldTokens()
}

// withOldTokens marks the tokens that another key signed.
func (n Application) withOldTokens() Application {
	n.Users = slices.Clone(n.Users)
	for i := range n.Users {
		if n.Users[i].TokenID != "" {
			n.Users[i].Refused = OldKey
		}
	}
	return n
}

// MarkPending records that an application is about to be created with the entry's key.
func (e Entry) MarkPending(name string) error {
	return e.Edit(func(app Application) Application {
		app.ID, app.Name, app.Asked, app.Created, app.Refused, app.Users, app.Deleted = "", name, "", true, false, nil, false
		return app
	})
}

// MarkRefused records that the pending application was not created: one with this key is not ours.
func (e Entry) MarkRefused() error {
	return e.Edit(func(app Application) Application {
		app.Refused = app.ID == ""
		return app
	})
}

// MarkRenewal records that an existing application is about to get the entry's key. It returns the previous record.
func (e Entry) MarkRenewal(app client.Application) (before Application, err error) {
	journal, err := Read(e.Folder)
	if err != nil {
		return Application{}, err
	}
	before, _ = journal.findID(app.ID, e.At)
	return before, e.editAs(app.ID, func(noted Application) Application {
		noted.ID, noted.Name = app.ID, app.Name
		return noted
	})
}

// RevertRenewal undoes MarkRenewal: the application kept its key. The new key is recorded with it.
func (e Entry) RevertRenewal(app client.Application, before Application) error {
	if before.ID == "" {
		// Not our application: only the new key stays on record.
		return e.editAs(app.ID, func(noted Application) Application {
			noted.ID, noted.Created, noted.Refused = "", true, true
			return noted
		})
	}
	journal, err := Read(e.Folder)
	if err != nil {
		return err
	}
	made := Key{e.Key.Name, e.Key.Private.Fingerprint()}
	if !slices.Contains(before.OtherKeys, made) {
		before.OtherKeys = append(slices.Clone(before.OtherKeys), made)
	}
	return Write(e.Folder, journal.with(before))
}

// Save records the application.
func (e Entry) Save() error {
	return e.Edit(func(app Application) Application { return app })
}

// MarkReplaced records that an application has another key now. Its record stays, next to that of the application
// that gets the key in the folder.
func (e Entry) MarkReplaced(app client.Application) error {
	journal, err := Read(e.Folder)
	if err != nil {
		return err
	}
	fingerprint, _ := jwt.Fingerprint(app.PublicKey) // empty if it has no key, or none of this kind
	for i, noted := range journal.Applications {
		if noted.ID == app.ID {
			noted.KeySHA, noted.KeyFile = fingerprint, ""
			journal.Applications[i] = noted.withOldTokens()
		}
	}
	return Write(e.Folder, journal)
}

// Entries are the names that credwiz writes into a shared file.
type Entries struct {
	File  string
	Names []string
	All   []string // the names that credwiz ever writes there: older versions recorded the file alone
}

// AddFile records a file before the application is written into it.
func (e Entry) AddFile(w Entries) error {
	return e.Edit(func(app Application) Application {
		if w.Names != nil {
			app = app.WithEntries(w)
		}
		if !slices.Contains(app.Files, w.File) {
			app.Files = append(slices.Clone(app.Files), w.File)
		}
		return app
	})
}

// WithEntries adds names to those recorded for a file.
func (n Application) WithEntries(w Entries) Application {
	names := w.Names
	if _, recorded := n.Wrote[w.File]; !recorded && (slices.Contains(n.Files, w.File) || w.File == workdir.DotenvFile && n.Signed()) {
		names = w.All
	}
	n.Wrote = maps.Clone(n.Wrote)
	if n.Wrote == nil {
		n.Wrote = map[string][]string{}
	}
	all := slices.Concat([]string{}, n.Wrote[w.File], names)
	slices.Sort(all)
	n.Wrote[w.File] = slices.Compact(all)
	return n
}

// MarkUsersPending records that users are about to be created.
func (e Entry) MarkUsersPending(all ...client.NewUser) error {
	users := make([]User, len(all))
	for i, n := range all {
		users[i] = User{Name: n.Name, DisplayName: n.DisplayName, Created: true}
	}
	return e.Edit(func(app Application) Application { return app.withUsers(users) })
}

// SaveUsers records existing users and their tokens.
func (e Entry) SaveUsers(now []User, wrote ...Entries) error {
	if len(now) == 0 {
		return nil
	}
	return e.Edit(func(app Application) Application {
		named, identified := make(map[string]User, len(app.Users)), make(map[string]User, len(app.Users))
		for _, u := range app.Users {
			named[u.Name], identified[u.ID] = u, u
		}
		for _, w := range wrote {
			app = app.WithEntries(w)
		}
		users := make([]User, len(now))
		for i, user := range now {
			noted, renamed := identified[user.ID]
			if renamed = renamed && user.ID != "" && noted.Name != user.Name; renamed {
				// Its token has the old name.
				noted = User{ID: noted.ID, Created: noted.Created, Region: noted.Region, Earlier: append(slices.Clone(noted.Earlier), noted.Name)}
			} else {
				noted = named[user.Name]
			}
			users[i] = noted.with(user)
		}
		return app.withUsers(users)
	})
}

// RemoveUsers removes pending users that certainly do not exist.
func (e Entry) RemoveUsers(gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	return e.Edit(func(app Application) Application {
		app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u User) bool { return u.ID == "" && gone[u.Name] })
		return app
	})
}

func (n Application) withUsers(users []User) Application {
	names, ids := make(map[string]bool, len(users)), make(map[string]bool, len(users))
	for _, u := range users {
		names[u.Name] = true
		if u.ID != "" {
			ids[u.ID] = true
		}
	}
	n.Users = slices.DeleteFunc(slices.Clone(n.Users), func(u User) bool { return names[u.Name] || ids[u.ID] })
	n.Users = append(n.Users, users...)
	return n
}

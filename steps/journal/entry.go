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

// Entry is what a run knows of its application, to note it.
type Entry struct {
	Folder  *workdir.Dir
	Now     time.Time
	At      Account
	App     client.Application // without an id until it exists
	Created bool               // by credwiz, from this folder
	Key     workdir.Key
}

// Edit changes what the journal says of the application. It reads the journal first and writes it back:
// what others wrote meanwhile is kept, because the folder is locked while a step runs.
func (e Entry) Edit(change func(Application) Application) error {
	return e.editAs(e.App.ID, change)
}

// editAs is edit for an application of which the entry may know no more than the id; empty if not even that.
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
		// With each note again: an earlier one may have failed.
		app.ID, app.Name = e.App.ID, e.App.Name
		app.Created, app.Deleted = app.Created || e.Created, false
	}
	app = change(app)
	app.KeyMade = app.KeyMade || e.Key.Made
	app.KeyFile, app.Noted = e.Key.Name, e.Now.UTC().Truncate(time.Second)
	return Write(e.Folder, journal.with(app))
}

// current is what the journal says of an application, whose key is the entry's now; without an id, of the one that has
// the entry's key. Another application that has the same key is another application: nothing that is noted of it is
// passed on.
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
		// It was about to be created. Whether this is what came of it, the entry knows.
		app.Created, app.Refused, app.Users = false, false, nil
		return app
	}
	return Application{
		APIHost: e.At.Host, Sandbox: e.At.Sandbox, APIKey: e.At.APIKey, KeySHA: fingerprint,
	}
}

// withKey is the note of an application that has another key than before, perhaps.
func (n Application) withKey(fingerprint string) Application {
	if n.KeySHA == fingerprint {
		return n
	}
	own := Key{n.KeyFile, n.KeySHA}
	n.OtherKeys = slices.DeleteFunc(slices.Clone(n.OtherKeys), func(k Key) bool { return k.SHA == fingerprint })
	if n.KeyMade && n.KeyFile != "" {
		n.OtherKeys = append(n.OtherKeys, own)
	}
	n.KeySHA, n.KeyMade = fingerprint, false
	return n
}

// MarkPending notes that an application is about to be created with the entry's key.
func (e Entry) MarkPending(name string) error {
	return e.Edit(func(app Application) Application {
		// In the sandbox, an application of an earlier run is gone.
		app.ID, app.Name, app.Asked, app.Created, app.Refused, app.Users, app.Deleted = "", name, "", true, false, nil, false
		return app
	})
}

// MarkRefused takes intend back: nothing was created, and what has the key later is not of this run.
func (e Entry) MarkRefused() error {
	return e.Edit(func(app Application) Application {
		app.Refused = app.ID == ""
		return app
	})
}

// MarkRenewal notes that an application that exists is about to be given the entry's key. It returns what was noted
// before.
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

// RevertRenewal takes noteRenewal back: the application has the key that it had. The new one is noted beside it.
func (e Entry) RevertRenewal(app client.Application, before Application) error {
	if before.ID == "" {
		// It is none of ours, and no note of it stays: only of the key that was made.
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

// Save notes the application.
func (e Entry) Save() error {
	return e.Edit(func(app Application) Application { return app })
}

// MarkReplaced notes that an application has another key by now. Its note stays, beside that of the application that
// the key in the folder gets now.
func (e Entry) MarkReplaced(app client.Application) error {
	journal, err := Read(e.Folder)
	if err != nil {
		return err
	}
	fingerprint, err := jwt.Fingerprint(app.PublicKey)
	if err != nil {
		fingerprint = "" // it has no key, or none of this kind
	}
	for i, noted := range journal.Applications {
		if noted.ID == app.ID {
			journal.Applications[i].KeySHA, journal.Applications[i].KeyFile = fingerprint, ""
		}
	}
	return Write(e.Folder, journal)
}

// Entries says what is written into a file that others write too.
type Entries struct {
	File  string
	Names []string
	// All are the names of all that credwiz ever writes there: an older version noted the file alone.
	All []string
}

// AddFile notes that the application is about to be written into a file of another tool.
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

// WithEntries adds names to those that were put into a file.
func (n Application) WithEntries(w Entries) Application {
	signed := func(u User) bool { return u.TokenID != "" }
	names := w.Names
	if _, noted := n.Wrote[w.File]; !noted && (slices.Contains(n.Files, w.File) || w.File == workdir.DotenvFile && slices.ContainsFunc(n.Users, signed)) {
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

// MarkUserPending notes that a user is about to be created. What was noted of one of that name that is gone goes with it.
func (e Entry) MarkUserPending(n client.NewUser) error {
	return e.Edit(func(app Application) Application {
		return app.withUser(User{Name: n.Name, DisplayName: n.DisplayName, Created: true})
	})
}

// MarkUsersPending notes that users are about to be created, in one go.
func (e Entry) MarkUsersPending(all []client.NewUser) error {
	users := make([]User, len(all))
	for i, n := range all {
		users[i] = User{Name: n.Name, DisplayName: n.DisplayName, Created: true}
	}
	return e.Edit(func(app Application) Application { return app.withUsers(users) })
}

// SaveUsers notes users that exist, and their tokens.
func (e Entry) SaveUsers(now []User, wrote ...Entries) error {
	if len(now) == 0 {
		return nil
	}
	return e.Edit(func(app Application) Application {
		before := make(map[string]int, len(app.Users))
		for i, u := range app.Users {
			before[u.Name] = i
		}
		for _, w := range wrote {
			app = app.WithEntries(w)
		}
		users := make([]User, len(now))
		for i, user := range now {
			var noted User
			if at, ok := before[user.Name]; ok {
				noted = app.Users[at]
			}
			users[i] = noted.with(user)
		}
		return app.withUsers(users)
	})
}

// RemoveUsers takes back what intendUsers noted of those who are certain not to exist.
func (e Entry) RemoveUsers(gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	return e.Edit(func(app Application) Application {
		app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u User) bool { return u.ID == "" && gone[u.Name] })
		return app
	})
}

// withUsers is withUser for many.
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

// with is the note with what is known of the user now.
func (n User) with(now User) User {
	if n.ID != "" && n.ID != now.ID {
		n = User{} // another one that had this name
	}
	// Who was only about to be created may be somebody else's.
	now.Created = n.ID != "" && n.Created || now.Created
	if now.TokenID == "" {
		now.TokenID, now.IssuedAt, now.ExpiresAt, now.Refused = n.TokenID, n.IssuedAt, n.ExpiresAt, n.Refused
	}
	return now
}

// RemoveUser takes back what intendUser noted, when it is certain that nothing was created.
func (e Entry) RemoveUser(name string) error {
	return e.RemoveUsers(map[string]bool{name: true})
}

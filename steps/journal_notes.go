package steps

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/jwt"
)

// edit changes what the journal says of the session's application. It reads the journal first and writes it back:
// what others wrote meanwhile is kept, because the folder is locked while a step runs.
func (s Session) edit(env Env, change func(NotedApp) NotedApp) error {
	id := ""
	if s.Application.Exists {
		id = s.Application.Value.ID
	}
	return s.editAs(env, id, change)
}

// editAs is edit for an application of which the session may know no more than the id; empty if not even that.
func (s Session) editAs(env Env, id string, change func(NotedApp) NotedApp) error {
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return err
	}
	app := s.noteOf(journal, id)
	if s.Application.Exists {
		if app.Name != s.Application.Value.Name {
			app.Asked = cmp.Or(app.Asked, app.Name)
		}
		// With each note again: an earlier one may have failed.
		app.ID, app.Name = s.Application.Value.ID, s.Application.Value.Name
		app.Created, app.Deleted = app.Created || s.Application.Created, false
	}
	app = change(app)
	app.KeyMade = app.KeyMade || s.Key.Made
	app.KeyFile, app.Noted = s.Key.Name, env.Now().UTC().Truncate(time.Second)
	return s.Place.Folder.writeJournal(journal.with(app))
}

// noteOf is what the journal says of an application, whose key is the session's now; without an id, of the one that has
// the session's key. Another application that has the same key is another application: nothing that is noted of it is
// passed on.
func (s Session) noteOf(journal Journal, id string) NotedApp {
	fingerprint := s.Key.Private.Fingerprint()
	if app, ok := journal.findID(id, s.Place, s.Credentials.APIKey); ok {
		return app.withKey(fingerprint)
	}
	app, ok := journal.find(fingerprint, s.Place, s.Credentials.APIKey)
	switch {
	case ok && id == "":
		return app
	case ok && app.ID == "":
		// It was about to be created. Whether this is what came of it, the session knows.
		app.Created, app.Refused, app.Users = false, false, nil
		return app
	}
	return NotedApp{
		APIHost: s.Place.API.Host().String(), Practice: s.Place.Practice, APIKey: s.Credentials.APIKey, KeySHA: fingerprint,
	}
}

// withKey is the note of an application that has another key than before, perhaps.
func (n NotedApp) withKey(fingerprint string) NotedApp {
	if n.KeySHA == fingerprint {
		return n
	}
	own := NotedKey{n.KeyFile, n.KeySHA}
	n.OtherKeys = slices.DeleteFunc(slices.Clone(n.OtherKeys), func(k NotedKey) bool { return k.SHA == fingerprint })
	if n.KeyMade && n.KeyFile != "" {
		n.OtherKeys = append(n.OtherKeys, own)
	}
	n.KeySHA, n.KeyMade = fingerprint, false
	return n
}

// intend notes that an application is about to be created with the session's key.
func (s Session) intend(env Env, name string) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		// In the sandbox, an application of an earlier run is gone.
		app.ID, app.Name, app.Asked, app.Created, app.Refused, app.Users, app.Deleted = "", name, "", true, false, nil, false
		return app
	})
}

// noteRefused takes intend back: nothing was created, and what has the key later is not of this run.
func (s Session) noteRefused(env Env) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		app.Refused = app.ID == ""
		return app
	})
}

// noteRenewal notes that an application that exists is about to be given the session's key. It returns what was noted
// before.
func (s Session) noteRenewal(env Env, app client.Application) (before NotedApp, err error) {
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return NotedApp{}, err
	}
	before, _ = journal.findID(app.ID, s.Place, s.Credentials.APIKey)
	return before, s.editAs(env, app.ID, func(noted NotedApp) NotedApp {
		noted.ID, noted.Name = app.ID, app.Name
		return noted
	})
}

// noteUnchanged takes noteRenewal back: the application has the key that it had. The new one is noted beside it.
func (s Session) noteUnchanged(env Env, app client.Application, before NotedApp) error {
	if before.ID == "" {
		// It is none of ours, and no note of it stays: only of the key that was made.
		return s.editAs(env, app.ID, func(noted NotedApp) NotedApp {
			noted.ID, noted.Created, noted.Refused = "", true, true
			return noted
		})
	}
	journal, err := s.Place.Folder.readJournal()
	if err != nil {
		return err
	}
	made := NotedKey{s.Key.Name, s.Key.Private.Fingerprint()}
	if !slices.Contains(before.OtherKeys, made) {
		before.OtherKeys = append(slices.Clone(before.OtherKeys), made)
	}
	return s.Place.Folder.writeJournal(journal.with(before))
}

// note notes the session's application.
func (s Session) note(env Env) error {
	return s.edit(env, func(app NotedApp) NotedApp { return app })
}

// noteReplaced notes that an application has another key by now. Its note stays, beside that of the application that
// the key in the folder gets now.
func (s Session) noteReplaced(app client.Application) error {
	journal, err := s.Place.Folder.readJournal()
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
	return s.Place.Folder.writeJournal(journal)
}

// noteFile notes that the session's application is about to be written into a file of another tool, and under which
// names.
func (s Session) noteFile(env Env, name string, entries ...string) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		if len(entries) > 0 {
			app = app.wrote(name, entries)
		}
		if !slices.Contains(app.Files, name) {
			app.Files = append(slices.Clone(app.Files), name)
		}
		return app
	})
}

// wrote adds names to those that were put into a file. Where an older version wrote it, which noted none, it is all that
// credwiz writes there.
func (n NotedApp) wrote(file string, entries []string) NotedApp {
	signed := func(u NotedUser) bool { return u.TokenID != "" }
	if _, noted := n.Wrote[file]; !noted && (slices.Contains(n.Files, file) || file == dotenvFile && slices.ContainsFunc(n.Users, signed)) {
		entries = ownEntries(file)
	}
	n.Wrote = maps.Clone(n.Wrote)
	if n.Wrote == nil {
		n.Wrote = map[string][]string{}
	}
	all := slices.Concat([]string{}, n.Wrote[file], entries)
	slices.Sort(all)
	n.Wrote[file] = slices.Compact(all)
	return n
}

// intendUser notes that a user is about to be created. What was noted of one of that name that is gone goes with it.
func (s Session) intendUser(env Env, n client.NewUser) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		return app.withUser(NotedUser{Name: n.Name, DisplayName: n.DisplayName, Created: true})
	})
}

// intendUsers notes that users are about to be created, in one go.
func (s Session) intendUsers(env Env, tasks []batchTask) error {
	users := make([]NotedUser, len(tasks))
	for i, t := range tasks {
		users[i] = NotedUser{Name: t.user.Name, DisplayName: t.user.DisplayName, Created: true}
	}
	return s.edit(env, func(app NotedApp) NotedApp { return app.withUsers(users) })
}

// noteUsers notes users that exist, and their tokens.
func (s Session) noteUsers(env Env, members []Member) error {
	if len(members) == 0 {
		return nil
	}
	return s.edit(env, func(app NotedApp) NotedApp {
		before := make(map[string]int, len(app.Users))
		for i, u := range app.Users {
			before[u.Name] = i
		}
		if s.inDotenv != nil {
			app = app.wrote(dotenvFile, s.inDotenv)
		}
		users := make([]NotedUser, len(members))
		for i, m := range members {
			var noted NotedUser
			if at, ok := before[m.User.Value.Name]; ok {
				noted = app.Users[at]
			}
			users[i] = noted.with(m)
		}
		return app.withUsers(users)
	})
}

// forgetUsers takes back what intendUsers noted of those who are certain not to exist.
func (s Session) forgetUsers(env Env, gone map[string]bool) error {
	if len(gone) == 0 {
		return nil
	}
	return s.edit(env, func(app NotedApp) NotedApp {
		app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u NotedUser) bool { return u.ID == "" && gone[u.Name] })
		return app
	})
}

// withUsers is withUser for many.
func (n NotedApp) withUsers(users []NotedUser) NotedApp {
	names, ids := make(map[string]bool, len(users)), make(map[string]bool, len(users))
	for _, u := range users {
		names[u.Name] = true
		if u.ID != "" {
			ids[u.ID] = true
		}
	}
	n.Users = slices.DeleteFunc(slices.Clone(n.Users), func(u NotedUser) bool { return names[u.Name] || ids[u.ID] })
	n.Users = append(n.Users, users...)
	return n
}

// with is the note with what is known of the user now.
func (n NotedUser) with(m Member) NotedUser {
	if n.ID != "" && n.ID != m.User.Value.ID {
		n = NotedUser{} // another one that had this name
	}
	// Who was only about to be created may be somebody else's.
	n.Created = n.ID != "" && n.Created || m.User.Created
	n.ID, n.Name, n.DisplayName = m.User.Value.ID, m.User.Value.Name, m.User.Value.DisplayName
	if !m.Token.JWT.IsZero() {
		issued, expires := m.Token.IssuedAt.UTC(), m.Token.ExpiresAt.UTC()
		n.TokenID, n.IssuedAt, n.ExpiresAt, n.Refused = m.Token.ID, &issued, &expires, m.LoginRefused
	}
	return n
}

// forgetUser takes back what intendUser noted, when it is certain that nothing was created.
func (s Session) forgetUser(env Env, name string) error {
	return s.forgetUsers(env, map[string]bool{name: true})
}

// noteUser notes the session's user and token.
func (s Session) noteUser(env Env) error {
	return s.edit(env, func(app NotedApp) NotedApp {
		if s.inDotenv != nil {
			app = app.wrote(dotenvFile, s.inDotenv)
		}
		user, _ := app.user(s.User.Value.Name)
		return app.withUser(user.with(s.Member))
	})
}

package steps

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
)

// Remover deletes what credwiz made from a folder: users, then applications, then files. The journal is told of
// what is gone, so that a run that is cut off is gone on with by the next; what is gone already is as good as deleted.
type Remover struct {
	Env    Env
	Folder *Folder
	Scope  Scope
	// Credentials are those of the accounts that the removal takes.
	Credentials map[Account]client.Credentials
	// Dial returns the API at a host.
	Dial    func(*url.URL) *client.Client
	Answers Answers
	Report  Report
}

// Remove deletes what was shown, and nothing else: if the folder has changed since, the error is a *ChangedError. What it
// returns tells what became of each item, also beside an error.
func (r Remover) Remove(ctx context.Context, shown Removal) ([]Item, error) {
	w := newWork(r.Env, Place{Folder: r.Folder}, r.Report)
	unlock, err := r.Folder.lock(ctx, w)
	if err != nil {
		return shown.Items, err
	}
	defer unlock()
	journal, err := r.Folder.readJournal()
	if err != nil {
		return shown.Items, err
	}
	plan, all, err := r.Folder.planRemoval(journal, r.Scope)
	switch {
	case err != nil:
		return shown.Items, err
	case !slices.Equal(plan.Items, shown.Items):
		return shown.Items, &ChangedError{Folder: r.Folder.Name()}
	}
	run := &removing{Remover: r, w: w, journal: journal, items: plan.Items, sessions: map[Account]Session{}}
	err = run.all(ctx, all)
	return run.items, err
}

// CheckHosts refuses a host from the journal that the credentials may not go to; the error is a *HostError.
func (r Remover) CheckHosts() error {
	journal, err := r.Folder.readJournal()
	if err != nil {
		return err
	}
	plan, all, err := r.Folder.planRemoval(journal, r.Scope)
	if err != nil {
		return err
	}
	return (&removing{Remover: r, items: plan.Items}).checkHosts(all)
}

// removing is a removal under way.
type removing struct {
	Remover
	w        work
	journal  Journal
	items    []Item
	sessions map[Account]Session
}

func (r *removing) all(ctx context.Context, all []condemned) error {
	// Before anything is sent or deleted: a host may not be trusted, or the credentials may be wrong.
	if err := r.checkHosts(all); err != nil {
		return err
	}
	for i := range all {
		if err := r.open(ctx, &all[i]); err != nil {
			return err
		}
	}
	for i := range all {
		if err := r.users(ctx, all[i]); err != nil {
			return err
		}
	}
	for i := range all {
		if err := r.application(ctx, all[i]); err != nil {
			return err
		}
	}
	return r.files(cleared(all, r.items))
}

// open finds the account of an application, and an application of which no answer came.
func (r *removing) open(ctx context.Context, c *condemned) error {
	if !c.touches() {
		return nil
	}
	account := c.app.account()
	s, known := r.sessions[account]
	if !known {
		host, err := r.host(c.app)
		if err != nil {
			return err
		}
		s = Session{Place: Place{API: r.Dial(host), Folder: r.Folder}, Credentials: r.Credentials[account]}
	}
	w := r.work(s)
	if c.needsAccount() && s.Applications == 0 {
		err := w.read(ctx, "check the key and secret", func(api *client.Client) error {
			_, err := api.ListApplications(ctx, s.Credentials, 1, 1)
			return err
		})
		if err != nil {
			return err
		}
		s.Skew, s.Applications = *w.skew, 1 // checked
	}
	r.sessions[account] = s
	if c.app.ID != "" || !c.app.Created {
		return nil
	}
	found, err := applicationOf(ctx, s.Credentials, c.app.KeySHA, "", w, "look for the application of the key")
	if err != nil || found.ID == "" {
		return err
	}
	item := &r.items[c.item]
	c.app.ID, item.ID = found.ID, redact.Printable(found.ID)
	if c.app.Refused {
		c.app.Created = false
		item.State, item.Why = Left, "it has the key, and was not made here"
	}
	return r.note(*c, func(app *NotedApp) { app.ID, app.Created = found.ID, c.app.Created })
}

func (r *removing) work(s Session) work { return newWork(r.Env, s.Place, r.Report) }

// note changes what the journal says of an application, at once.
func (r *removing) note(c condemned, change func(*NotedApp)) error {
	app := r.journal.Applications[c.at]
	change(&app)
	r.journal.Applications = slices.Clone(r.journal.Applications)
	r.journal.Applications[c.at] = app
	return r.Folder.writeJournal(r.journal)
}

// users deletes an application's users that were made here, with a token that its key signs.
func (r *removing) users(ctx context.Context, c condemned) (err error) {
	if !c.touches() || c.key == nil || c.app.ID == "" {
		return nil
	}
	s := r.sessions[c.app.account()]
	s.Key.Private, s.Application.ID = c.key, c.app.ID
	w := r.work(s)
	gone := map[NotedUser]bool{}
	// In batches: the journal is written whole each time, and who is gone and still noted is as good as deleted.
	noteGone := func() error {
		if len(gone) == 0 {
			return nil
		}
		err := r.note(c, func(app *NotedApp) {
			app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u NotedUser) bool { return gone[u.key()] })
		})
		clear(gone)
		return err
	}
	defer func() { err = errors.Join(err, noteGone()) }()
	for i, user := range c.app.Users {
		item := &r.items[c.users[i]]
		if item.State != ToDelete || !user.Created {
			continue
		}
		// A token for each: they end after a quarter of an hour, and a thousand users may take longer.
		admin, err := s.admin(r.Env)
		if err != nil {
			return err
		}
		state, err := r.user(ctx, admin, user, w)
		if isUnauthorized(err) {
			return r.refused(c, w)
		}
		if err != nil {
			return err
		}
		item.State, item.Why = state, ""
		if gone[user.key()] = true; len(gone) >= goneBatch {
			if err := noteGone(); err != nil {
				return err
			}
		}
	}
	return nil
}

// goneBatch is how many users are deleted before the journal is told.
const goneBatch = 50

// key is what a note knows a user by.
func (n NotedUser) key() NotedUser { return NotedUser{Name: n.Name, ID: n.ID} }

func (r *removing) user(ctx context.Context, admin redact.Secret, user NotedUser, w work) (ItemState, error) {
	id := user.ID
	if id == "" {
		found, err := findUser(ctx, admin, user.Name, w, "look for the user "+redact.Printable(user.Name))
		if err != nil || found.ID == "" {
			return GoneAlready, err
		}
		id = found.ID
	}
	name := redact.Printable(user.Name)
	return w.remove(ctx, "user "+name, func(api *client.Client) error {
		return api.DeleteUser(ctx, admin, id)
	}, func(api *client.Client) error {
		_, err := api.GetUser(ctx, admin, id)
		return err
	})
}

// refused deals with a key that the API does not take: the application has another one by now, or is gone. Its users go
// with the application if that goes.
func (r *removing) refused(c condemned, w work) error {
	state, why := Left, "the API does not accept the key that could delete it"
	if c.app.Created {
		state, why = ToDelete, "with its application, because the API does not accept the key"
	}
	w.warn("delete the users of "+c.app.Name, "the API does not accept the key")
	for _, at := range c.users {
		if r.items[at].State == ToDelete {
			r.items[at].State, r.items[at].Why = state, why
		}
	}
	return nil
}

// application deletes an application that was made here, and with it what users it still has.
func (r *removing) application(ctx context.Context, c condemned) error {
	item := &r.items[c.item]
	if item.State != ToDelete {
		return nil
	}
	state := GoneAlready
	if c.app.ID != "" {
		s := r.sessions[c.app.account()]
		var err error
		state, err = r.work(s).remove(ctx, "application "+redact.Printable(c.app.Name), func(api *client.Client) error {
			return api.DeleteApplication(ctx, s.Credentials, c.app.ID)
		}, func(api *client.Client) error {
			_, err := api.GetApplication(ctx, s.Credentials, c.app.ID)
			return err
		})
		if err == nil && state == GoneAlready {
			err = r.checkGone(ctx, s, c)
		}
		if err != nil {
			return err
		}
	}
	item.State, item.Why = state, ""
	for _, at := range c.users {
		if r.items[at].State == ToDelete {
			r.items[at].State = state
		}
	}
	return r.note(c, func(app *NotedApp) { app.Deleted, app.Users = true, nil })
}

// files clears away the files of what is gone, and the notes of it last.
func (r *removing) files(c clearance) error {
	f := r.Folder
	// What a run that was killed left half written is as secret as the files themselves. Its age says nothing: no other run
	// is at work here.
	f.clearUp(time.Time{}, r.journal, r.w)
	left := func(name string) bool {
		return name == journalFile && len(c.staying) > 0 || name != journalFile && f.has(name)
	}
	c.removed = func(name string) bool { return !left(name) }
	outs, err := f.outChanges(r.journal, c)
	if err != nil {
		return err
	}
	for _, out := range outs {
		if out.left != "" {
			continue
		}
		text := "clear the users' files in " + redact.Printable(f.outPath(out.folder))
		if err := r.w.local(text, func() (string, error) { return out.says(), f.clearOut(out) }); err != nil {
			return err
		}
		r.became(filepath.FromSlash(out.folder), Deleted, "")
	}
	for _, file := range ownFiles(r.journal) {
		change, err := f.changeOf(file, c)
		if err != nil {
			return err
		}
		if change.left {
			r.became(file.name, Left, change.why)
		}
		if change.none || change.left {
			continue
		}
		text := "delete " + redact.Printable(file.name)
		if change.rest != nil {
			text = "clear " + redact.Printable(file.name)
		}
		err = r.w.local(text, func() (string, error) { return change.why, f.take(file.name, change) })
		if err != nil {
			return err
		}
		r.became(file.name, Deleted, "")
	}
	if len(c.staying) == 0 || len(c.going) == 0 {
		return nil
	}
	r.journal.Applications = slices.DeleteFunc(slices.Clone(r.journal.Applications), func(app NotedApp) bool {
		return slices.ContainsFunc(c.going, func(gone NotedApp) bool { return gone.KeySHA == app.KeySHA && gone.isSame(app) })
	})
	// What was put into files for those that are gone may still be there, for those that stay.
	for i, app := range r.journal.Applications {
		for _, gone := range c.going {
			for file, entries := range gone.Wrote {
				if f.has(file) {
					app = app.wrote(wroteInto(file, entries))
				}
			}
		}
		r.journal.Applications[i] = app
	}
	return f.writeJournal(r.journal)
}

// became notes among the items what came of a file; why, if it is not as it was planned.
func (r *removing) became(name string, state ItemState, why string) {
	path := redact.Printable(r.Folder.Path(name))
	if at := slices.IndexFunc(r.items, func(i Item) bool { return i.Kind == FileItem && i.Name == path }); at >= 0 {
		r.items[at].State = state
		if why != "" {
			r.items[at].Why = redact.Printable(why)
		}
	}
}

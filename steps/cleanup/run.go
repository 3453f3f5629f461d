package cleanup

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Remover deletes what credwiz made from a folder: users, then applications, then files. The journal is told of
// what is gone, so that a run that is cut off is gone on with by the next; what is gone already is as good as deleted.
type Remover struct {
	Env    steps.Env
	Folder *workdir.Dir
	Scope  Scope
	// Credentials are those of the accounts that the removal takes.
	Credentials map[journal.Account]client.Credentials
	// Dial returns the API at a host.
	Dial    func(*url.URL) *client.Client
	Answers answer.Answers
	Report  task.Report
}

// Remove deletes what was shown, and nothing else: if the folder has changed since, the error is a *ChangedError. What it
// returns tells what became of each item, also beside an error.
func (r Remover) Remove(ctx context.Context, shown Plan) ([]Item, error) {
	w := steps.NewRunner(r.Env, workdir.Place{Folder: r.Folder}, r.Report)
	unlock, err := r.Folder.Lock(ctx, w)
	if err != nil {
		return shown.Items, err
	}
	defer unlock()
	journal1, err := journal.Read(r.Folder)
	if err != nil {
		return shown.Items, err
	}
	plan, all, err := planFor(r.Folder, journal1, r.Scope)
	switch {
	case err != nil:
		return shown.Items, err
	case !slices.Equal(plan.Items, shown.Items):
		return shown.Items, &ChangedError{Folder: r.Folder.Name()}
	}
	run := &run{Remover: r, w: w, journal: journal1, items: plan.Items, sessions: map[journal.Account]steps.Session{}}
	err = run.all(ctx, all)
	return run.items, err
}

// CheckHosts refuses a host from the journal that the credentials may not go to; the error is a *HostError.
func (r Remover) CheckHosts() error {
	journal, err := journal.Read(r.Folder)
	if err != nil {
		return err
	}
	plan, all, err := planFor(r.Folder, journal, r.Scope)
	if err != nil {
		return err
	}
	return (&run{Remover: r, items: plan.Items}).checkHosts(all)
}

// run is a removal under way.
type run struct {
	Remover
	w        task.Runner
	journal  journal.Journal
	items    []Item
	sessions map[journal.Account]steps.Session
}

func (r *run) all(ctx context.Context, all []planItem) error {
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
	return r.files(removalOf(all, r.items))
}

// open finds the account of an application, and an application of which no answer came.
func (r *run) open(ctx context.Context, c *planItem) error {
	if !c.touches() {
		return nil
	}
	account := c.app.Account()
	s, known := r.sessions[account]
	if !known {
		host, err := r.host(c.app)
		if err != nil {
			return err
		}
		s = steps.Session{Place: workdir.Place{API: r.Dial(host), Folder: r.Folder}, Credentials: r.Credentials[account]}
	}
	w := r.work(s)
	if c.needsAccount() && s.Applications == 0 {
		err := w.Read(ctx, "check the key and secret", func(api *client.Client) error {
			_, err := api.ListApplications(ctx, s.Credentials, 1, 1)
			return err
		})
		if err != nil {
			return err
		}
		s.Skew, s.Applications = *w.Skew, 1 // checked
	}
	r.sessions[account] = s
	if c.app.ID != "" || !c.app.Created {
		return nil
	}
	found, err := steps.ApplicationOf(ctx, s.Credentials, c.app.KeySHA, "", w, "look for the application of the key")
	if err != nil || found.ID == "" {
		return err
	}
	item := &r.items[c.item]
	c.app.ID, item.ID = found.ID, redact.Printable(found.ID)
	if c.app.Refused {
		c.app.Created = false
		item.State, item.Why = Left, "it has the key, and was not made here"
	}
	return r.note(*c, func(app *journal.Application) { app.ID, app.Created = found.ID, c.app.Created })
}

func (r *run) work(s steps.Session) task.Runner {
	return steps.NewRunner(r.Env, s.Place, r.Report)
}

// note changes what the journal says of an application, at once.
func (r *run) note(c planItem, change func(*journal.Application)) error {
	app := r.journal.Applications[c.at]
	change(&app)
	r.journal.Applications = slices.Clone(r.journal.Applications)
	r.journal.Applications[c.at] = app
	return journal.Write(r.Folder, r.journal)
}

// users deletes an application's users that were made here, with a token that its key signs.
func (r *run) users(ctx context.Context, c planItem) (err error) {
	if !c.touches() || c.key == nil || c.app.ID == "" {
		return nil
	}
	s := r.sessions[c.app.Account()]
	s.Key.Private, s.Application.ID = c.key, c.app.ID
	w := r.work(s)
	gone := map[journal.User]bool{}
	// In batches: the journal is written whole each time, and who is gone and still noted is as good as deleted.
	noteGone := func() error {
		if len(gone) == 0 {
			return nil
		}
		err := r.note(c, func(app *journal.Application) {
			app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u journal.User) bool { return gone[u.Key()] })
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
		admin, err := s.Admin(r.Env)
		if err != nil {
			return err
		}
		state, err := r.user(ctx, admin, user, w)
		if steps.IsUnauthorized(err) {
			return r.refused(c, w)
		}
		if err != nil {
			return err
		}
		item.State, item.Why = state, ""
		if gone[user.Key()] = true; len(gone) >= goneBatch {
			if err := noteGone(); err != nil {
				return err
			}
		}
	}
	return nil
}

// goneBatch is how many users are deleted before the journal is told.
const goneBatch = 50

func (r *run) user(ctx context.Context, admin redact.Secret, user journal.User, w task.Runner) (ItemState, error) {
	id := user.ID
	if id == "" {
		found, err := steps.FindUser(ctx, admin, user.Name, w, "look for the user "+redact.Printable(user.Name))
		if err != nil || found.ID == "" {
			return GoneAlready, err
		}
		id = found.ID
	}
	name := redact.Printable(user.Name)
	return removeRemote(ctx, w, "user "+name, func(api *client.Client) error {
		return api.DeleteUser(ctx, admin, id)
	}, func(api *client.Client) error {
		_, err := api.GetUser(ctx, admin, id)
		return err
	})
}

// refused deals with a key that the API does not take: the application has another one by now, or is gone. Its users go
// with the application if that goes.
func (r *run) refused(c planItem, w task.Runner) error {
	state, why := Left, "the API does not accept the key that could delete it"
	if c.app.Created {
		state, why = ToDelete, "with its application, because the API does not accept the key"
	}
	w.Warn("delete the users of "+c.app.Name, "the API does not accept the key")
	for _, at := range c.users {
		if r.items[at].State == ToDelete {
			r.items[at].State, r.items[at].Why = state, why
		}
	}
	return nil
}

// application deletes an application that was made here, and with it what users it still has.
func (r *run) application(ctx context.Context, c planItem) error {
	item := &r.items[c.item]
	if item.State != ToDelete {
		return nil
	}
	state := GoneAlready
	if c.app.ID != "" {
		s := r.sessions[c.app.Account()]
		var err error
		state, err = removeRemote(ctx, r.work(s), "application "+redact.Printable(c.app.Name), func(api *client.Client) error {
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
	return r.note(c, func(app *journal.Application) { app.Deleted, app.Users = true, nil })
}

// files clears away the files of what is gone, and the notes of it last.
func (r *run) files(c output.Removal) error {
	f := r.Folder
	// What a run that was killed left half written is as secret as the files themselves. Its age says nothing: no other run
	// is at work here.
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
		text := "clear the users' files in " + redact.Printable(output.UsersFolderPath(f, out.Folder))
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
		text := "delete " + redact.Printable(file.Name)
		if change.rest != nil {
			text = "clear " + redact.Printable(file.Name)
		}
		err = r.w.Local(text, func() (string, error) { return change.why, applyChange(f, file.Name, change) })
		if err != nil {
			return err
		}
		r.became(file.Name, Deleted, "")
	}
	if len(c.Staying) == 0 || len(c.Going) == 0 {
		return nil
	}
	r.journal.Applications = slices.DeleteFunc(slices.Clone(r.journal.Applications), func(app journal.Application) bool {
		return slices.ContainsFunc(c.Going, func(gone journal.Application) bool { return gone.KeySHA == app.KeySHA && gone.IsSame(app) })
	})
	// What was put into files for those that are gone may still be there, for those that stay.
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

// became notes among the items what came of a file; why, if it is not as it was planned.
func (r *run) became(name string, state ItemState, why string) {
	path := redact.Printable(r.Folder.Path(name))
	if at := slices.IndexFunc(r.items, func(i Item) bool { return i.Kind == FileItem && i.Name == path }); at >= 0 {
		r.items[at].State = state
		if why != "" {
			r.items[at].Why = redact.Printable(why)
		}
	}
}

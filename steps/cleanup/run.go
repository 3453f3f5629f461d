package cleanup

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// Remover deletes what credwiz made from a folder: users, then applications, then files. It updates the journal as it
// goes, so that another run can finish after an interruption.
type Remover struct {
	Env         steps.Env
	Folder      *workdir.Dir
	Scope       Scope
	Credentials map[journal.Account]client.Credentials // those of the plan's accounts, and of Others if they are known
	Dial        func(*url.URL) *client.Client
	Answers     answer.Answers
	Report      task.Report
}

// Remove deletes what was shown and nothing else: a folder that has changed since is a *ChangedError. It returns the
// state of each item, even with an error.
func (r Remover) Remove(ctx context.Context, shown Plan) ([]Item, error) {
	items, err := r.remove(ctx, shown)
	if err != nil && ctx.Err() == nil {
		deleted := slices.ContainsFunc(items, func(i Item) bool { return i.State == Deleted })
		err = &StoppedError{Deleted: deleted, Again: r.Folder.Target("").Command("clean"), Err: err}
	}
	return items, err
}

func (r Remover) remove(ctx context.Context, shown Plan) ([]Item, error) {
	w := steps.NewRunner(r.Env, workdir.Place{Folder: r.Folder}, r.Report)
	unlock, err := r.Folder.Lock(ctx, w)
	if err != nil {
		return shown.Items, err
	}
	defer unlock()
	run, err := r.newRun(w)
	switch {
	case err != nil:
		return shown.Items, err
	case !slices.EqualFunc(run.Items, shown.Items, isSame):
		return shown.Items, &ChangedError{Folder: r.Folder.Name()}
	}
	err = run.all(ctx)
	return run.Items, err
}

// CheckHosts refuses a host from the journal that must not get the credentials. The error is a *HostError.
func (r Remover) CheckHosts() error {
	run, err := r.newRun(task.Runner{})
	if err != nil {
		return err
	}
	return run.checkHosts()
}

// run is a removal in progress.
type run struct {
	Remover
	Plan
	w        task.Runner
	sessions map[journal.Account]steps.Session
}

func (r Remover) newRun(w task.Runner) (*run, error) {
	plan, err := PlanFor(r.Folder, r.Scope)
	return &run{Remover: r, Plan: plan, w: w, sessions: map[journal.Account]steps.Session{}}, err
}

func (r *run) all(ctx context.Context) error {
	// Before anything is sent or deleted: a host may be untrusted, or the credentials wrong.
	if err := r.checkHosts(); err != nil {
		return err
	}
	for _, do := range []func(context.Context, *planItem) error{r.open, r.users, r.application} {
		for i := range r.applications {
			if err := do(ctx, &r.applications[i]); err != nil {
				return err
			}
		}
	}
	return r.files(removalOf(r.applications, r.Items))
}

// open connects to an application's account, and finds an application whose creation got no answer.
func (r *run) open(ctx context.Context, p *planItem) error {
	if !p.touches() {
		return nil
	}
	account := p.app.Account()
	s, known := r.sessions[account]
	if !known {
		host, err := r.trustedHost(p.app)
		if err != nil {
			return err
		}
		s = steps.Session{Place: workdir.Place{API: r.Dial(host), Folder: r.Folder}, Credentials: r.Credentials[account]}
	}
	w := steps.NewRunner(r.Env, s.Place, r.Report)
	if p.needsAccount() && s.Applications == 0 {
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
	if p.app.ID != "" || !p.app.Created {
		return nil
	}
	found, err := steps.ApplicationOf(ctx, s.Credentials, p.app.KeySHA, "", w, "look for the application with the key")
	if err != nil || found.ID == "" {
		return err
	}
	item := &r.Items[p.item]
	p.app.ID, item.ID = found.ID, redact.Printable(found.ID)
	if p.app.Refused {
		p.app.Created = false
		item.State, item.Why = Left, "has the key, but wasn't created here"
	}
	return r.note(p, func(app *journal.Application) { app.ID, app.Created = found.ID, p.app.Created })
}

func (r *run) note(p *planItem, change func(*journal.Application)) error {
	app := r.journal.Applications[p.at]
	change(&app)
	r.journal.Applications = slices.Clone(r.journal.Applications)
	r.journal.Applications[p.at] = app
	return journal.Write(r.Folder, r.journal)
}

// users deletes the users that were made here, with a token that the application's key signs.
func (r *run) users(ctx context.Context, p *planItem) (err error) {
	if !p.touches() || p.app.ID == "" {
		return nil
	}
	s := r.sessions[p.app.Account()]
	w := steps.NewRunner(r.Env, s.Place, r.Report)
	if p.key == nil {
		if p.app.Created || !p.calls(r.Items) {
			return nil
		}
		return r.lookUp(ctx, s, p, w, keyMissing)
	}
	s.Key.Private, s.Application.ID = p.key, p.app.ID
	gone := map[journal.UserKey]bool{}
	// In batches, because the journal is written as a whole.
	noteGone := func() error {
		if len(gone) == 0 {
			return nil
		}
		err := r.note(p, func(app *journal.Application) {
			app.Users = slices.DeleteFunc(slices.Clone(app.Users), func(u journal.User) bool { return gone[u.Key()] })
		})
		clear(gone)
		return err
	}
	defer func() { err = errors.Join(err, noteGone()) }()
	for i, user := range p.app.Users {
		item := &r.Items[p.users[i]]
		if item.State != ToDelete || !user.Created {
			continue
		}
		// A token for each: they last 15 minutes, and a thousand users may take longer.
		admin, err := s.Admin(r.Env)
		if err != nil {
			return err
		}
		state, err := r.user(ctx, admin, user, w)
		if client.HasStatus(err, http.StatusUnauthorized) {
			return r.refused(ctx, s, p, w)
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

// refused handles a key that the API rejects. The users go with the application if it is deleted, or was by others.
func (r *run) refused(ctx context.Context, s steps.Session, p *planItem, w task.Runner) error {
	host := redact.Printable(s.Place.API.Host().Host)
	if client.IsVonage(s.Place.API.Host()) {
		host = "Vonage"
	}
	w.Warn("delete the users of "+p.app.Name, host+" rejected the key")
	if p.app.Created {
		r.usersBecome(p, ToDelete, "with its application, because "+host+" rejected the key")
		return nil
	}
	return r.lookUp(ctx, s, p, w, host+" rejected its key")
}

// lookUp finds out whether an application that existed before is gone, and its users with it. Otherwise they stay.
func (r *run) lookUp(ctx context.Context, s steps.Session, p *planItem, w task.Runner, why string) error {
	if s.Credentials.APIKey == "" {
		r.usersBecome(p, Left, why+". "+toLookUp)
		return nil
	}
	err := w.LookUp(ctx, "look up the application", func(api *client.Client) error {
		_, err := api.GetApplication(ctx, s.Credentials, p.app.ID)
		return err
	})
	if !client.IsNotFound(err) {
		r.usersBecome(p, Left, why)
		return err
	}
	r.Items[p.item].Why = "existed before, and is gone"
	r.usersBecome(p, GoneAlready, "")
	return r.note(p, func(app *journal.Application) { app.Deleted, app.Users = true, nil })
}

// usersBecome changes what is to happen to the users that are still to be deleted.
func (r *run) usersBecome(p *planItem, state ItemState, why string) {
	for _, at := range p.users {
		if r.Items[at].State == ToDelete {
			r.Items[at].State, r.Items[at].Why = state, why
		}
	}
}

func (r *run) application(ctx context.Context, p *planItem) error {
	item := &r.Items[p.item]
	if item.State != ToDelete {
		return nil
	}
	state := GoneAlready
	if p.app.ID != "" {
		s := r.sessions[p.app.Account()]
		var err error
		state, err = removeRemote(ctx, steps.NewRunner(r.Env, s.Place, r.Report), "application "+redact.Printable(p.app.Name), func(api *client.Client) error {
			return api.DeleteApplication(ctx, s.Credentials, p.app.ID)
		}, func(api *client.Client) error {
			_, err := api.GetApplication(ctx, s.Credentials, p.app.ID)
			return err
		})
		if err == nil && state == GoneAlready {
			err = r.checkGone(ctx, s, p)
		}
		if err != nil {
			return err
		}
	}
	item.State, item.Why = state, ""
	for _, at := range p.users {
		if r.Items[at].State == ToDelete {
			r.Items[at].State = state
			if state == GoneAlready {
				r.Items[at].Why = ""
			}
		}
	}
	return r.note(p, func(app *journal.Application) { app.Deleted, app.Users = true, nil })
}

// touches reports whether anything of the application may be deleted at its API.
func (p planItem) touches() bool { return p.stays == "" && !p.app.Sandbox && !p.app.Deleted }

// calls reports whether removing any of the items means a call.
func (p planItem) calls(items []Item) bool {
	return p.touches() && (p.app.Created || slices.ContainsFunc(p.users, func(at int) bool { return items[at].State == ToDelete }))
}

// trustedHost checks the host in the journal like that of any other file.
func (r Remover) trustedHost(app journal.Application) (*url.URL, error) {
	host, err := client.ParseHost(app.APIHost)
	if err != nil {
		return nil, &journal.Error{Path: r.Folder.Path(workdir.JournalFile), Err: fmt.Errorf("API host: %w", err)}
	}
	origin := task.HostOrigin{
		File: r.Folder.Path(workdir.JournalFile), APIKey: app.APIKey, TokensOnly: !app.Created && !r.Scope.LooksUp, Only: true,
	}
	return host, origin.Check(host, app.APIKey, r.Answers)
}

func (r *run) checkHosts() error {
	for _, created := range []bool{true, false} { // first those that get the secret: one yes is for all
		for _, p := range r.applications {
			if !p.calls(r.Items) || p.app.Created != created {
				continue
			}
			if _, err := r.trustedHost(p.app); err != nil {
				return err
			}
		}
	}
	return nil
}

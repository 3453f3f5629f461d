package steps

import (
	"context"
	"iter"
	"maps"
	"slices"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/task"
)

// listApplications reads the pages of the account's applications that the check of the key and secret has left.
func listApplications(ctx context.Context, env Env, s Session) (Session, error) {
	w := NewRunner(env, s.Place, func(task.Event) {})
	if s.ListedMore {
		for page, err := range applicationPages(ctx, s.Credentials, 2, w, "list the applications") {
			if err != nil {
				return s, err
			}
			if len(page.Applications) == 0 {
				break
			}
			s = s.withListed(page.Applications)
			s.ListedMore = page.More
		}
	}
	s.ListedMore = false
	return s, nil
}

// applicationPages reads the account's applications page by page, from one on.
func applicationPages(
	ctx context.Context, creds client.Credentials, from int, w task.Runner, text string,
) iter.Seq2[client.ApplicationPage, error] {
	return client.Pages("applications", client.MaxPages, func() (page client.ApplicationPage, mark string, err error) {
		err = w.Read(ctx, text, func(api *client.Client) (err error) {
			page, err = api.ListApplications(ctx, creds, from, applicationsPerPage)
			return err
		})
		from++
		if page.More {
			mark = "an empty page"
			if len(page.Applications) > 0 {
				mark = page.Applications[0].ID
			}
		}
		return page, mark, err
	})
}

// withListed is the session with more of the account's applications. Whose key is in the folder is found out here, once:
// it takes longer than all else that the questions ask about an application, and they are asked anew at each key.
func (s Session) withListed(applications []client.Application) Session {
	s.Listed = append(slices.Clip(s.Listed), applications...)
	if len(s.KeyFiles)+len(s.embedded) == 0 {
		return s
	}
	files, held := map[string]string{}, map[string]string{}
	maps.Copy(files, s.KeyFileOf)
	maps.Copy(held, s.KeyEmbeddedIn)
	for _, app := range applications {
		fingerprint, err := jwt.Fingerprint(app.PublicKey)
		if err != nil {
			continue
		}
		if name := s.KeyFiles[fingerprint]; name != "" {
			files[app.ID] = name
		} else if in, ok := s.embedded[fingerprint]; ok {
			held[app.ID] = in.File
		}
	}
	s.KeyFileOf, s.KeyEmbeddedIn = files, held
	return s
}

// renameApplication gives the application the name of the answers, and leaves everything else of it as it is.
func renameApplication(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	if a[answer.AppName] == s.Application.Name {
		w.Tell("the name is the same", "nothing to do")
		return s, nil
	}
	return s.locked(ctx, w, func(s Session) (Session, error) {
		// As it is now: the API replaces the whole of it.
		found, err := getApplication(ctx, s, s.Application.ID, w)
		if err != nil {
			return s, err
		}
		changed, err := updateApplication(ctx, s, found, "rename the application", client.ApplicationChange{Name: a[answer.AppName]}, w)
		if err != nil {
			return s, err
		}
		s.Application.Application = changed
		renamed := func(app journal.Application) journal.Application { app.Asked = ""; return app }
		if err := s.entry(env).Edit(renamed); err != nil {
			w.Warn("note the application", err.Error())
		}
		return s, nil
	})
}

// updateApplication makes a change that does the same however often it is made.
func updateApplication(
	ctx context.Context, s Session, app client.Application, text string, change client.ApplicationChange, w task.Runner,
) (client.Application, error) {
	var changed client.Application
	err := w.Change(ctx, text, func(ctx context.Context, api *client.Client) (err error) {
		changed, err = api.UpdateApplication(ctx, s.Credentials, app, change)
		return err
	})
	return changed, err
}

// renewKey gives an application that exists a new key pair. The private half is saved first, as for a new application:
// otherwise nobody would have it.
func renewKey(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	app, err := getApplication(ctx, s, a.AppID(), w)
	if err == nil && !names(app, a[answer.ReplaceKey]) {
		err = &ReplaceKeyError{Application: app}
		if _, listed := s.listed(app.ID); !listed {
			s = s.withListed([]client.Application{app}) // so that its name can be asked for
		}
	}
	if err != nil {
		return s, err
	}
	var before journal.Application
	note := func(s Session) error {
		before, err = s.entry(env).MarkRenewal(app)
		return err
	}
	if s.Key.Private != nil && s.Key.For == app.ID { // that of an earlier try
		if err = note(s); err == nil {
			err = s.Place.Folder.EnsureKey(s.Key, w)
		}
	} else {
		name := a[answer.KeyFile]
		if s.Place.Folder.Has(name) {
			name = s.Place.Folder.FreeName(name) // a key is never replaced
		}
		s, err = s.newKey(ctx, env, name, w, note)
		s.Key.For = app.ID
	}
	if err != nil {
		return s, err
	}
	changed, err := updateApplication(ctx, s, app, "give it the new key", client.ApplicationChange{PublicKey: s.Key.Private.PublicPEM()}, w)
	if err != nil {
		changed = app
		if client.WasSent(err) {
			var lookErr error
			if changed, lookErr = getApplication(ctx, s, app.ID, w); lookErr != nil {
				return s, err
			}
		}
		if fingerprint, keyErr := jwt.Fingerprint(changed.PublicKey); keyErr != nil || fingerprint != s.Key.Private.Fingerprint() {
			if client.MayHaveHappened(err) {
				return s, err
			}
			if noteErr := s.entry(env).RevertRenewal(app, before); noteErr != nil {
				w.Warn("note that it was refused", noteErr.Error())
			}
			return s, err
		}
		w.Tell("it has the new key", "the answer did not say so")
	}
	s.Key.Known = true
	return s.adopt(ctx, env, a, changed, w)
}

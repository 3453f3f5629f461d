package serve

import (
	"cmp"
	"fmt"
	"slices"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/resign"
	"credwiz/steps/task"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Take takes over how long tokens live and what they reach. The error is an *answer.InvalidAnswerError.
func (o *Options) Take(a answer.Answers) error {
	invalid := func(key string, err error) error {
		return &answer.InvalidAnswerError{Field: answer.Field{Key: key, Flag: "--" + key}, Err: err}
	}
	var err error
	if o.Lifetime, err = words.ParseLifetime(cmp.Or(a[answer.Expires], "15m")); err != nil {
		return invalid(answer.Expires, err)
	}
	if o.ACL, err = steps.ParseACL(cmp.Or(a[answer.ACL], steps.DefaultACL)); err != nil {
		return invalid(answer.ACL, err)
	}
	if choice := a[answer.OpenKey]; choice != "" {
		if err := workdir.CheckOpenKey(choice); err != nil {
			return invalid(answer.OpenKey, err)
		}
	}
	return nil
}

// Application returns the current application in a folder's journal, or the one with an id.
func Application(folder *workdir.Dir, id string) (journal.Application, error) {
	j, err := journal.Read(folder)
	if err != nil {
		return journal.Application{}, err
	}
	for _, app := range slices.Backward(j.Applications) {
		if app.ID != "" && !app.Deleted && app.KeyFile != "" && (id == "" || app.ID == id) {
			return app, nil
		}
	}
	if len(j.Applications) == 0 {
		return journal.Application{}, &journal.EmptyError{Folder: folder}
	}
	return journal.Application{}, &NoApplicationError{Folder: folder.Name(), ID: id, target: folder.Target(j.Host())}
}

// Session returns what is needed to sign for an application without a call: its key is read and compared.
func Session(place workdir.Place, app journal.Application, a answer.Answers, w task.Runner) (steps.Session, error) {
	key, err := resign.KeyOf(place.Folder, app, a, w)
	if err != nil {
		return steps.Session{}, err
	}
	return steps.Session{
		Place: place, Credentials: client.Credentials{APIKey: app.APIKey}, Key: key,
		Application: steps.Application{Application: client.Application{ID: app.ID, Name: app.Name}, Exists: true},
	}, nil
}

// NoApplicationError is a folder without an application to serve.
type NoApplicationError struct {
	Folder, ID string

	target words.Target
}

func (e *NoApplicationError) Error() string { return e.Folder + ": no application is noted in it" }

// Advice says what to do.
func (e *NoApplicationError) Advice() advice.Advice {
	a := advice.Advice{
		What: "There is no application in " + redact.Printable(e.Folder) + " yet.",
		Do:   "Make one first: " + e.target.Command() + ".",
		Kind: advice.Usage, Field: answer.AppID,
	}
	if e.ID != "" {
		a.What = fmt.Sprintf("There is no application %s with its key in %s.", redact.Printable(e.ID), redact.Printable(e.Folder))
		a.Do = "Use it here first: " + e.target.Command("--app-id", e.ID) + "."
	}
	return a
}

package steps

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"credwiz/client"
)

// defaultEventURL is the placeholder that Vonage's own guides use: events go nowhere until it is changed.
const defaultEventURL = "https://example.com/webhooks/rtc"

func applicationStep() Step {
	return Step{
		ID:    "application",
		Title: "Create an application",
		Done:  "Your application is ready",
		Short: "Application",
		Verb:  "create the application",
		Intro: "An application is the container for your users and their tokens. It has a key pair: Vonage keeps the " +
			"public half, and the private half, which signs the tokens, stays in a file of yours.",
		Creates: true,
		Fields:  applicationFields,
		Plan:    applicationPlan,
		Run:     makeApplication,
		Show:    showApplication,
	}
}

func applicationFields(env Env, s Session, a Answers) []Field {
	fields := make([]Field, 0, 3)
	if a[AnswerAppID] == "" {
		fields = append(fields, Field{
			Key: AnswerAppName, Flag: "--app-name", Label: "Application name",
			Hint:       "as the dashboard lists it; it need not be unique",
			Suggestion: "My Client SDK app", Clean: CleanName, Check: checkName,
		}.withKnown(env))
	}
	file := Field{
		Key: AnswerKeyFile, Flag: "--key-file", Label: "Private key file",
		Hint:       "a new file that only you can read",
		Suggestion: defaultKeyFile, Default: true, Check: checkKeyFile,
	}.withKnown(env)
	if a[AnswerAppID] != "" {
		// An application that exists has its key already.
		file.Hint = "the private key of that application"
		return append(fields, file)
	}
	if s.Found.Name != "" {
		fields = append(fields, foundKeyField(env, s.Found))
	}
	reuse := a[AnswerKey]
	if reuse == "" && s.Found.Name != "" {
		reuse = foundKeyField(env, s.Found).Suggestion
	}
	switch {
	case reuse == Yes && s.Found.Name != "":
		// The choice above has answered this.
		return fields
	case s.Found.Name != "":
		file.Suggestion, file.Source = s.Found.Free, ""
	}
	return append(fields, file)
}

// foundKeyField asks what to do about a key that is there. There is no third choice: a key is never replaced.
func foundKeyField(env Env, found FoundKey) Field {
	f := Field{
		Key: AnswerKey, Flag: "--reuse-key", Label: found.Name + " is here already",
		Suggestion: Yes,
		Choices: []Choice{
			{Yes, "use it", "with the application it belongs to, or a new one"},
			{No, "keep it, and make another", "a new key in " + found.Free},
		},
	}
	if found.Err != nil {
		f.Suggestion = No
		f.Choices = f.Choices[1:]
		f.Hint = "it cannot be used: " + Advise(found.Err).What
		return f
	}
	return f.withKnown(env)
}

const maxName = 200 // characters; the API's own limit is not documented

func checkName(name string) error {
	if n := len([]rune(name)); n > maxName {
		return fmt.Errorf("it has %d characters; %d are enough", n, maxName)
	}
	if client.Printable(name) != name {
		return errors.New("it has characters in it that cannot be shown")
	}
	return nil
}

// checkAppID refuses what is not the id of an application.
func checkAppID(id string) error {
	if err := uuid.Validate(id); err != nil || len(id) != 36 {
		return errors.New("an application id looks like 78d335fa-323d-0114-9c3d-d6f0d48968cf")
	}
	return nil
}

// checkEventURL refuses what the API would not send events to.
func checkEventURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("events go to a URL like " + defaultEventURL)
	}
	return nil
}

func applicationPlan(_ Env, s Session, a Answers) string {
	host := s.Place.API.Host().Host
	if s.Place.Practice {
		host = "the sandbox"
	}
	switch {
	case a[AnswerAppID] != "":
		return "Looks up the application at " + host + " and compares its key with yours. Nothing is created."
	case a[AnswerKey] == Yes:
		return fmt.Sprintf("Looks for the application of %s at %s, and creates “%s” there if it has none.",
			s.Found.Name, host, client.Printable(a[AnswerAppName]))
	}
	return fmt.Sprintf("Makes a key pair, saves the private half as %s, then creates “%s” at %s.",
		client.Printable(a[AnswerKeyFile]), client.Printable(a[AnswerAppName]), host)
}

// makeApplication works in the order that cannot leave an application without its key: the key is made and saved here,
// the intention is written down, and only then the public half travels. After any doubt the application is looked for
// by that public half before it is asked for again.
func makeApplication(ctx context.Context, env Env, s Session, a Answers, report Report) (Session, error) {
	w := newWork(env, s.Place, report)
	// Notes that cannot be read stop the step before it makes anything, a key file too.
	if _, err := s.Place.Folder.readJournal(); err != nil {
		return s, err
	}
	if err := s.Place.Folder.checkReplaceable(dotenvFile, journalFile); err != nil {
		return s, err
	}
	if a[AnswerKey] == "" && s.goesOnWith(a) {
		a = a.With(AnswerKey, Yes)
	}
	if s.Found.Name != "" && a[AnswerKey] == Yes {
		a = a.With(AnswerKeyFile, s.Found.Name)
	}
	s = s.keptFromGit(w, a[AnswerKeyFile])
	if a[AnswerAppID] != "" {
		return useApplication(ctx, env, s, a.With(AnswerKey, Yes), w)
	}
	s, err := obtainKey(ctx, env, s, a, w)
	if err != nil {
		return s, err
	}
	if s.Key.Known {
		found, err := findApplication(ctx, s, w, "look for the application of this key")
		if err != nil {
			return s, err
		}
		if found.ID != "" {
			// Begun by an earlier try, in this run or one that was cut off: then it is ours.
			begun := s.Found.Noted.KeySHA != "" && s.Found.Noted.ID == ""
			return s.withApplication(env, w, found, s.Application.Uncertain || begun)
		}
		s.Application.Uncertain = false
	}
	if err := s.intend(env, a[AnswerAppName]); err != nil {
		return s, err
	}
	s = s.withFile(journalFile, journalPurpose)
	return createApplication(ctx, env, s, a, w)
}

// goesOnWith reports whether the answers repeat those of an earlier run from this folder. Its key may be used again
// unasked, because it leads to the same application.
func (s Session) goesOnWith(a Answers) bool {
	return s.Found.Noted.KeySHA != "" && s.Found.Noted.Name == a[AnswerAppName] && a[AnswerKeyFile] == s.Found.Name
}

func createApplication(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	n := client.NewApplication{Name: a[AnswerAppName], PublicKey: s.Key.Private.PublicPEM(), EventURL: a[AnswerEventURL]}
	if n.EventURL == "" {
		n.EventURL = defaultEventURL
	}
	var created client.Application
	err := w.create(ctx, "create the application", func(ctx context.Context, api *client.Client) (err error) {
		created, err = api.CreateApplication(ctx, s.Credentials, n)
		return err
	})
	if err != nil && !client.MayHaveHappened(err) {
		return s, err
	}
	s.Key.Known = true
	if err == nil {
		return s.withApplication(env, w, created, true)
	}
	s.Application.Uncertain = true
	if ctx.Err() != nil {
		return s, &UncertainError{What: "application", Err: err}
	}
	found, lookErr := findApplication(ctx, s, w, "check whether it was made")
	switch {
	case lookErr != nil:
		return s, &UncertainError{What: "application", Err: err}
	case found.ID == "":
		s.Application.Uncertain = false
		w.tell("it was not made", "trying again makes no second one")
		return s, err
	}
	w.tell("it was made", "only the answer was lost")
	return s.withApplication(env, w, found, true)
}

// useApplication takes an application that exists, if the private key is its own.
func useApplication(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	s, err := obtainKey(ctx, env, s, a, w)
	if err != nil {
		return s, err
	}
	var found client.Application
	err = w.read(ctx, "look up the application", func(api *client.Client) (err error) {
		found, err = api.GetApplication(ctx, s.Credentials, a[AnswerAppID])
		return err
	})
	if err != nil {
		return s, err
	}
	fingerprint, err := client.PublicFingerprint(found.PublicKey)
	if err != nil || fingerprint != s.Key.Private.Fingerprint() {
		mismatch := &MismatchError{Application: found, KeyPath: s.Key.Path}
		// The next try reads the file again: the user may have put the right one there.
		s.Key = Key{}
		return s, mismatch
	}
	return s.withApplication(env, w, found, false)
}

// MismatchError is a private key that is not the application's. Signing with it would give tokens that nobody accepts.
type MismatchError struct {
	Application client.Application
	KeyPath     string
}

// Error names both.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s is not the key of the application %s", e.KeyPath, e.Application.ID)
}

// UncertainError is a create that got no answer, and could not be looked for afterwards either.
type UncertainError struct {
	What string // "application", "user"
	Err  error
}

// Error says what may exist.
func (e *UncertainError) Error() string { return "the " + e.What + " may exist: " + e.Err.Error() }

// Unwrap gives the error of the create.
func (e *UncertainError) Unwrap() error { return e.Err }

// findApplication looks through the account for the application that has the session's key. It returns the zero
// Application if there is none.
func findApplication(ctx context.Context, s Session, w work, text string) (client.Application, error) {
	fingerprint := s.Key.Private.Fingerprint()
	var walk client.Walk
	for page := 1; ; page++ {
		var list client.ApplicationPage
		err := w.read(ctx, text, func(api *client.Client) (err error) {
			list, err = api.ListApplications(ctx, s.Credentials, page, applicationsPerPage)
			return err
		})
		if err != nil {
			return client.Application{}, err
		}
		for _, a := range list.Applications {
			if f, err := client.PublicFingerprint(a.PublicKey); err == nil && f == fingerprint {
				return a, nil
			}
		}
		if !list.More {
			return client.Application{}, nil
		}
		mark := ""
		if len(list.Applications) > 0 {
			mark = list.Applications[0].ID
		}
		if err := walk.Next(mark); err != nil {
			return client.Application{}, fmt.Errorf("applications: %w", err)
		}
	}
}

// withApplication is the session once the application exists. The application is there whatever happens to the note
// about it, so a journal that cannot be written is told and does not fail the step.
func (s Session) withApplication(env Env, w work, a client.Application, created bool) (Session, error) {
	if a.PublicKey == "" {
		a.PublicKey = s.Key.Private.PublicPEM()
	}
	s.Application = Made[client.Application]{Value: a, Exists: true, Created: created}
	s.User, s.Token = Made[client.User]{}, client.Token{}
	if f, err := client.PublicFingerprint(a.PublicKey); err != nil || f != s.Key.Private.Fingerprint() {
		w.warn("compare the keys", "the API shows another public key: tokens signed here may be refused")
	}
	if err := s.note(env); err != nil {
		w.warn("note the application", err.Error())
		return s, nil
	}
	return s.withFile(journalFile, journalPurpose), nil
}

func showApplication(_ Env, s Session) []Fact {
	a := s.Application.Value
	name := a.Name
	if !s.Application.Created {
		name += " (existed already)"
	}
	facts := []Fact{
		fact("Application", name),
		fact("Application ID", a.ID),
		fact("Private key", s.Key.Path),
		fact("Capabilities", strings.Join(a.Capabilities, ", ")),
	}
	if a.EventURL != "" {
		note := ""
		if a.EventURL == defaultEventURL {
			note = " (a placeholder)"
		}
		facts = append(facts, fact("Events go to", a.EventURL+note))
	}
	if !a.HasRTC() {
		facts = append(facts, fact("Note", "without the rtc capability the Client SDK cannot log in to it"))
	}
	return facts
}

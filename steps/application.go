package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// defaultEventURL is the placeholder that Vonage's own guides use: events go nowhere until it is changed.
const defaultEventURL = "https://example.com/webhooks/rtc"

func applicationStep() Step {
	return Step{
		ID:      ApplicationStep,
		Title:   "Create an application",
		Done:    "Your application is ready",
		DoneAs:  applicationDone,
		Short:   "Application",
		Verb:    applicationVerb,
		Heading: applicationHeading,
		Intro: "An application is the container for your users and their tokens. It has a key pair: Vonage keeps the " +
			"public half, and the private half, which signs the tokens, stays in a file of yours.",
		Creates: true,
		Topics:  applicationTopics(),
		Fields:  applicationFields,
		Plan:    applicationPlan,
		Prepare: listApplications,
		Run:     makeApplication,
		Change:  renameApplication,
		Show:    showApplication,
	}
}

// makeApplication works in the order that cannot leave an application without its key: the key is made and saved here,
// the intention is written down, and only then the public half travels. After any doubt the application is looked for
// by that public half before it is asked for again.
func makeApplication(ctx context.Context, env Env, s Session, a Answers, report Report) (Session, error) {
	w := newWork(env, s.Place, report)
	return s.alone(ctx, w, func(s Session) (Session, error) {
		if s.Key.Private == nil {
			// Another credwiz may have been here since the questions were asked.
			s.Found = findKey(env, s, a)
		}
		return takeApplication(ctx, env, s, s.settled(a), w)
	})
}

// settled are the answers with what follows from them and from the key that is in the folder.
func (s Session) settled(a Answers) Answers {
	switch {
	case a.appID() != "" || a[AnswerKey] != "":
	case a[AnswerResume] == No && s.Found.Name == a[AnswerKeyFile] && s.Found.Name != "":
		a = a.With(AnswerKey, No).With(AnswerKeyFile, s.Found.Free)
	case s.goesOnWith(a):
		a = a.With(AnswerKey, Yes)
	}
	if a.appID() == "" && s.Found.Name != "" && a[AnswerKey] == Yes {
		a = a.With(AnswerKeyFile, s.Found.Name)
	}
	return a
}

// takeApplication makes the application, or takes one that exists.
func takeApplication(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	if err := s.prepare(env, a, w); err != nil {
		return s, err
	}
	s = s.keptFromGit(w, append([]string{a[AnswerKeyFile]}, toolNames(a.written())...)...)
	if old := s.replaces(a); old != "" {
		w.warn("look at "+dotenvFile, "it is for "+old+", and another application takes its place there")
	}
	switch {
	case a.appID() != "" && a[AnswerKey] == RenewKey:
		return renewKey(ctx, env, s, a, w)
	case a.appID() != "" && a[AnswerKey] == SaveKey:
		return saveHeldKey(ctx, env, s, a, w)
	case a.appID() != "":
		return useApplication(ctx, env, s, a.With(AnswerKey, Yes), w)
	}
	s, err := obtainKey(ctx, env, s, a, w)
	if err != nil {
		return s, err
	}
	return ensureApplication(ctx, env, s, a, w)
}

// prepare stops the step before it makes anything, a key file too, if it could not note what it makes. It clears up
// after runs that were killed.
func (s Session) prepare(env Env, a Answers, w work) error {
	folder := s.Place.Folder
	journal, err := folder.readJournal()
	if err != nil {
		return err
	}
	if err := s.checkFiles(env, a); err != nil {
		return err
	}
	folder.clearUp(env.Now().Add(-sweepAge), journal, w, a[AnswerKeyFile])
	return nil
}

// goesOnWith reports whether the answers repeat those of an earlier run from this folder. Its key may be used again
// unasked, because it leads to the same application.
func (s Session) goesOnWith(a Answers) bool {
	noted, name := s.Found.Noted, a[AnswerAppName]
	return noted.KeySHA != "" && (noted.Name == name || noted.Asked == name && name != "") && a[AnswerKeyFile] == s.Found.Name
}

// ensureApplication finds the application of the session's key, or creates it.
func ensureApplication(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	if s.Key.Known {
		noted, known, err := s.entry(env).noted()
		if err != nil {
			return s, err
		}
		found, err := applicationOf(ctx, s.Credentials, s.Key.Private.Fingerprint(), noted.ID, w, "look for the application of this key")
		if err != nil {
			return s, err
		}
		if found.ID != "" {
			// Begun by an earlier try, in this run or one that was cut off: then it is ours.
			begun := known && noted.ID == "" && noted.Created && !noted.Refused
			if s.Application.Uncertain || begun {
				return s.withApplication(env, w, found, true), nil
			}
			s, err = s.adopt(ctx, env, a, found, w)
			if err == nil {
				s.Application.Adopted = found.ID != noted.ID || found.Name != a[AnswerAppName]
			}
			return s, err
		}
		s.Application.Uncertain = false
		if noted.ID != "" {
			err := s.checkDeleted(ctx, noted, w)
			var replaced *KeyReplacedError
			if errors.As(err, &replaced) && a[AnswerNewApp] == Yes {
				err = s.entry(env).noteReplaced(replaced.Application)
			}
			if err != nil {
				return s, err
			}
		}
	}
	if err := s.entry(env).intend(a[AnswerAppName]); err != nil {
		return s, err
	}
	s = s.withFile(journalFile, journalPurpose)
	return createApplication(ctx, env, s, a, w)
}

// checkDeleted finds out what became of an application that was noted and that no longer has the session's key: it
// was deleted, or it exists and has another key by now, which is an error.
func (s Session) checkDeleted(ctx context.Context, noted NotedApp, w work) error {
	var found client.Application
	err := w.lookUp(ctx, "look for the application of an earlier run", func(api *client.Client) (err error) {
		found, err = api.GetApplication(ctx, s.Credentials, noted.ID)
		return err
	})
	switch {
	case client.IsNotFound(err):
		w.tell("it was deleted", fmt.Sprintf("“%s” of an earlier run, %s: its key serves for a new one", noted.Name, noted.ID))
		return nil
	case err != nil:
		return err
	}
	return &KeyReplacedError{Application: found, KeyPath: s.Key.Path}
}

// KeyReplacedError is an application of an earlier run that has another key by now than the one in the folder.
type KeyReplacedError struct {
	Application client.Application
	KeyPath     string
	Fits        string // the name of another file in the folder, which has its key; empty if none has
}

// Error names both.
func (e *KeyReplacedError) Error() string {
	return fmt.Sprintf("%s is no longer the key of the application %s", e.KeyPath, e.Application.ID)
}

func createApplication(ctx context.Context, env Env, s Session, a Answers, w work) (Session, error) {
	n := client.NewApplication{Name: a[AnswerAppName], PublicKey: s.Key.Private.PublicPEM(), EventURL: a[AnswerEventURL]}
	if n.EventURL == "" {
		n.EventURL = defaultEventURL
	}
	n.Also, n.Webhooks = capabilities(a), cmp.Or(a[AnswerWebhooks], defaultWebhooks)
	made, err := create(ctx, w, creation[client.Application]{
		what: "application",
		find: func(ctx context.Context) (client.Application, bool, error) {
			found, err := applicationOf(ctx, s.Credentials, s.Key.Private.Fingerprint(), "", w, "check whether it was made")
			return found, found.ID != "", err
		},
	}, func(ctx context.Context, api *client.Client) (client.Application, error) {
		return api.CreateApplication(ctx, s.Credentials, n)
	})
	var uncertain *UncertainError
	switch {
	case err == nil:
		s.Key.Known = true
		s = s.withApplication(env, w, made, true)
		if made.Name != n.Name { // as the look-up shows it
			err = &client.DifferentError{What: "name", Asked: n.Name, Answered: made.Name, ID: made.ID}
		}
	case errors.As(err, &uncertain):
		s.Key.Known, s.Application.Uncertain = true, !uncertain.Absent
	default:
		if noteErr := s.entry(env).noteRefused(); noteErr != nil {
			w.warn("note that it was refused", noteErr.Error())
		}
	}
	return s, err
}

// applicationOf looks through the account for the application that has a key, by the key's fingerprint. Of several it is
// the one with the given id, else the first. It returns the zero Application if there is none.
func applicationOf(ctx context.Context, creds client.Credentials, fingerprint, id string, w work, text string) (client.Application, error) {
	var first client.Application
	for page, err := range applicationPages(ctx, creds, 1, w, text) {
		if err != nil {
			return client.Application{}, err
		}
		for _, a := range page.Applications {
			f, err := jwt.Fingerprint(a.PublicKey)
			switch {
			case err != nil || f != fingerprint:
			case id == "" || a.ID == id:
				return a, nil
			case first.ID == "":
				first = a
			}
		}
	}
	return first, nil
}

// withApplication is the session once the application exists. The application is there whatever happens to the note
// about it, so a journal that cannot be written is told and does not fail the step.
func (s Session) withApplication(env Env, w work, a client.Application, created bool) Session {
	if a.PublicKey == "" {
		a.PublicKey = s.Key.Private.PublicPEM()
	}
	s.Application = Application{Application: a, Exists: true, Created: created}
	s.Member = Member{}
	if err := s.entry(env).note(); err != nil {
		w.warn("note the application", err.Error())
		return s
	}
	return s.withFile(journalFile, journalPurpose)
}

func applicationDone(s Session) string {
	if s.Application.Adopted {
		return "The application that has this key is used"
	}
	return "Your application is ready"
}

func showApplication(_ Env, s Session) []Fact {
	a := s.Application
	name := a.Name
	if !a.Created {
		name += " (existed already)"
	}
	facts := []Fact{
		fact("Application", name),
		fact("Application ID", a.ID),
		fact("Private key", s.Key.Path),
		fact("Capabilities", strings.Join(a.Capabilities, ", ")),
	}
	if a.Adopted {
		facts = append(facts, fact("Note", "a new one was not made, because this one has "+s.Key.Name+" as its key; a new one needs a new key"))
	}
	for _, hook := range []struct{ label, address string }{
		{"Events go to", a.EventURL},
		{"Calls ask", a.Webhook("voice", "answer_url")},
		{"Messages go to", a.Webhook("messages", "inbound_url")},
		{"Codes report to", a.Webhook("verify", "status_url")},
	} {
		switch {
		case hook.address == "":
		case strings.HasPrefix(hook.address, defaultWebhooks+"/"):
			facts = append(facts, fact(hook.label, hook.address+" (a placeholder)"))
		default:
			facts = append(facts, fact(hook.label, hook.address))
		}
	}
	if !a.HasRTC() {
		facts = append(facts, fact("Note", noRTC+"; --add-capabilities adds it"))
	}
	return facts
}

// Advice says what to do.
func (e *KeyReplacedError) Advice() Advice {
	path, name := redact.Printable(e.KeyPath), redact.Printable(e.Application.Name)
	return Advice{
		What: fmt.Sprintf("%s is no longer the key of “%s” (%s): the application was given another one.", path, name, e.Application.ID),
		Do:   "Give its new key with --app-id and --key-file, or make a new application with the key that is here (--new-app).",
		Kind: Other, Field: AnswerKeyFile,
		Offers: []Offer{{Key: "n", Label: "make a new application", Answer: AnswerNewApp, Value: Yes}},
	}
}

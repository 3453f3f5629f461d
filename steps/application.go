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
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

// defaultEventURL is the placeholder in Vonage's guides: events go nowhere.
const defaultEventURL = "https://example.com/webhooks/rtc"

func applicationStep() Step {
	return Step{
		ID:      ApplicationStep,
		Name:    "Application",
		Verb:    applicationVerb,
		Heading: applicationHeading,
		Intro:   "An application holds your users. Its private key, which signs tokens, stays on your computer.",
		Creates: true,
		Topics:  topicsOf(ApplicationStep),
		Fields:  applicationFields,
		Plan:    applicationPlan,
		Prepare: listApplications,
		Run:     makeApplication,
		Change:  renameApplication,
		Sum:     sumApplication,
		Show:    showApplication,
	}
}

// makeApplication never leaves an application without its key: it saves the key, records the intent, and only then
// sends the public half. After any doubt it looks for the application by its key.
func makeApplication(ctx context.Context, env Env, s Session, a answer.Answers, report task.Report) (Session, error) {
	w := NewRunner(env, s.Place, report)
	return s.locked(ctx, w, func(s Session) (Session, error) {
		if s.Key.Private == nil {
			// Another credwiz may have run since the questions.
			s.Found = findKey(env, s, a)
		}
		return takeApplication(ctx, env, s, s.resolveAnswers(a), w)
	})
}

func (s Session) resolveAnswers(a answer.Answers) answer.Answers {
	switch {
	case a.AppID() != "" || a[answer.Key] != "":
	case a[answer.Resume] == answer.No && s.Found.Name == a[answer.KeyFile] && s.Found.Name != "":
		a = a.With(answer.Key, answer.No).With(answer.KeyFile, s.Found.Free)
	case s.continuesRun(a):
		a = a.With(answer.Key, answer.Yes)
	}
	if a.AppID() == "" && s.Found.Name != "" && a[answer.Key] == answer.Yes {
		a = a.With(answer.KeyFile, s.Found.Name)
	}
	return a
}

func takeApplication(ctx context.Context, env Env, s Session, a answer.Answers, w task.Runner) (Session, error) {
	// Before anything is created: everything can be written.
	journal, err := journal.Read(s.Place.Folder)
	if err == nil {
		err = s.checkFiles(env, a)
	}
	if err != nil {
		return s, err
	}
	output.SweepTemps(s.Place.Folder, env.Now().Add(-workdir.SweepAge), journal, w, a[answer.KeyFile])
	s = s.AddToGitignore(w, append([]string{a[answer.KeyFile]}, output.ToolNames(a.Written())...)...)
	switch {
	case a.AppID() != "" && a[answer.Key] == answer.RenewKey:
		return renewKey(ctx, env, s, a, w)
	case a.AppID() != "" && a[answer.Key] == answer.SaveKey:
		return saveEmbeddedKey(ctx, env, s, a, w)
	case a.AppID() != "":
		return useApplication(ctx, env, s, a.With(answer.Key, answer.Yes), w)
	}
	if s, err = obtainKey(ctx, env, s, a, w); err != nil {
		return s, err
	}
	return ensureApplication(ctx, s, a, w)
}

// continuesRun reports whether the answers repeat those of an earlier run here, whose key then leads to the same
// application.
func (s Session) continuesRun(a answer.Answers) bool {
	noted, name := s.Found.Noted, a[answer.AppName]
	return noted.KeySHA != "" && (noted.Name == name || noted.Asked == name && name != "") && a[answer.KeyFile] == s.Found.Name
}

func ensureApplication(ctx context.Context, s Session, a answer.Answers, w task.Runner) (Session, error) {
	if s.Key.Known {
		noted, known, err := s.entry(w.Now()).Find()
		if err != nil {
			return s, err
		}
		found, err := ApplicationOf(ctx, s.Credentials, s.Key.Private.Fingerprint(), noted.ID, w, "look for the application with this key")
		if err != nil {
			return s, err
		}
		if found.ID != "" {
			// An earlier try began it: it is ours.
			begun := known && noted.ID == "" && noted.Created && !noted.Refused
			if s.Application.Uncertain || begun {
				return s.withApplication(w, found, true), nil
			}
			s, err = s.adopt(ctx, a, found, w)
			if err == nil {
				s.Application.Adopted = found.ID != noted.ID || found.Name != a[answer.AppName]
			}
			return s, err
		}
		s.Application.Uncertain = false
		if noted.ID != "" {
			err := s.checkDeleted(ctx, noted, w)
			if replaced, ok := errors.AsType[*KeyReplacedError](err); ok && a[answer.NewApp] == answer.Yes {
				err = s.entry(w.Now()).MarkReplaced(replaced.Application)
			}
			if err != nil {
				return s, err
			}
		}
	}
	if err := s.entry(w.Now()).MarkPending(a[answer.AppName]); err != nil {
		return s, err
	}
	s = s.withFile(workdir.JournalFile, journal.Purpose)
	return createApplication(ctx, s, a, w)
}

func (s Session) checkDeleted(ctx context.Context, noted journal.Application, w task.Runner) error {
	var found client.Application
	err := w.LookUp(ctx, "look for the application from an earlier run", func(api *client.Client) (err error) {
		found, err = api.GetApplication(ctx, s.Credentials, noted.ID)
		return err
	})
	switch {
	case client.IsNotFound(err):
		w.Tell("it no longer exists", fmt.Sprintf("“%s” from an earlier run, %s: reusing its key for a new one", noted.Name, noted.ID))
		return nil
	case err != nil:
		return err
	}
	return &KeyReplacedError{Application: found, KeyPath: s.Key.Path}
}

// KeyReplacedError is an application of an earlier run that has another key now.
type KeyReplacedError struct {
	Application client.Application
	KeyPath     string
}

func (e *KeyReplacedError) Error() string {
	return fmt.Sprintf("%s is no longer the key of the application %s", e.KeyPath, e.Application.ID)
}

func createApplication(ctx context.Context, s Session, a answer.Answers, w task.Runner) (Session, error) {
	n := client.NewApplication{
		Name: a[answer.AppName], PublicKey: s.Key.Private.PublicPEM(), EventURL: cmp.Or(a[answer.EventURL], defaultEventURL),
		Also: capabilities(a), Webhooks: cmp.Or(a[answer.Webhooks], defaultWebhooks),
	}
	made, err := task.Create(ctx, w, task.Creation[client.Application]{
		What: "application",
		Find: func(ctx context.Context) (client.Application, bool, error) {
			found, err := ApplicationOf(ctx, s.Credentials, s.Key.Private.Fingerprint(), "", w, "check whether it was created")
			return found, found.ID != "", err
		},
	}, func(ctx context.Context, api *client.Client) (client.Application, error) {
		return api.CreateApplication(ctx, s.Credentials, n)
	})
	var uncertain *task.UncertainError
	switch {
	case err == nil:
		s.Key.Known = true
		s = s.withApplication(w, made, true)
		if made.Name != n.Name { // as the look-up shows it
			err = &client.DifferentError{What: "name", Asked: n.Name, Answered: made.Name, ID: made.ID}
		}
	case errors.As(err, &uncertain):
		s.Key.Known, s.Application.Uncertain = true, !uncertain.Absent
	default:
		w.WarnOf("record that it was refused", s.entry(w.Now()).MarkRefused())
	}
	return s, err
}

// ApplicationOf looks through the account for the application with a key's fingerprint. It prefers the given id, and
// returns the zero Application if there is none.
func ApplicationOf(ctx context.Context, creds client.Credentials, fingerprint, id string, w task.Runner, text string) (client.Application, error) {
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

// withApplication adds the application. It exists even if the journal cannot be written, so that is only a warning.
func (s Session) withApplication(w task.Runner, a client.Application, created bool) Session {
	if a.PublicKey == "" {
		a.PublicKey = s.Key.Private.PublicPEM()
	}
	s.Application = Application{Application: a, Exists: true, Created: created}
	s.Member = Member{}
	if err := s.entry(w.Now()).Save(); err != nil {
		w.Warn("record the application", err.Error())
		return s
	}
	if !created {
		noted, known, err := s.entry(w.Now()).Find()
		s.Application.Ours = err == nil && known && noted.Created
	}
	return s.withFile(workdir.JournalFile, journal.Purpose)
}

func sumApplication(_ Env, s Session) string {
	a := s.Application
	name := redact.Printable(a.Name)
	if a.Adopted {
		name += " (already had this key)"
	}
	return name + " · " + shortID(a.ID) + " · " + redact.Printable(s.Key.Name)
}

func shortID(id string) string {
	id = redact.Printable(id)
	const shown = 12
	if head, _, dashed := strings.Cut(id, "-"); dashed && len(head) == 8 {
		return head + "…" // of a UUID
	}
	return id[:min(len(id), shown)] + "…"
}

func showApplication(_ Env, s Session) []Fact {
	a := s.Application
	facts := []Fact{
		NewFact("Application", existing(a.Name, a.Created, a.Ours)),
		NewFact("Application ID", a.ID),
		NewFact("Private key", s.Key.Path),
	}
	if a.lookedUp() {
		facts = append(facts, NewFact("Capabilities", strings.Join(a.Capabilities, ", ")))
	}
	if a.Adopted {
		facts = append(facts, NewFact("Note", "no new one was created, because this one has "+s.Key.Name+" as its key. A new one needs a new key"))
	}
	for _, hook := range []struct{ label, address string }{
		{"Events go to", a.EventURL},
		{"Calls ask", a.Webhook("voice", "answer_url")},
		{"Messages go to", a.Webhook("messages", "inbound_url")},
		{"Codes report to", a.Webhook("verify", "status_url")},
	} {
		if strings.HasPrefix(hook.address, defaultWebhooks+"/") {
			hook.address += " (a placeholder)"
		}
		if hook.address != "" {
			facts = append(facts, NewFact(hook.label, hook.address))
		}
	}
	if a.LacksRTC() {
		facts = append(facts, NewFact("Note", NoRTC+"; to add it, run credwiz with --add-capabilities"))
	}
	return facts
}

// Advice says what to do.
func (e *KeyReplacedError) Advice() advice.Advice {
	path, name := redact.Printable(e.KeyPath), redact.Printable(e.Application.Name)
	return advice.Advice{
		What:  fmt.Sprintf("%s is no longer the key of “%s” (%s): its key was replaced.", path, name, e.Application.ID),
		Do:    "Use its new key (--app-id and --key-file), or create a new application with this key (--new-app).",
		Asked: "Choose the file with its new key, or create a new application with this key.",
		Kind:  advice.Other, Field: answer.KeyFile,
		Offers: []advice.Offer{{Key: "n", Label: "create a new application", Answer: answer.NewApp, Value: answer.Yes}},
	}
}

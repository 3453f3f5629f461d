package steps

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
)

func applicationFields(env Env, s Session, a Answers) []Field {
	if s.Application.Exists {
		return []Field{nameField(s.Application.Name)}
	}
	var fields []Field
	if !env.means(AnswerAppID) && len(s.Listed) > 0 {
		list := s.listField(env, a)
		fields = append(fields, list)
		if a[AnswerAppID] == "" {
			a = a.With(AnswerAppID, list.Suggestion)
		}
	}
	if a.appID() != "" {
		fields = append(fields, existingKeyFields(env, s, a)...)
		if app, listed := s.listed(a.appID()); listed && !env.means(AnswerAdd) && len(lacking(app, a)) > 0 {
			fields = append(fields, addField(lacking(app, a)))
		}
		return fields
	}
	fields = append(append(fields, nameField("My Client SDK app").withKnown(env, a)), newKeyFields(env, s, a)...)
	return append(fields, capabilityField().withKnown(env, a))
}

func nameField(suggestion string) Field {
	return Field{
		Key: AnswerAppName, Flag: "--app-name", Label: "Application name",
		Hint:       "as the dashboard lists it; it need not be unique",
		Suggestion: suggestion, Clean: CleanName, Check: checkName,
	}
}

func keyFileField(env Env, a Answers) Field {
	return Field{
		Key: AnswerKeyFile, Flag: "--key-file", Label: "Private key file",
		Hint:       "a new file that only you can read",
		Suggestion: defaultKeyFile, Default: true, Check: checkKeyFile,
	}.withKnown(env, a)
}

// newKeyFields ask where the key of a new application goes, and what to do about a key that is there.
func newKeyFields(env Env, s Session, a Answers) []Field {
	file := keyFileField(env, a)
	if s.Found.Name == "" {
		return []Field{file}
	}
	found := foundKeyField(env, s.Found, a)
	reuse := a[AnswerKey]
	if reuse != Yes && reuse != No {
		reuse = found.Suggestion
	}
	if reuse == Yes {
		return []Field{found} // which has answered the other
	}
	file.Suggestion, file.Source = s.Found.Free, ""
	return []Field{found, file}
}

// existingKeyFields ask for the private key of an application that exists. Where it is not in the folder, there is the
// choice of making new ones.
func existingKeyFields(env Env, s Session, a Answers) []Field {
	file := keyFileField(env, a)
	file.Hint = "the private key of that application"
	app, listed := s.listed(a.appID())
	if !listed {
		return []Field{file}
	}
	renews := s.renews(env, a)
	if renews {
		file.Suggestion, file.Source, file.Hint = s.Place.Folder.freeName(defaultKeyFile), "", "a new file that only you can read"
	}
	switch name := s.KeyFileOf[app.ID]; {
	case name != "" && renews:
		return []Field{file, replaceKeyField(app)}
	case name != "":
		file.Suggestion, file.Source = name, "it is this application's"
		return []Field{file}
	case renews:
		return []Field{s.lostKeyField().withKnown(env, a), file, replaceKeyField(app)}
	}
	file.Suggestion, file.Source, file.Default = "", "", false
	lost := s.lostKeyField().withKnown(env, a)
	if in := s.KeyHeldIn[app.ID]; in != "" {
		lost.Suggestion = SaveKey
		lost.Choices = slices.Insert(lost.Choices, 0, Choice{SaveKey, "save it as a file", "it is in " + redact.Printable(in)})
		if cmp.Or(a[AnswerKey], lost.Suggestion) == SaveKey {
			file.Suggestion, file.Hint = s.Place.Folder.freeName(defaultKeyFile), "a new file that only you can read"
		}
	}
	return []Field{lost, file}
}

func (s Session) lostKeyField() Field {
	return Field{
		Key: AnswerKey, Flag: "--renew-key", Label: "Its private key is not in " + redact.Printable(s.Place.Folder.Name()),
		Suggestion: Yes,
		Choices: []Choice{
			{Yes, "I have it", "copy its file into that folder first"},
			{RenewKey, "I lost it: replace the key", "tokens signed with the old key stop working"},
		},
	}
}

// listField offers what the account has. The application that .env names is suggested, or that of an earlier run from this
// folder.
func (s Session) listField(env Env, a Answers) Field {
	f := Field{
		Key: AnswerAppID, Flag: "--app-id", Label: "Application", Search: true,
		Suggestion: NewOne, Default: true,
		Choices: []Choice{{NewOne, "a new one", ""}},
	}
	for _, app := range s.Listed {
		note := app.ID[:8]
		if !app.HasRTC() {
			note += ", without rtc"
		}
		if name := s.KeyFileOf[app.ID]; name != "" {
			note += ", its key is " + redact.Printable(name)
		}
		known := !env.means(AnswerAppName) && a[AnswerResume] != No
		if known && app.ID == s.Found.Noted.ID {
			f.Suggestion = app.ID
			note += ", of your last run"
		} else if known && app.ID == s.Named {
			note += ", named in .env"
		}
		f.Choices = append(f.Choices, Choice{app.ID, redact.Printable(app.Name), note})
	}
	if _, listed := s.listed(s.Named); listed && !env.means(AnswerAppName) && a[AnswerResume] != No {
		f.Suggestion = s.Named
	}
	return f
}

func (s Session) listed(id string) (client.Application, bool) {
	for _, app := range s.Listed {
		if app.ID == id {
			return app, true
		}
	}
	return client.Application{}, false
}

// foundKeyField asks what to do about a key that is there. There is no third choice: a key is never replaced.
func foundKeyField(env Env, found FoundKey, a Answers) Field {
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
		f.Choices[0].Note = "credwiz shows the command that converts it"
		if toPEM(found.Name, jwt.FormPEM, found.Err) == "" {
			f.Choices = f.Choices[1:]
		}
		f.Hint = "it cannot be used: " + Advise(found.Err).What
		return f
	}
	if a[AnswerResume] == No {
		f.Suggestion = No
	}
	return f.withKnown(env, nil)
}

const maxName = 200 // characters; the API's own limit is not documented

func checkName(name string) error {
	if n := len([]rune(name)); n > maxName {
		return fmt.Errorf("it has %d characters; %d are enough", n, maxName)
	}
	if redact.Printable(name) != name {
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
func checkEventURL(text string) error { return checkURL(text, defaultEventURL) }

func checkURL(text, example string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("it must be a whole URL, like " + example)
	}
	return nil
}

func applicationHeading(s Session, a Answers) string {
	switch {
	case s.Application.Exists:
		return "Change the application"
	case a.appID() != "" && a[AnswerKey] == RenewKey && s.KeyFileOf[a.appID()] == "":
		return "Replace the key of an application"
	case a.appID() != "":
		return "Use an application"
	}
	return "Create an application"
}

func applicationVerb(env Env, s Session, a Answers) string {
	switch {
	case s.Application.Exists:
		return "rename it"
	case s.renews(env, a):
		return "replace the key"
	case a.appID() != "":
		return "use it"
	case a[AnswerKey] == Yes:
		return "use the key"
	}
	return "create the application"
}

func planToAdd(app client.Application, a Answers) string {
	missing := lacking(app, a)
	if a[AnswerAdd] != Yes || len(missing) == 0 {
		return ""
	}
	return " Adds " + strings.Join(missing, ", ") + " to it."
}

func applicationPlan(env Env, s Session, a Answers) string {
	plan := applicationWork(env, s, a)
	if old := s.replaces(a); old != "" && !s.Application.Exists {
		plan += " In .env, the application takes the place of " + old + "."
	}
	return plan
}

func applicationWork(env Env, s Session, a Answers) string {
	host := s.Place.API.Host().Host
	if s.Place.Practice {
		host = "the sandbox"
	}
	name := redact.Printable(a[AnswerAppName])
	app, listed := s.listed(a.appID())
	existing := redact.Printable(app.Name)
	switch {
	case s.Application.Exists:
		return fmt.Sprintf("Renames “%s” at %s. Nothing is created.", redact.Printable(s.Application.Name), host)
	case listed && s.renews(env, a):
		return fmt.Sprintf("Makes a key pair, saves the private half as %s, and replaces the key of “%s” at %s. %s%s",
			redact.Printable(a[AnswerKeyFile]), existing, host, oldKeyStops, planToAdd(app, a))
	case listed && a[AnswerKey] == SaveKey && s.KeyHeldIn[app.ID] != "":
		return fmt.Sprintf("Saves the key of “%s”, which is in %s, as %s. Nothing is created.%s", existing,
			redact.Printable(s.KeyHeldIn[app.ID]), redact.Printable(a[AnswerKeyFile]), planToAdd(app, a))
	case listed:
		return fmt.Sprintf("Compares %s with the key of “%s” at %s. Nothing is created.%s", redact.Printable(a[AnswerKeyFile]), existing, host, planToAdd(app, a))
	case a.appID() != "":
		return "Looks up the application at " + host + " and compares its key with yours. Nothing is created."
	case a[AnswerKey] == Yes:
		return fmt.Sprintf("Looks for the application of %s at %s, and creates “%s” there if it has none.", s.Found.Name, host, name)
	}
	return fmt.Sprintf("Makes a key pair, saves the private half as %s, then creates “%s” at %s.",
		redact.Printable(a[AnswerKeyFile]), name, host)
}

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
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/workdir"
)

func applicationFields(env Env, s Session, a answer.Answers) []answer.Field {
	fields := applicationQuestions(env, s, a)
	if env.Brief && !env.Step && !s.Application.Exists && env.Answered(connectFields(env, Session{}, Given(env))) {
		fields[0].Warning = env.FolderWarning // the questions about the account, which have it too, were skipped
	}
	return fields
}

func applicationQuestions(env Env, s Session, a answer.Answers) []answer.Field {
	if s.Application.Exists {
		fields := []answer.Field{nameField(s.Application.Name)}
		if s.Credentials.APISecret.IsZero() { // a session that began at home
			fields = append(fields, secretField(env, a, s.Credentials.APIKey))
		}
		return fields
	}
	var fields []answer.Field
	if !env.given(answer.AppID) && len(s.Listed) > 0 {
		list := s.listField(env, a)
		fields = append(fields, list)
		if a[answer.AppID] == "" {
			a = a.With(answer.AppID, list.Suggestion)
		}
	}
	if a.AppID() != "" {
		fields = append(fields, existingKeyFields(env, s, a)...)
		if app, listed := s.listed(a.AppID()); listed && !env.given(answer.Add) && len(lacking(app, a)) > 0 {
			fields = append(fields, addField(lacking(app, a)))
		}
		return fields
	}
	name := nameField(s.freeAppName())
	if known := env.Known[answer.AppName]; !known.Suggested || !s.hasApp(known.Value) {
		name = withKnown(name, env, a)
	}
	fields = append(append(fields, name), newKeyFields(env, s, a)...)
	return append(fields, withKnown(capabilityField(), env, a))
}

func nameField(suggestion string) answer.Field {
	return answer.Field{
		Key: answer.AppName, Flag: "--app-name", Label: "Application name",
		Hint:       "shown in the dashboard; doesn't have to be unique",
		Suggestion: suggestion, Clean: answer.CleanName, Check: answer.CheckName,
	}
}

// freeAppName suggests a name that no listed application has.
func (s Session) freeAppName() string {
	const usual = "My Client SDK app"
	name := usual
	for n := 2; s.hasApp(name); n++ {
		name = fmt.Sprint(usual, " ", n)
	}
	return name
}

func (s Session) hasApp(name string) bool {
	return slices.ContainsFunc(s.Listed, func(a client.Application) bool { return a.Name == name })
}

func keyFileField(env Env, a answer.Answers) answer.Field {
	return withKnown(answer.Field{
		Key: answer.KeyFile, Flag: "--key-file", Label: "Private key file",
		Hint:       "a new file, readable only by you",
		Suggestion: workdir.DefaultKeyFile, Default: true, Check: workdir.CheckKeyFile,
	}, env, a)
}

func newKeyFields(env Env, s Session, a answer.Answers) []answer.Field {
	file := keyFileField(env, a)
	file.Aside = true
	if s.Found.Name == "" {
		return []answer.Field{file}
	}
	found := foundKeyField(env, s.Found, a)
	if env.given(answer.AppName) && a[answer.Resume] != answer.No {
		found.Default = s.repeatsRun(env, a) // which answers this
	}
	reuse := a[answer.Key]
	if reuse != answer.Yes && reuse != answer.No {
		reuse = found.Suggestion
	}
	if reuse == answer.Yes {
		return []answer.Field{found} // which has answered the other
	}
	file.Suggestion, file.Source = s.Found.Free, ""
	return []answer.Field{found, file}
}

// newKeyFile asks for the name of a file to write, unlike that of one that is there.
const newKeyFile = "New private key file"

func existingKeyFields(env Env, s Session, a answer.Answers) []answer.Field {
	file := keyFileField(env, a)
	file.Hint = "the name of that application's key file in this folder"
	app, listed := s.listed(a.AppID())
	if !listed {
		return []answer.Field{file}
	}
	renews := s.renews(env, a)
	if renews {
		file.Label, file.Suggestion, file.Source, file.Hint = newKeyFile, s.Place.Folder.FreeName(workdir.DefaultKeyFile), "", "a new file, readable only by you"
	}
	switch name := s.KeyFileOf[app.ID]; {
	case name != "" && renews:
		return []answer.Field{file, replaceKeyField(app)}
	case name != "":
		file.Suggestion, file.Source, file.Hint, file.Aside = name, "it belongs to this application", "", true
		return []answer.Field{file}
	case renews:
		return []answer.Field{withKnown(s.lostKeyField(app), env, a), file, replaceKeyField(app)}
	}
	if !env.Yes { // which has the error say what is wrong with the usual file
		file.Suggestion, file.Source, file.Default = "", "", false
	}
	lost := withKnown(s.lostKeyField(app), env, a)
	if in := s.KeyEmbeddedIn[app.ID]; in != "" {
		lost.Suggestion = answer.SaveKey
		lost.Choices = slices.Insert(lost.Choices, 0, answer.Choice{Value: answer.SaveKey, Label: "save it as a file", Note: "it is in " + redact.Printable(in)})
		if cmp.Or(a[answer.Key], lost.Suggestion) == answer.SaveKey {
			file.Label, file.Suggestion, file.Hint = newKeyFile, s.Place.Folder.FreeName(workdir.DefaultKeyFile), "a new file, readable only by you"
		}
	}
	return []answer.Field{lost, file}
}

func (s Session) lostKeyField(app client.Application) answer.Field {
	return answer.Field{
		Key: answer.Key, Flag: "--renew-key", Label: s.lostKey(app),
		Suggestion: answer.Yes,
		Choices: []answer.Choice{
			{Value: answer.Yes, Label: "I'll add the file", Note: "copy it to the folder, then enter its name"},
			{Value: answer.RenewKey, Label: "I lost it: replace the key", Note: "its tokens stop working"},
		},
	}
}

// lostKey says why the application's key is asked for.
func (s Session) lostKey(app client.Application) string {
	name := redact.Printable(app.Name)
	switch in := s.KeyEmbeddedIn[app.ID]; {
	case in != "":
		return "The private key has no file of its own"
	case s.Found.Fingerprint != "":
		return fmt.Sprintf("%s is not the key of “%s”", s.Found.Name, name)
	case s.Found.Err != nil:
		return s.Found.Name + " can't be used"
	}
	return "Private key not found in " + redact.Printable(s.Place.Folder.Name())
}

// listField offers the account's applications, those of this folder first. It suggests the one in .env, or that of an
// earlier run here.
func (s Session) listField(env Env, a answer.Answers) answer.Field {
	f := answer.Field{
		Key: answer.AppID, Flag: "--app-id", Label: "Application", Search: true,
		Suggestion: answer.NewOne, Default: true, Settled: env.given(answer.Resume) && a[answer.Resume] == answer.No,
		Choices: []answer.Choice{{Value: answer.NewOne, Label: "+ Create a new application", Note: ""}},
	}
	known := !env.given(answer.AppName) && a[answer.Resume] != answer.No
	rank := map[string]int{}
	for _, app := range s.Listed {
		var notes []string
		if s.KeyFileOf[app.ID] != "" {
			notes, rank[app.ID] = append(notes, "key here"), 1
		}
		switch app.ID {
		case s.Found.Noted.ID:
			if known || s.repeatsRun(env, a) && s.KeyFileOf[app.ID] == s.Found.Name {
				f.Suggestion = app.ID
			}
			notes, rank[app.ID] = append([]string{"this folder"}, notes...), 2
		case s.DotenvApp:
			notes, rank[app.ID] = append([]string{"in .env"}, notes...), 2
		}
		if !app.HasRTC() {
			notes = append(notes, "no rtc")
		}
		f.Choices = append(f.Choices, answer.Choice{Value: app.ID, Label: redact.Printable(app.Name), Note: strings.Join(append(notes, app.ID[:8]), " · ")})
	}
	slices.SortStableFunc(f.Choices[1:], func(a, b answer.Choice) int { return rank[b.Value] - rank[a.Value] })
	if _, listed := s.listed(s.DotenvApp); listed && known {
		f.Suggestion = s.DotenvApp
	}
	return f
}

// repeatsRun reports whether --app-name is that of an earlier run here.
func (s Session) repeatsRun(env Env, a answer.Answers) bool {
	name := answer.CleanName(env.Known[answer.AppName].Value)
	return env.given(answer.AppName) && a[answer.Resume] != answer.No &&
		s.continuesRun(answer.Answers{answer.AppName: name, answer.KeyFile: s.Found.Name})
}

func (s Session) listed(id string) (client.Application, bool) {
	at := slices.IndexFunc(s.Listed, func(app client.Application) bool { return app.ID == id })
	if at < 0 {
		return client.Application{}, false
	}
	return s.Listed[at], true
}

// foundKeyField asks what to do with an existing key file. Replacing it is not offered.
func foundKeyField(env Env, found FoundKey, a answer.Answers) answer.Field {
	f := answer.Field{
		Key: answer.Key, Flag: "--reuse-key", Label: found.Name + " already exists",
		Suggestion: answer.Yes,
		Choices: []answer.Choice{
			{Value: answer.Yes, Label: "use it", Note: "with the application it belongs to, or a new application"},
			{Value: answer.No, Label: "keep it, and create another", Note: "a new key in " + found.Free},
		},
	}
	if found.Err != nil {
		f.Suggestion = answer.No
		f.Choices[0].Note = "credwiz shows the command to convert it"
		if workdir.ConvertCommand(found.Name, jwt.FormPEM, found.Err) == "" {
			f.Choices = f.Choices[1:]
		}
		f.Hint = "it can't be used: " + advice.For(found.Err).What
		return f
	}
	if a[answer.Resume] == answer.No {
		f.Suggestion = answer.No
	}
	return withKnown(f, env, nil)
}

// CheckAppID refuses what is not the id of an application.
func CheckAppID(id string) error {
	if err := uuid.Validate(id); err != nil || len(id) != 36 {
		return errors.New("an application ID looks like 78d335fa-323d-0114-9c3d-d6f0d48968cf")
	}
	return nil
}

func checkURL(text, example string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("it must be a full URL, like " + example)
	}
	return nil
}

func applicationHeading(s Session, _ answer.Answers) string {
	if s.Application.Exists {
		return "rename"
	}
	return ""
}

func applicationVerb(env Env, s Session, a answer.Answers) string {
	switch {
	case s.Application.Exists:
		return "rename"
	case s.renews(env, a):
		return "replace the key"
	case a.AppID() != "":
		return "use application"
	case a[answer.Key] == answer.Yes:
		return "use the key"
	}
	return "create application"
}

func planToAdd(app client.Application, a answer.Answers) string {
	missing := lacking(app, a)
	if a[answer.Add] != answer.Yes || len(missing) == 0 {
		return ""
	}
	return " Adds " + strings.Join(missing, ", ") + " to it."
}

func applicationPlan(env Env, s Session, a answer.Answers) string {
	plan := applicationWork(env, s, a)
	if old := s.replaces(a); old != "" && !s.Application.Exists {
		plan += " In .env, this application's settings replace those of " + old + "."
	}
	return plan
}

func applicationWork(env Env, s Session, a answer.Answers) string {
	where := "at " + s.Place.API.Host().Host
	if s.Place.Sandbox {
		where = "in the sandbox"
	}
	name := redact.Printable(a[answer.AppName])
	app, listed := s.listed(a.AppID())
	existing := redact.Printable(app.Name)
	switch {
	case s.Application.Exists:
		return fmt.Sprintf("Renames “%s” %s. Nothing is created.", redact.Printable(s.Application.Name), where)
	case listed && s.renews(env, a):
		return fmt.Sprintf("Creates a key pair, saves the private key as %s, and replaces the key of “%s” %s. %s%s",
			redact.Printable(s.Place.Folder.FreeName(a[answer.KeyFile])), existing, where, oldKeyStops, planToAdd(app, a))
	case listed && a[answer.Key] == answer.SaveKey && s.KeyEmbeddedIn[app.ID] != "":
		return fmt.Sprintf("Saves the key of “%s” from %s as %s. Nothing is created.%s", existing,
			redact.Printable(s.KeyEmbeddedIn[app.ID]), redact.Printable(a[answer.KeyFile]), planToAdd(app, a))
	case listed:
		return fmt.Sprintf("Checks that %s is the key of “%s” %s. Nothing is created.%s", redact.Printable(a[answer.KeyFile]), existing, where, planToAdd(app, a))
	case a.AppID() != "":
		return "Looks up the application " + where + " and checks that your key matches. Nothing is created."
	case a[answer.Key] == answer.Yes:
		return fmt.Sprintf("Looks for the application that uses %s %s, and creates “%s” if there isn't one.", s.Found.Name, where, name)
	}
	return fmt.Sprintf("Creates a key pair, saves the private key as %s, then creates “%s” %s.",
		redact.Printable(a[answer.KeyFile]), name, where)
}

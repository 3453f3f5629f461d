// Package source finds suggestions in profiles, rosters, .env and the files of other tools.
package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
)

// Suggestions are answers from files that were made for another purpose: an app's settings, the journal, other tools.
// They are only suggested, with their source, and never used unseen.
type Suggestions struct {
	Known map[string]answer.Known
	// Secrets are API secrets by API key. A pair never comes from two files.
	Secrets map[string]answer.Known
	// Notes say what was ignored and why. They are safe to print and have no value.
	Notes []string
}

// Sources says where Suggest looks.
type Sources struct {
	Folder  string             // the run's folder; may not exist
	Home    string             // the user's; empty if there is none
	APIHost string             // the base URL of the API: what an earlier run noted of another one is not for this
	Sandbox client.Credentials // the sandbox's own pair, which a real account does not know
}

// Suggest reads the files that may have answers, the folder's before the home's. Files that are missing are skipped,
// and those that cannot be used get a note.
func (s Sources) Suggest() Suggestions {
	found := Suggestions{Known: map[string]answer.Known{}, Secrets: map[string]answer.Known{}}
	folder := []file{
		{workdir.DotenvFile, dotenvAnswers}, {workdir.JournalFile, s.journalAnswers}, {".nexmorc", nexmorcAnswers}, {".vonagerc", vonageAnswers},
	}
	found = found.from(s.Folder, "", folder, s.Sandbox)
	if s.Home == "" {
		return found
	}
	home := []file{{".nexmorc", nexmorcAnswers}, {filepath.Join(".vonage", "config.json"), vonageAnswers}}
	if sameFolder(s.Folder, s.Home) {
		home = home[1:]
	}
	return found.from(s.Home, "~", home, s.Sandbox)
}

func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

type file struct {
	name string
	read func(text string) (map[string]string, error)
}

// from adds what the files of a folder have and no earlier one did.
func (found Suggestions) from(path, shownAs string, files []file, practice client.Credentials) Suggestions {
	folder, err := workdir.OpenExisting(path)
	if err != nil {
		return found // there is no such folder yet, or none that can be read: the run itself will tell
	}
	defer func() { _ = folder.Close() }()
	for _, f := range files {
		shown := folder.Path(f.name)
		if shownAs != "" {
			shown = filepath.Join(shownAs, f.name)
		}
		text, err := folder.ReadText(f.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var answers map[string]string
		if err == nil {
			answers, err = f.read(string(text))
		}
		if err != nil {
			found.Notes = append(found.Notes, redact.Printable(fmt.Sprintf("Ignored %s: %v.", shown, err)))
			continue
		}
		found = found.with(shown, answers, practice)
	}
	return found
}

func (found Suggestions) with(source string, answers map[string]string, practice client.Credentials) Suggestions {
	for _, key := range []string{answer.APIKey, answer.APISecret, answer.AppName, answer.User} {
		value := strings.TrimSpace(answers[key])
		if err := checkFound(key, value); value != "" && err != nil {
			found.Notes = append(found.Notes, redact.Printable(fmt.Sprintf("Ignored the %s in %s: %v.", namesFound[key], source, err)))
			value = ""
		}
		answers[key] = value
	}
	apiKey := answers[answer.APIKey]
	if apiKey != "" && apiKey == practice.APIKey {
		return found // left by a run in the sandbox
	}
	if secret := answers[answer.APISecret]; secret != "" && apiKey != "" && found.Secrets[apiKey].Value == "" {
		found.Secrets[apiKey] = answer.Known{Value: secret, Source: source, Suggested: true}
	}
	for _, key := range []string{answer.APIKey, answer.AppName, answer.User} {
		if _, ok := found.Known[key]; !ok && answers[key] != "" {
			found.Known[key] = answer.Known{Value: answers[key], Source: source, Suggested: true}
		}
	}
	return found
}

//nolint:gochecknoglobals // A table, which nothing changes.
var namesFound = map[string]string{
	answer.APIKey: "API key", answer.APISecret: "API secret", answer.AppName: "application's name", answer.User: "user's name",
}

// checkFound refuses values that cannot be meant. It never repeats the value.
func checkFound(key, value string) error {
	switch {
	case strings.Contains(value, "${"):
		return errors.New("it's a variable name")
	case answer.CleanLine(value) != value:
		return errors.New("it contains invisible characters")
	case key == answer.APIKey && answer.CheckAPIKey(value) != nil, key == answer.APISecret && answer.CheckAPISecret(value) != nil:
		return errors.New("it contains characters that no key or secret does")
	case key == answer.AppName || key == answer.User:
		return answer.CheckName(value)
	}
	return nil
}

func (s Sources) journalAnswers(text string) (map[string]string, error) {
	journal, err := journal.Parse([]byte(text))
	if err != nil {
		return nil, errors.New("it isn't a journal that this version of credwiz can read")
	}
	for _, app := range slices.Backward(journal.Applications) {
		if app.Sandbox || app.APIHost != s.APIHost {
			continue
		}
		answers := map[string]string{answer.APIKey: app.APIKey, answer.AppName: app.Name}
		if len(app.Users) > 0 {
			answers[answer.User] = app.Users[len(app.Users)-1].Name
		}
		return answers, nil
	}
	return map[string]string{}, nil
}

func dotenvAnswers(text string) (map[string]string, error) {
	d, err := dotfile.ParseDotenv([]byte(text))
	if err != nil {
		return nil, err
	}
	for _, prefix := range []string{"VONAGE", "NEXMO"} {
		// Key and secret come from one family of names.
		if key := d.Value(prefix + "_API_KEY"); key != "" {
			return map[string]string{answer.APIKey: key, answer.APISecret: d.Value(prefix + "_API_SECRET")}, nil
		}
	}
	return map[string]string{}, nil
}

func nexmorcAnswers(text string) (map[string]string, error) {
	if strings.TrimSpace(text) != "" && !dotfile.HasSections([]byte(text)) {
		return nil, errors.New("it isn't a nexmo-cli configuration")
	}
	values := dotfile.Section("credentials").Read([]byte(text))
	return map[string]string{answer.APIKey: values["api_key"], answer.APISecret: values["api_secret"]}, nil
}

// vonageAnswers reads the account in vonage's JSON file, which has kebab-case from "auth set" and camelCase from
// "apps init".
func vonageAnswers(text string) (map[string]string, error) {
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		// The decoder's error would repeat a part of the file.
		return nil, errors.New("it isn't the vonage CLI's JSON configuration")
	}
	first := func(names ...string) string {
		for _, name := range names {
			if value, ok := values[name].(string); ok && value != "" {
				return value
			}
		}
		return ""
	}
	return map[string]string{
		answer.APIKey: first("api-key", "apiKey"), answer.APISecret: first("api-secret", "apiSecret"),
	}, nil
}

package steps

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/google/uuid"

	"credwiz/client"
)

func applicationFields(env Env, s Session, a Answers) []Field {
	fields := make([]Field, 0, 3)
	if a[AnswerAppID] == "" {
		fields = append(fields, Field{
			Key: AnswerAppName, Flag: "--app-name", Label: "Application name",
			Hint:       "as the dashboard lists it; it need not be unique",
			Suggestion: "My Client SDK app", Clean: CleanName, Check: checkName,
		}.withKnown(env, a))
	}
	file := Field{
		Key: AnswerKeyFile, Flag: "--key-file", Label: "Private key file",
		Hint:       "a new file that only you can read",
		Suggestion: defaultKeyFile, Default: true, Check: checkKeyFile,
	}.withKnown(env, a)
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
	return f.withKnown(env, nil)
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

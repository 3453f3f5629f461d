package steps

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/words"
	"credwiz/steps/workdir"
)

// Earlier is an unfinished run in the same folder.
type Earlier struct {
	app     journal.Application
	keyHere bool // its key file is in the folder
}

// FindEarlier looks for an unfinished run against the API at host. It changes nothing; without a readable journal
// there is none.
func FindEarlier(dir, host string) *Earlier {
	folder, err := workdir.OpenExisting(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	journal, err := journal.Read(folder)
	if err != nil || len(journal.Applications) == 0 {
		return nil
	}
	app := journal.Applications[len(journal.Applications)-1]
	if app.Sandbox || app.Deleted || app.APIHost != host || app.Signed() {
		return nil
	}
	return &Earlier{app, folder.Has(app.KeyFile)}
}

// Command continues the run in its folder, as the user gave that.
func (e *Earlier) Command(dir string, more ...string) string {
	return words.Target{Dir: dir, Host: e.app.APIHost}.Command(more...)
}

// StoppedAt says what exists, and what is next.
func (e *Earlier) StoppedAt() string {
	name, users := redact.Printable(e.app.Name), e.app.Users
	made := !slices.ContainsFunc(users, func(u journal.User) bool { return u.ID == "" })
	switch n := len(users); {
	case e.app.ID == "" && e.app.Refused:
		return fmt.Sprintf("“%s” was refused; trying again", name)
	case e.app.ID == "":
		return fmt.Sprintf("“%s” may exist; checking first", name)
	case n == 0:
		return fmt.Sprintf("next, its user; “%s” exists", name)
	case n > 1 && made:
		return fmt.Sprintf("next, their tokens; “%s” and %s users exist", name, words.Grouped(n))
	case n > 1:
		return fmt.Sprintf("“%s” exists; checking its %s users first", name, words.Grouped(n))
	case made:
		return fmt.Sprintf("next, the token; “%s” and %s exist", name, redact.Printable(users[0].Name))
	}
	return fmt.Sprintf("“%s” exists; checking %s first", name, redact.Printable(users[0].Name))
}

// users answers the questions about users. It reports false if the record cannot be typed: several display names, or
// a comma in a name.
func (e *Earlier) users(a answer.Answers) (answer.Answers, bool) {
	names := make([]string, 0, len(e.app.Users))
	display := ""
	for _, user := range e.app.Users {
		names = append(names, user.Name)
		display = cmp.Or(display, user.DisplayName)
	}
	answer1 := strings.Join(names, ", ")
	if len(names) == 0 || len(names) > 1 && display != "" || !slices.Equal(answer.SplitNames(answer1), names) || answer.CheckNames(answer1) != nil {
		return a, false
	}
	return a.With(answer.User, answer1).With(answer.DisplayName, display), true
}

// roster returns several users who can't be typed as an answer; nil if they can.
func (e *Earlier) roster() []client.NewUser {
	if _, typed := e.users(nil); typed || len(e.app.Users) < 2 {
		return nil
	}
	var users []client.NewUser
	for _, user := range e.app.Users {
		users = append(users, client.NewUser{Name: user.Name, DisplayName: user.DisplayName})
	}
	return users
}

// resumeField offers to continue an earlier run, which creates nothing twice.
func resumeField(env Env) answer.Field {
	return answer.Field{
		Key: answer.Resume, Flag: "--fresh", Label: "You have an unfinished setup here, from " + ago(env.Now().Sub(env.Earlier.app.Noted)),
		Suggestion: answer.Yes, Default: true,
		Choices: []answer.Choice{
			{Value: answer.Yes, Label: "continue", Note: env.Earlier.StoppedAt()},
			{Value: answer.No, Label: "start over", Note: "nothing is deleted; new application, new key"},
		},
	}
}

func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return words.InWords(d) + " ago"
}

// Resumed returns the earlier run's answers to a step's questions, if the user continues it and it has them.
func Resumed(env Env, step string, a answer.Answers) (answer.Answers, bool) {
	if !resumes(a, env) || usesSandbox(env, a) {
		return a, false
	}
	switch step {
	case ApplicationStep:
		app := env.Earlier.app
		if app.ID != "" && !env.Earlier.keyHere { // a new key would make a second application
			return a.With(answer.AppID, app.ID).With(answer.KeyFile, app.KeyFile), true
		}
		return a.With(answer.AppID, answer.NewOne).With(answer.AppName, app.Name).With(answer.KeyFile, app.KeyFile), true
	case UserStep:
		if len(env.roster(a)) > 0 {
			return a, len(env.Earlier.app.Users) > 0
		}
		return env.Earlier.users(a)
	}
	return a, false
}

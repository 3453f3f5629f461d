package steps

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"credwiz/client/redact"
)

// Earlier is a run in the same folder that did not come to its end, by what the journal says of it.
type Earlier struct{ app NotedApp }

// FindEarlier looks in a folder for a run against the API at host that ended before its token was signed. It changes
// nothing, and a folder or journal that is not there or cannot be read has none: that is told when it matters.
func FindEarlier(dir, host string) *Earlier {
	folder, err := OpenExisting(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = folder.Close() }()
	journal, err := folder.readJournal()
	if err != nil || len(journal.Applications) == 0 {
		return nil
	}
	app := journal.Applications[len(journal.Applications)-1]
	if app.Practice || app.Deleted || app.APIHost != host || app.signed() {
		return nil
	}
	return &Earlier{app}
}

// signed reports whether a token was signed for a user of the application, which is the end of a run.
func (n NotedApp) signed() bool {
	for _, u := range n.Users {
		if u.TokenID != "" {
			return true
		}
	}
	return false
}

// stoppedAt says how far the run came.
func (e *Earlier) stoppedAt() string {
	name, users := redact.Printable(e.app.Name), e.app.Users
	made := !slices.ContainsFunc(users, func(u NotedUser) bool { return u.ID == "" })
	switch n := len(users); {
	case e.app.ID == "" && e.app.Refused:
		return fmt.Sprintf("“%s” was refused, and is tried again", name)
	case e.app.ID == "":
		return fmt.Sprintf("“%s” may exist: it is looked for first", name)
	case n == 0:
		return fmt.Sprintf("“%s” exists, its user is next", name)
	case n > 1 && made:
		return fmt.Sprintf("“%s” and %s users exist, their tokens are next", name, grouped(n))
	case n > 1:
		return fmt.Sprintf("“%s” exists, its %s users are looked for first", name, grouped(n))
	case made:
		return fmt.Sprintf("“%s” and %s exist, the token is next", name, redact.Printable(users[0].Name))
	}
	return fmt.Sprintf("“%s” exists, %s is looked for first", name, redact.Printable(users[0].Name))
}

// users answers the questions for the users of the run, all of them, because none of them is done. It reports false where
// what is noted of them cannot be typed: the display names of several, or a comma in a name.
func (e *Earlier) users(a Answers) (Answers, bool) {
	names := make([]string, 0, len(e.app.Users))
	display := ""
	for _, user := range e.app.Users {
		names = append(names, user.Name)
		display = cmp.Or(display, user.DisplayName)
	}
	answer := strings.Join(names, ", ")
	if len(names) == 0 || len(names) > 1 && display != "" || !slices.Equal(splitNames(answer), names) || checkNames(answer) != nil {
		return a, false
	}
	return a.With(AnswerUser, answer).With(AnswerDisplayName, display), true
}

// resumeField offers to go on with an earlier run. Going on is suggested: it is what nearly everybody wants, and it
// makes nothing twice.
func resumeField(env Env) Field {
	return Field{
		Key: AnswerResume, Flag: "--fresh", Label: "A run in this folder was left " + ago(env.Now().Sub(env.Earlier.app.Noted)),
		Suggestion: Yes, Default: true,
		Choices: []Choice{
			{Yes, "go on", env.Earlier.stoppedAt()},
			{No, "start afresh", "a new application with a new key; nothing is deleted"},
		},
	}
}

// ago says how long ago something was. A clock that was set back says nothing.
func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return InWords(d) + " ago"
}

// resumes reports whether the answers go on with an earlier run.
func (a Answers) resumes(env Env) bool { return env.Earlier != nil && a[AnswerResume] == Yes }

// Resumed are the answers of an earlier run to a step's questions, if the user goes on with that run and it has them:
// then there is nothing to ask.
func Resumed(env Env, step string, a Answers) (Answers, bool) {
	if !a.resumes(env) || practice(env, a) {
		return a, false
	}
	switch step {
	case ApplicationStep:
		app := env.Earlier.app
		return a.With(AnswerAppID, NewOne).With(AnswerAppName, app.Name).With(AnswerKeyFile, app.KeyFile), true
	case UserStep:
		if len(env.Roster) > 0 {
			return a, len(env.Earlier.app.Users) > 0
		}
		return env.Earlier.users(a)
	}
	return a, false
}

package steps

import (
	"fmt"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
)

func userFields(env Env, s Session, a Answers) []Field {
	if s.User.Exists {
		user := s.User
		return []Field{changedNameField(user.Name).spelledIn(env, a), displayNameField(user.DisplayName)}
	}
	if len(env.Roster) > 0 && len(s.Earlier) == 0 {
		return nil
	}
	var fields []Field
	if !env.means(AnswerUser) && len(s.Users) > 0 {
		list := s.usersField(env)
		fields = append(fields, list)
		if picked := a[AnswerPickedUser]; picked != NewOne && (picked != "" || list.Suggestion != NewOne) {
			return fields // which has answered the others
		}
	}
	name, display := userNameField("alice").spelledIn(env, a), displayNameField("")
	if len(s.Earlier) > 0 {
		// What was given from outside is done.
		name.Suggestion = s.anotherName()
		return append(fields, name, display)
	}
	return append(fields, name.withKnown(env, a), display.withKnown(env, a))
}

// wanted are the users that are wanted, if they are several. Those from outside are so only once.
func (s Session) wanted(env Env, a Answers) []client.NewUser {
	if len(s.Earlier) > 0 {
		env.Roster = nil
	}
	return roster(env, a)
}

// anotherName is one that none of this run's users has.
func (s Session) anotherName() string {
	for _, name := range []string{"bob", "carol", "dave", "erin"} {
		if !slices.ContainsFunc(s.Earlier, func(m Member) bool { return m.User.Name == name }) {
			return name
		}
	}
	return ""
}

func userNameField(suggestion string) Field {
	return Field{
		Key: AnswerUser, Flag: "--user", Label: "User name",
		Hint:       "unique in the application; several with commas between them",
		Suggestion: suggestion, Clean: CleanName, Check: checkNames,
	}
}

// changedNameField is about one user that exists.
func changedNameField(name string) Field {
	f := userNameField(name)
	f.Hint, f.Check = "unique in the application; the token names the user by it", checkName
	return f
}

func displayNameField(suggestion string) Field {
	return Field{
		Key: AnswerDisplayName, Flag: "--display-name", Label: "Display name",
		Hint:       "optional: what other people see, like Alice Ardent",
		Suggestion: suggestion, Optional: true, Clean: CleanName, Check: checkName,
	}
}

// usersField offers the users that the application has already. That of the last run is suggested.
func (s Session) usersField(env Env) Field {
	f := Field{
		Key: AnswerPickedUser, Flag: "--user", Label: "User", Search: true, Suggestion: NewOne, Default: true,
		Choices: []Choice{{NewOne, "a new one", ""}},
	}
	last := ""
	if app, known, err := s.entry(env).noted(); err == nil && known && len(app.Users) > 0 {
		last = app.Users[len(app.Users)-1].Name
	}
	for _, user := range s.Users {
		note := redact.Printable(user.DisplayName)
		if user.Name == last && len(s.Earlier) == 0 {
			f.Suggestion = last
			note = joined(note, "of your last run")
		}
		f.Choices = append(f.Choices, Choice{user.Name, redact.Printable(user.Name), note})
	}
	return f
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

func userDone(s Session) string {
	switch {
	case len(s.Failed) > 0:
		return s.ReadyUsers()
	case len(s.Roster) > 0:
		return "Your users are ready"
	}
	return "Your user is ready"
}

// ReadyUsers counts those who are ready of all who were wanted: "29 of 30 users are ready".
func (s Session) ReadyUsers() string {
	ready := 0
	for range s.members() {
		ready++
	}
	return fmt.Sprintf("%s of %s users are ready", grouped(ready), grouped(ready+len(s.AllFailed())))
}

// AllFailed are those who could not be made, and were not made later either.
func (s Session) AllFailed() []FailedUser {
	made := map[string]bool{}
	for m := range s.members() {
		made[m.User.Name] = true
	}
	return slices.DeleteFunc(slices.Concat(s.StillFailed, s.Failed), func(m FailedUser) bool { return made[m.Name] })
}

func userHeading(s Session, a Answers) string {
	picked := a[AnswerPickedUser]
	switch {
	case s.User.Exists && len(s.Roster) > 0:
		return "Change the first of the users"
	case s.User.Exists:
		return "Change the user"
	case picked != "" && picked != NewOne:
		return "Use a user"
	}
	return "Create a user"
}

func userVerb(env Env, s Session, a Answers) string {
	picked := a[AnswerPickedUser]
	switch {
	case s.User.Exists:
		return "change the user"
	case len(s.wanted(env, a)) > 1:
		return "create the users"
	case picked != "" && picked != NewOne:
		return "use the user"
	}
	return "create the user"
}

func userPlan(env Env, s Session, a Answers) string {
	name, app := redact.Printable(a[AnswerUser]), redact.Printable(s.Application.Name)
	switch users := s.wanted(env, a); {
	case s.User.Exists:
	case len(users) > 1:
		return fmt.Sprintf("Creates %s users in “%s”, several at a time: %s.", grouped(len(users)), app, someNames(users))
	case len(users) == 1:
		name = someNames(users)
	}
	picked := a[AnswerPickedUser]
	switch {
	case s.User.Exists && a[AnswerUser] != s.User.Name:
		return fmt.Sprintf("Renames “%s” in “%s”. A token for the old name logs nobody in, so another one is signed.",
			redact.Printable(s.User.Name), app)
	case s.User.Exists:
		return fmt.Sprintf("Changes “%s” in “%s”. Nothing is created.", name, app)
	case picked != "" && picked != NewOne:
		return fmt.Sprintf("Uses “%s” of “%s”. Nothing is created.", redact.Printable(picked), app)
	case isUserID(a[AnswerUser]):
		return fmt.Sprintf("Looks up %s in “%s”. Nothing is created.", name, app)
	case a[AnswerExistingUser] == Yes:
		return fmt.Sprintf("Creates “%s” in “%s”, or uses it if it exists.", name, app)
	}
	return fmt.Sprintf("Creates “%s” in “%s”.", name, app)
}

// someNames are the first names of a roster.
func someNames(users []client.NewUser) string {
	const some = 4
	names := make([]string, 0, some)
	for _, n := range users[:min(len(users), some)] {
		names = append(names, redact.Printable(n.Name))
	}
	if len(users) > some {
		return strings.Join(names, ", ") + " and " + grouped(len(users)-some) + " more"
	}
	return strings.Join(names, ", ")
}

package steps

import (
	"cmp"
	"fmt"
	"slices"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
	"credwiz/steps/journal"
	"credwiz/steps/output"
	"credwiz/steps/words"
)

func userFields(env Env, s Session, a answer.Answers) []answer.Field {
	if s.User.Exists {
		name, display := userNameField(s.User.Name), displayNameField(s.User.DisplayName)
		name.Hint, name.Check, display.Aside = "unique in the application; used in the token", answer.CheckName, false
		return []answer.Field{spelledIn(name, env, a), display}
	}
	if len(env.roster(a)) > 0 && len(s.Earlier) == 0 {
		return nil
	}
	var fields []answer.Field
	if !env.given(answer.User) && len(s.Users) > 0 {
		list := s.usersField(a)
		fields = append(fields, list)
		if picked := a[answer.PickedUser]; picked != answer.NewOne && (picked != "" || list.Suggestion != answer.NewOne) {
			return fields // which has answered the others
		}
	}
	name, display := spelledIn(userNameField(s.freeName()), env, a), displayNameField("")
	if known := env.Known[answer.User]; len(s.Earlier) == 0 && (!known.Suggested || !s.hasUser(known.Value)) {
		name, display = withKnown(name, env, a), withKnown(display, env, a)
	}
	fields = append(fields, name)
	if s.wantedUsers(env, a) != nil {
		return fields // a display name is for one
	}
	return append(fields, display)
}

// freeName suggests a name that no user has.
func (s Session) freeName() string {
	for _, name := range []string{"alice", "bob", "carol", "dave", "erin"} {
		if !s.hasUser(name) {
			return name
		}
	}
	return ""
}

func (s Session) hasUser(name string) bool {
	return slices.ContainsFunc(s.Earlier, func(m Member) bool { return m.User.Name == name }) ||
		slices.ContainsFunc(s.Users, func(u client.User) bool { return u.Name == name })
}

func userNameField(suggestion string) answer.Field {
	return answer.Field{
		Key: answer.User, Flag: "--user", Label: "Name",
		Hint:       "unique in the application; separate several with commas",
		Suggestion: suggestion, Clean: answer.CleanName, Check: answer.CheckNames,
	}
}

func displayNameField(suggestion string) answer.Field {
	return answer.Field{
		Key: answer.DisplayName, Flag: "--display-name", Label: "Display name",
		Hint:       "optional; what other people see, e.g. Alice Ardent",
		Suggestion: suggestion, Optional: true, Aside: true, Clean: answer.CleanName, Check: answer.CheckName,
	}
}

func (s Session) usersField(a answer.Answers) answer.Field {
	f := answer.Field{
		Key: answer.PickedUser, Flag: "--user", Label: "User", Search: true, Suggestion: answer.NewOne, Default: true,
		Settled: a[answer.PickedUser] == answer.NewOne, // before the list was there
		Choices: []answer.Choice{{Value: answer.NewOne, Label: "+ Create a new user", Note: ""}},
	}
	last := ""
	if n := len(s.NotedUsers); n > 0 {
		last = s.NotedUsers[n-1].Name
	}
	for _, user := range s.Users {
		note := redact.Printable(user.DisplayName)
		if user.Name == last && len(s.Earlier) == 0 {
			f.Suggestion = last
			if note != "" {
				note += ", "
			}
			note += "your last run"
		}
		f.Choices = append(f.Choices, answer.Choice{Value: user.Name, Label: redact.Printable(user.Name), Note: note})
	}
	return f
}

// ReadyUsers counts the ready users: "29 of 30 users are ready".
func (s Session) ReadyUsers() string {
	return readyOf(len(s.members()), len(s.AllFailed()))
}

func readyOf(ready, failed int) string {
	return fmt.Sprintf("%s of %s users are ready", words.Grouped(ready), words.Grouped(ready+failed))
}

// AllFailed returns the users that could not be created, even later.
func (s Session) AllFailed() []FailedUser {
	made := map[string]bool{}
	for _, m := range s.members() {
		made[m.User.Name] = true
	}
	return slices.DeleteFunc(slices.Concat(s.StillFailed, s.Failed), func(m FailedUser) bool { return made[m.Name] })
}

func userHeading(s Session, _ answer.Answers) string {
	if s.User.Exists && len(s.Roster)+len(s.Failed) == 0 { // of several, no certain one is meant
		return "change"
	}
	return ""
}

func userVerb(env Env, s Session, a answer.Answers) string {
	picked := a[answer.PickedUser]
	switch {
	case s.User.Exists:
		return "change user"
	case len(s.wantedUsers(env, a)) > 1:
		return "create users"
	case picked != "" && picked != answer.NewOne:
		return "use " + redact.Printable(picked)
	case s.taken(env, a) != "":
		return "choose what to do"
	}
	return "create user"
}

func userPlan(env Env, s Session, a answer.Answers) string {
	name, app, taken := redact.Printable(a[answer.User]), redact.Printable(s.Application.Name), s.taken(env, a)
	switch users := s.wantedUsers(env, a); {
	case s.User.Exists:
	case len(users) > 1 && taken != "":
		return fmt.Sprintf("Creates users in “%s”, several at a time. It already has %s.", app, taken)
	case len(users) > 1:
		return fmt.Sprintf("Creates %s users in “%s”, several at a time: %s.", words.Grouped(len(users)), app, someNames(users))
	case len(users) == 1:
		name = someNames(users)
	}
	picked := a[answer.PickedUser]
	switch {
	case s.User.Exists && a[answer.User] != s.User.Name:
		plan := fmt.Sprintf("Renames “%s” in “%s”", redact.Printable(s.User.Name), app)
		if s.Token.JWT.IsZero() {
			return plan + "."
		}
		return plan + " and drops its token. You sign a new one next."
	case s.User.Exists:
		return fmt.Sprintf("Changes “%s” in “%s”. Nothing is created.", name, app)
	case picked != "" && picked != answer.NewOne:
		return fmt.Sprintf("Uses “%s” from “%s”. Nothing is created.", redact.Printable(picked), app)
	case answer.IsUserID(a[answer.User]):
		return fmt.Sprintf("Looks up %s in “%s”. Nothing is created.", name, app)
	case taken != "" && picked == answer.NewOne:
		return fmt.Sprintf("“%s” already has %s. Choose it in the list, or enter another name.", app, taken)
	case taken != "":
		return fmt.Sprintf("“%s” already has %s.", app, taken)
	case a[answer.ExistingUser] == answer.Yes, s.hasUser(a[answer.User]):
		return fmt.Sprintf("Creates “%s” in “%s”, or uses it if it exists.", name, app)
	}
	return fmt.Sprintf("Creates “%s” in “%s”.", name, app)
}

// taken names the wanted users that exist and won't be used. Those of an earlier run here will.
func (s Session) taken(env Env, a answer.Answers) string {
	if a[answer.ExistingUser] == answer.Yes {
		return ""
	}
	wanted := s.wantedUsers(env, a)
	if wanted == nil {
		wanted = []client.NewUser{{Name: a[answer.User]}}
	}
	exist := map[string]bool{}
	for _, u := range s.Users {
		exist[u.Name] = !slices.ContainsFunc(s.NotedUsers, func(n journal.User) bool { return n.Name == u.Name })
	}
	return someNames(slices.DeleteFunc(slices.Clone(wanted), func(n client.NewUser) bool { return !exist[n.Name] }))
}

func someNames(users []client.NewUser) string {
	return words.Some(users, 4, func(n client.NewUser) string { return redact.Printable(n.Name) })
}

// spelledIn checks that names can be written into .env, if the answers write it.
func spelledIn(f answer.Field, env Env, a answer.Answers) answer.Field {
	check := f.Check
	f.Check = func(answer1 string) error {
		err := check(answer1)
		if !slices.Contains(a.Written(), answer.WriteEnv) && env.Out == "" {
			return err
		}
		for _, name := range answer.SplitNames(answer1) {
			err = cmp.Or(err, output.CheckSpelling(dotfile.Variable{Name: output.DotenvUserName, Value: name}))
		}
		return err
	}
	return f
}

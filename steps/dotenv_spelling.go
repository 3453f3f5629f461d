package steps

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"credwiz/client"
)

var plainValue = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]*$`) })

// quoteDotenv writes a value so that it is read back as it is by the dotenv libraries of Node, Python and Go, by Node
// itself and by a shell, if readAlike says that they can agree.
func quoteDotenv(value string) string {
	switch {
	case plainValue().MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'" // nothing is special in it
	}
	return `"` + value + `"`
}

// readAlike reports whether there is a spelling of a value that the common readers of a .env all read as it is. Between
// double quotes they differ on quotes, backslashes, dollars and backquotes, escaped or not. Between single quotes Python
// undoes a backslash before another, and fills in ${NAME} wherever it stands.
func readAlike(value string) bool {
	switch {
	case plainValue().MatchString(value):
		return true
	case strings.ContainsAny(value, "\r\n"):
		return false
	case strings.Contains(value, "'"):
		return !strings.ContainsAny(value, "\"\\$`")
	}
	return !strings.Contains(value, `\\`) && !strings.HasSuffix(value, `\`) && !strings.Contains(value, "${")
}

// checkSpelling refuses values that apps would not read alike from the files that are written.
func (s Session) checkSpelling(env Env, a Answers) error {
	dotenv := slices.Contains(a.written(), writeEnv)
	users := s.wanted(env, a)
	if dotenv {
		err := spelled(Variable{dotenvAPIKey, s.Credentials.APIKey}, Variable{dotenvKey, a[AnswerKeyFile]})
		if err != nil {
			return err
		}
	}
	if users == nil {
		users = []client.NewUser{{Name: a[AnswerUser]}}
	}
	for _, user := range users {
		if err := spelled(Variable{dotenvUserName, user.Name}); err != nil && (dotenv || env.Out != "" || len(users) > 1 && !env.Printed) {
			return err
		}
	}
	return nil
}

// SpellingError is a value that no spelling in a .env gives to all of its common readers.
type SpellingError struct{ Name string }

// Error says what is in the way.
func (*SpellingError) Error() string {
	return "apps do not all read it alike from .env: leave out its quotes, dollars, backquotes and backslashes"
}

// spelled refuses a variable that the readers of a .env do not read alike.
func spelled(variables ...Variable) error {
	for _, v := range variables {
		if !readAlike(v.Value) {
			return &SpellingError{Name: v.Name}
		}
	}
	return nil
}

// spelledIn is the field of names that go into a .env, if the answers have one written.
func (f Field) spelledIn(env Env, a Answers) Field {
	check := f.Check
	f.Check = func(answer string) error {
		err := check(answer)
		if !slices.Contains(a.written(), writeEnv) && env.Out == "" {
			return err
		}
		for _, name := range splitNames(answer) {
			err = cmp.Or(err, spelled(Variable{dotenvUserName, name}))
		}
		return err
	}
	return f
}

// Advice says what to do.
func (e *SpellingError) Advice() Advice {
	a := Advice{
		What: "Apps do not all read the user's name alike from .env: it has quotes, dollars, backquotes or backslashes in it.",
		Do:   "Choose a name without them, or leave .env out: --write vonage.",
		Kind: Other, Field: AnswerUser,
	}
	switch e.Name {
	case dotenvKey:
		a.What = "Apps do not all read the name of the private key file alike from .env: it has quotes, dollars, backquotes or backslashes in it."
		a.Field = AnswerKeyFile
	case dotenvAPIKey:
		a.What = "Apps do not all read the API key alike from .env: it has quotes, dollars, backquotes or backslashes in it."
		a.Do, a.Field = "Copy the key again, without anything around it.", AnswerAPIKey
	}
	return a
}

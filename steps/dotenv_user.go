package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// A folder has one .env, and its app logs in as the user that is named there: that this becomes another one is said
// before and after.

// dotenvUser is the user that .env is for; empty if it names none.
func (f *Folder) dotenvUser() string {
	subject, _ := jwt.Read(f.Token()).Claims.Text("sub")
	return cmp.Or(f.variable(dotenvUserName), subject)
}

// lookAtDotenv finds out for the plan whom .env is for.
func lookAtDotenv(_ context.Context, _ Env, s Session) (Session, error) {
	s.dotenvUser = s.Place.Folder.dotenvUser()
	return s, nil
}

// repointsDotenv says what the plan changes for those who use .env; empty if it changes nothing.
func (s Session) repointsDotenv(a Answers) string {
	if s.dotenvUser == "" || s.dotenvUser == s.User.Name || !slices.Contains(a.written(), writeEnv) {
		return ""
	}
	return fmt.Sprintf(" %s is for %s now, and will be for %s.", dotenvFile, redact.Printable(s.dotenvUser), redact.Printable(s.User.Name))
}

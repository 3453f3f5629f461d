package output

import (
	"cmp"

	"credwiz/client/jwt"
	"credwiz/steps/workdir"
)

// A folder has one .env, and its app logs in as the user that is named there: that this becomes another one is said
// before and after.

// DotenvUser is the user that .env is for; empty if it names none.
func DotenvUser(f *workdir.Dir) string {
	subject, _ := jwt.Read(DotenvToken(f)).Claims.Text("sub")
	return cmp.Or(DotenvValue(f, DotenvUserName), subject)
}

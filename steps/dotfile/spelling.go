package dotfile

import (
	"regexp"
	"strings"
	"sync"
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

// ReadAlike reports whether there is a spelling of a value that the common readers of a .env all read as it is. Between
// double quotes they differ on quotes, backslashes, dollars and backquotes, escaped or not. Between single quotes Python
// undoes a backslash before another, and fills in ${NAME} wherever it stands.
func ReadAlike(value string) bool {
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

package command

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// checkUTF8 refuses invalid text before it is cleaned into something else. The error quotes nothing, because it may
// be a secret.
func checkUTF8(args []string) error {
	const save = "isn't UTF-8: use a UTF-8 terminal, or save the script as UTF-8"
	for i, arg := range args {
		name := fmt.Sprintf("argument %d", i+1)
		if flag, _, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(flag, "--") {
			name = flag
		} else if i > 0 && strings.HasPrefix(args[i-1], "--") {
			name = args[i-1]
		}
		switch {
		case utf8.ValidString(arg):
		case utf8.ValidString(name):
			return fmt.Errorf("%s %s", name, save)
		default:
			return fmt.Errorf("argument %d %s", i+1, save)
		}
	}
	for _, name := range []string{"VONAGE_API_KEY", "VONAGE_API_SECRET", "NEXMO_API_KEY", "NEXMO_API_SECRET"} {
		if !utf8.ValidString(os.Getenv(name)) {
			return fmt.Errorf("%s %s", name, save)
		}
	}
	return nil
}

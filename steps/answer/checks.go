package answer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"credwiz/client/redact"
)

const maxName = 200 // characters; the API's own limit is not documented

// CheckName refuses a name of an application or a user that the API would.
func CheckName(name string) error {
	if n := len([]rune(name)); n > maxName {
		return fmt.Errorf("it has %d characters; %d are enough", n, maxName)
	}
	if redact.Printable(name) != name {
		return errors.New("it has characters in it that cannot be shown")
	}
	return nil
}

// CheckAPIKey refuses what no HTTP header could carry: the API's own rule for keys is not documented.
func CheckAPIKey(value string) error { return checkVisibleASCII(value, ":") }

// CheckAPISecret refuses what no API secret has in it.
func CheckAPISecret(value string) error { return checkVisibleASCII(value, "") }

func checkVisibleASCII(value, without string) error {
	for _, r := range value {
		if r <= ' ' || r > '~' {
			return fmt.Errorf("it has %s in it, which no key or secret has: copy it again", strconv.QuoteRune(r))
		}
		for _, not := range without {
			if r == not {
				return fmt.Errorf("it has %q in it: paste the key alone, without the secret", string(r))
			}
		}
	}
	return nil
}

// IsUserID reports whether what was typed as a name is an id: people copy it from where it is shown.
func IsUserID(text string) bool {
	id, ok := strings.CutPrefix(text, "USR-")
	return ok && len(id) == 36 && uuid.Validate(id) == nil
}

package answer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/redact"
)

const maxRoster = 20000

// RosterError is a roster that cannot be right.
type RosterError struct {
	Line int // from 1 on; 0 if it is about the whole
	Err  error
}

func (e *RosterError) Error() string {
	if e.Line == 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("line %d: %v", e.Line, e.Err)
}

func (e *RosterError) Unwrap() error { return e.Err }

// RosterOf makes a roster of names alone.
func RosterOf(names []string) ([]client.NewUser, error) {
	var roster RosterBuilder
	for _, name := range names {
		if err := roster.Add(client.NewUser{Name: CleanName(name)}); err != nil {
			return nil, &RosterError{Err: err}
		}
	}
	return roster.Done()
}

// RosterBuilder collects users with different names.
type RosterBuilder struct {
	users []client.NewUser
	names map[string]bool
}

// Add adds a valid user with a new name.
func (b *RosterBuilder) Add(n client.NewUser) error {
	if n.Name == "" {
		return errors.New("no name given")
	}
	for _, text := range []string{n.Name, n.DisplayName} {
		if err := CheckName(text); err != nil {
			return fmt.Errorf("“%s”: %w", redact.Printable(text), err)
		}
	}
	switch {
	case IsUserID(n.Name):
		return fmt.Errorf("%s is a user ID: use a name", n.Name)
	case b.names[n.Name]:
		return fmt.Errorf("“%s” appears twice, and names must be unique", redact.Printable(n.Name))
	case len(b.users) == maxRoster:
		return fmt.Errorf("too many users: the limit is %d", maxRoster)
	}
	if b.names == nil {
		b.names = map[string]bool{}
	}
	b.names[n.Name] = true
	b.users = append(b.users, n)
	return nil
}

// Done returns the users; none is an error.
func (b *RosterBuilder) Done() ([]client.NewUser, error) {
	if len(b.users) == 0 {
		return nil, &RosterError{Err: errors.New("it lists no users")}
	}
	return b.users, nil
}

// SplitNames returns the names in an answer, which commas separate.
func SplitNames(answer string) []string {
	var names []string
	for name := range strings.SplitSeq(answer, ",") {
		if name = CleanName(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// CheckNames refuses an answer with an impossible name.
func CheckNames(answer string) error {
	names := SplitNames(answer)
	if len(names) < 2 {
		return CheckName(answer)
	}
	_, err := RosterOf(names)
	return err
}

const maxName = 200 // characters; the API's own limit is not documented

// CheckName refuses a name of an application or a user that the API would refuse.
func CheckName(name string) error {
	if n := len([]rune(name)); n > maxName {
		return fmt.Errorf("%d characters is too long; the limit is %d", n, maxName)
	}
	if redact.Printable(name) != name {
		return errors.New("it contains characters that can't be displayed")
	}
	return nil
}

// CheckAPIKey refuses what no HTTP header can carry: the API's rule for keys is not documented.
func CheckAPIKey(value string) error { return checkVisibleASCII(value, ":") }

// CheckAPISecret refuses characters that no API secret has.
func CheckAPISecret(value string) error { return checkVisibleASCII(value, "") }

func checkVisibleASCII(value, without string) error {
	for _, r := range value {
		if r <= ' ' || r > '~' {
			return fmt.Errorf("it contains %s, which no key or secret does: copy it again", strconv.QuoteRune(r))
		}
		if strings.ContainsRune(without, r) {
			return fmt.Errorf("it contains %q: paste the key alone, without the secret", string(r))
		}
	}
	return nil
}

// IsUserID reports whether a name is in fact an id, which users copy from screens.
func IsUserID(text string) bool {
	id, ok := strings.CutPrefix(text, "USR-")
	return ok && len(id) == 36 && uuid.Validate(id) == nil
}

package steps

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"credwiz/client"
)

// maxRoster bounds how many users one run creates.
const maxRoster = 20000

// RosterError is a roster that cannot be right.
type RosterError struct {
	Line int // from 1 on; 0 if it is about the whole
	Err  error
}

// Error names the line.
func (e *RosterError) Error() string {
	if e.Line == 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("line %d: %v", e.Line, e.Err)
}

// Unwrap gives the reason.
func (e *RosterError) Unwrap() error { return e.Err }

// ParseRoster reads users from CSV (RFC 4180): a line with the names of the columns, name and, if wanted, display_name, and
// then a line for each user. Other columns are not looked at. It returns *RosterError.
func ParseRoster(text string) ([]client.NewUser, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, &RosterError{Err: errors.New("it is empty: it begins with the line name,display_name")}
	}
	if err != nil {
		return nil, rosterError(err)
	}
	name, display := -1, -1
	for i, column := range head {
		switch strings.ToLower(CleanName(column)) {
		case "name":
			name = i
		case "display_name":
			display = i
		}
	}
	if name < 0 {
		return nil, &RosterError{Line: 1, Err: errors.New("no column is called name: the first line is name,display_name")}
	}
	var roster rosterBuilder
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return roster.done()
		}
		if err != nil {
			return nil, rosterError(err)
		}
		line, _ := r.FieldPos(0)
		var n client.NewUser
		if name < len(record) {
			n.Name = CleanName(record[name])
		}
		if display >= 0 && display < len(record) {
			n.DisplayName = CleanName(record[display])
		}
		if n == (client.NewUser{}) {
			continue // a line of commas, as spreadsheets leave them
		}
		if err := roster.add(n); err != nil {
			return nil, &RosterError{Line: line, Err: err}
		}
	}
}

// RosterOf are users of whom the names alone are given.
func RosterOf(names []string) ([]client.NewUser, error) {
	var roster rosterBuilder
	for _, name := range names {
		if err := roster.add(client.NewUser{Name: CleanName(name)}); err != nil {
			return nil, &RosterError{Err: err}
		}
	}
	return roster.done()
}

func rosterError(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return &RosterError{Line: bad.Line, Err: bad.Err}
	}
	return &RosterError{Err: err}
}

// rosterBuilder collects users of different names.
type rosterBuilder struct {
	users []client.NewUser
	names map[string]bool
}

func (b *rosterBuilder) add(n client.NewUser) error {
	if n.Name == "" {
		return errors.New("there is no name")
	}
	for _, text := range []string{n.Name, n.DisplayName} {
		if err := checkName(text); err != nil {
			return fmt.Errorf("“%s”: %w", client.Printable(text), err)
		}
	}
	switch {
	case isUserID(n.Name):
		return fmt.Errorf("%s is the id of a user, and a name is needed", n.Name)
	case b.names[n.Name]:
		return fmt.Errorf("“%s” is there twice, and names are unique", client.Printable(n.Name))
	case len(b.users) == maxRoster:
		return fmt.Errorf("there are more than %d users", maxRoster)
	}
	if b.names == nil {
		b.names = map[string]bool{}
	}
	b.names[n.Name] = true
	b.users = append(b.users, n)
	return nil
}

func (b *rosterBuilder) done() ([]client.NewUser, error) {
	if len(b.users) == 0 {
		return nil, &RosterError{Err: errors.New("there is no user in it")}
	}
	return b.users, nil
}

// splitNames are the names in an answer: one, or several with commas between them.
func splitNames(answer string) []string {
	var names []string
	for name := range strings.SplitSeq(answer, ",") {
		if name = CleanName(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// checkNames refuses an answer in which a name cannot be right.
func checkNames(answer string) error {
	names := splitNames(answer)
	if len(names) < 2 {
		return checkName(answer)
	}
	_, err := RosterOf(names)
	return err
}

// roster are the users that are wanted, if they are several.
func roster(env Env, a Answers) []client.NewUser {
	if len(env.Roster) > 0 {
		return env.Roster
	}
	if known := env.Known[AnswerUser]; known.Whole && CleanLine(known.Value) == CleanLine(a[AnswerUser]) {
		return nil
	}
	if names := splitNames(a[AnswerUser]); len(names) > 1 && (a[AnswerPickedUser] == "" || a[AnswerPickedUser] == NewOne) {
		if users, err := RosterOf(names); err == nil {
			return users
		}
	}
	return nil
}

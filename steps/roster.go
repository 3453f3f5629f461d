package steps

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
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

// ParseRoster reads users from CSV (RFC 4180), also with semicolons or tabs between the fields: a line with the names of the
// columns, name and, if wanted, display_name, and then a line for each user. Other columns are not looked at. It returns
// *RosterError.
func ParseRoster(text string) ([]client.NewUser, error) {
	text = strings.TrimPrefix(text, byteOrderMark)
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old spreadsheets for the Mac end their lines
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separatorOf(text)
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, r.Comma != '\t'
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, &RosterError{Err: errors.New("it is empty: it begins with the line name,display_name")}
	}
	if err != nil {
		return nil, rosterError(err)
	}
	headLine, _ := r.FieldPos(0)
	name, display, err := rosterColumns(head)
	if err != nil {
		return nil, &RosterError{Line: headLine, Err: err}
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
		if len(head) > 1 && len(record) == 1 && strings.ContainsAny(record[0], strings.ReplaceAll(fieldSeparators, string(r.Comma), "")) {
			err := fmt.Errorf("there is one field in it: separate the fields as in line %d, with %s", headLine, separatorNames[r.Comma])
			return nil, &RosterError{Line: line, Err: err}
		}
		for _, field := range record {
			if err := CheckSeen(field); err != nil {
				return nil, &RosterError{Line: line, Err: fmt.Errorf("“%s”: %w", redact.Printable(field), err)}
			}
		}
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

// fieldSeparators are what spreadsheets put between fields. It depends on the country.
const fieldSeparators = ",;\t"

//nolint:gochecknoglobals // A table, which nothing changes.
var separatorNames = map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs"}

// separatorOf is the separator of the first line that has something: no column that is looked for has another one in its
// name.
func separatorOf(text string) rune {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	for _, separator := range fieldSeparators {
		fields := strings.FieldsFunc(line, func(r rune) bool { return r == separator })
		if len(fields) > 1 && slices.ContainsFunc(fields, func(f string) bool { return columnOf(strings.Trim(f, "\"\r")) != "" }) {
			return separator
		}
	}
	return ','
}

// columnOf is the column that a name stands for, however it is written: Display Name is display_name.
func columnOf(name string) string {
	switch strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(CleanName(name))) {
	case "name":
		return "name"
	case "displayname":
		return "display_name"
	}
	return ""
}

// rosterColumns finds the columns by their names; display is -1 if there is none.
func rosterColumns(head []string) (name, display int, err error) {
	at := map[string]int{}
	for i, title := range head {
		column := columnOf(title)
		if _, twice := at[column]; twice && column != "" {
			return 0, 0, fmt.Errorf("two columns are called %s: leave one", column)
		}
		at[column] = i
	}
	name, ok := at["name"]
	if !ok {
		return 0, 0, errors.New("no column is called name: the first line is name,display_name")
	}
	if display, ok = at["display_name"]; !ok {
		display = -1
	}
	return name, display, nil
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
			return fmt.Errorf("“%s”: %w", redact.Printable(text), err)
		}
	}
	switch {
	case isUserID(n.Name):
		return fmt.Errorf("%s is the id of a user, and a name is needed", n.Name)
	case b.names[n.Name]:
		return fmt.Errorf("“%s” is there twice, and names are unique", redact.Printable(n.Name))
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

package source

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"credwiz/client"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/dotfile"
)

// ParseRoster reads users from CSV (RFC 4180), also with semicolons or tabs. The first line names the columns: name,
// optionally display_name, and others that are ignored. Its errors are *RosterError.
func ParseRoster(text string) ([]client.NewUser, error) {
	text = strings.TrimPrefix(text, dotfile.ByteOrderMark)
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // as old spreadsheets for the Mac end their lines
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separatorOf(text)
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, r.Comma != '\t'
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, &answer.RosterError{Err: errors.New("it's empty: start with the line name,display_name")}
	}
	if err != nil {
		return nil, rosterError(err)
	}
	headLine, _ := r.FieldPos(0)
	name, display, err := rosterColumns(head)
	if err != nil {
		return nil, &answer.RosterError{Line: headLine, Err: err}
	}
	var roster answer.RosterBuilder
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return roster.Done()
		}
		if err != nil {
			return nil, rosterError(err)
		}
		line, _ := r.FieldPos(0)
		if len(head) > 1 && len(record) == 1 && strings.ContainsAny(record[0], strings.ReplaceAll(fieldSeparators, string(r.Comma), "")) {
			err := fmt.Errorf("only one field: separate fields as in line %d, with %s", headLine, separatorNames[r.Comma])
			return nil, &answer.RosterError{Line: line, Err: err}
		}
		if len(record) > len(head) && strings.Join(record[len(head):], "") != "" {
			err := fmt.Errorf("more fields than line %d: put a field that contains %s in quotes", headLine, separatorNames[r.Comma])
			return nil, &answer.RosterError{Line: line, Err: err}
		}
		for _, field := range record {
			if err := answer.CheckSeen(field); err != nil {
				return nil, &answer.RosterError{Line: line, Err: fmt.Errorf("“%s”: %w", redact.Printable(field), err)}
			}
		}
		var n client.NewUser
		if name < len(record) {
			n.Name = answer.CleanName(record[name])
		}
		if display >= 0 && display < len(record) {
			n.DisplayName = answer.CleanName(record[display])
		}
		if n == (client.NewUser{}) {
			continue // a line of commas, as spreadsheets leave them
		}
		if err := roster.Add(n); err != nil {
			return nil, &answer.RosterError{Line: line, Err: err}
		}
	}
}

// fieldSeparators are what spreadsheets write, depending on the country.
const fieldSeparators = ",;\t"

//nolint:gochecknoglobals // A table, which nothing changes.
var separatorNames = map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs"}

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

// columnOf recognizes a column however it is spelled: Display Name is display_name.
func columnOf(name string) string {
	bare := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(answer.CleanName(name)))
	return map[string]string{"name": "name", "displayname": "display_name"}[bare]
}

func rosterColumns(head []string) (name, display int, err error) {
	at := map[string]int{}
	for i, title := range head {
		column := columnOf(title)
		if _, twice := at[column]; twice && column != "" {
			return 0, 0, fmt.Errorf("two columns are named %s: keep one", column)
		}
		at[column] = i
	}
	name, ok := at["name"]
	if !ok {
		return 0, 0, errors.New("no column is named name: start with the line name,display_name")
	}
	if display, ok = at["display_name"]; !ok {
		display = -1
	}
	return name, display, nil
}

func rosterError(err error) error {
	bad, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case !ok:
		return &answer.RosterError{Err: err}
	case errors.Is(err, csv.ErrQuote): // found where the next quote is
		return &answer.RosterError{Line: bad.StartLine, Err: errors.New("a field in quotes isn't closed, or has text after its closing quote")}
	case errors.Is(err, csv.ErrBareQuote):
		return &answer.RosterError{Line: bad.StartLine, Err: errors.New("a quote inside a field: put the field in quotes, and double the quote")}
	}
	return &answer.RosterError{Line: bad.StartLine, Err: bad.Err}
}

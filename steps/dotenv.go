package steps

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"credwiz/client/lazyregexp"
)

// dotenvFile is where apps look for their settings.
const dotenvFile = ".env"

// Variable is one line of a .env file.
type Variable struct{ Name, Value string }

// mergeDotenv sets the variables in the folder's .env, and makes one if there is none.
func (f *Folder) mergeDotenv(variables []Variable) error {
	old, err := f.Read(dotenvFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &SaveError{Path: f.Path(dotenvFile), Err: err}
	}
	return f.Replace(dotenvFile, mergeDotenv(old, variables), secretMode)
}

// changesDotenv are the names of the variables that mergeDotenv is going to set or change. They are noted first: what is
// written and not noted would stay when all else is cleared away.
func (f *Folder) changesDotenv(variables []Variable) []string {
	old, err := f.Read(dotenvFile)
	if err != nil {
		old = nil // there is none, or writing it is going to tell why not
	}
	return changedIn(dotenvVariables(string(old)), variables)
}

// changedIn are the names of the values that are not there as they are to be. There is a list even if it has none.
func changedIn(old map[string]string, values []Variable) []string {
	names := []string{}
	for _, v := range values {
		if was, ok := old[v.Name]; !ok || was != v.Value {
			names = append(names, v.Name)
		}
	}
	return names
}

// assignment is NAME=, with what may stand before it.
var assignment = lazyregexp.New(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=([ \t]*)`)

// trailingComment is a comment behind a value; # begins one only after a blank.
var trailingComment = lazyregexp.New(`\s+#.*$`)

// mergeDotenv returns the text with each variable set: in its place where it is there already, at the end where it is
// not. Every other line, comment and line ending stays as it was, and so does a line that only looks like an
// assignment because it stands inside a quoted value.
func mergeDotenv(old []byte, variables []Variable) []byte {
	text := string(old)
	end := "\n"
	if n := strings.Count(text, "\n"); n > 0 && n == strings.Count(text, "\r\n") {
		end = "\r\n"
	}
	values := make(map[string]string, len(variables))
	for _, v := range variables {
		values[v.Name] = quoteDotenv(v.Value)
	}
	set := make(map[string]bool, len(variables))
	var b strings.Builder
	for _, entry := range splitDotenv(text) {
		match := assignment().FindStringSubmatch(entry)
		if match == nil {
			b.WriteString(entry)
			continue
		}
		value, ours := values[match[1]]
		if !ours {
			b.WriteString(entry)
			continue
		}
		set[match[1]] = true
		line := strings.TrimRight(entry, "\r\n")
		name, old := match[0], line[len(match[0]):]
		if blanks := match[2]; blanks != "" && strings.HasPrefix(old, "#") {
			// There is no value, and the blanks belong to the comment.
			name, old = strings.TrimSuffix(name, blanks), blanks+old
		}
		b.WriteString(name + value + commentAfter(old) + entry[len(line):])
	}
	if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
		b.WriteString(end)
	}
	for _, v := range variables {
		if !set[v.Name] {
			b.WriteString(v.Name + "=" + values[v.Name] + end)
		}
	}
	return []byte(b.String())
}

// commentAfter returns the comment behind an old value, with the blanks before it.
func commentAfter(old string) string {
	return trailingComment().FindString(old[quotedLength(old):])
}

// splitDotenv cuts the text into its lines, line endings included; a quoted value that goes on over several lines
// stays in one piece with its assignment. A quote that is never closed is an ordinary character.
func splitDotenv(text string) []string {
	var entries []string
	for text != "" {
		entry := firstLine(text)
		if start := assignment().FindString(entry); start != "" {
			end := len(start) + quotedLength(text[len(start):])
			entry = text[:end] + firstLine(text[end:])
		}
		entries = append(entries, entry)
		text = text[len(entry):]
	}
	return entries
}

// quotedLength returns the length of the quoted value that the text begins with, and 0 if there is none. Behind the
// closing quote there is nothing but a comment: another quote is one that opens the next value.
func quotedLength(text string) int {
	quote := openingQuote(text)
	if quote == "" {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != "'":
			i++
		case text[i] == quote[0] && behindValue().MatchString(firstLine(text[i+1:])):
			return i + 1
		case text[i] == quote[0]:
			return 0
		}
	}
	return 0
}

// behindValue is what may stand behind a closing quote.
var behindValue = lazyregexp.New(`^\s*(?:$|\s#)`)

func openingQuote(value string) string {
	for _, quote := range []string{`"`, `'`, "`"} {
		if strings.HasPrefix(value, quote) {
			return quote
		}
	}
	return ""
}

func firstLine(text string) string {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

var plainValue = lazyregexp.New(`^[A-Za-z0-9_./:@%+,=-]*$`)

// quoteDotenv writes a value so that the dotenv libraries of the common languages, and a shell, read it back as it is.
func quoteDotenv(value string) string {
	switch {
	case plainValue().MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'" // nothing is special in it
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(value) + `"`
}

// readAlike reports whether the common readers of a .env agree on a value as quoteDotenv writes it: dotenv for Node,
// python-dotenv, and a shell. Between double quotes, a shell and Python undo backslashes before some characters, and
// Node's dotenv before none but n and r. Between single quotes Python undoes a backslash before another, and fills in
// ${NAME} wherever it stands.
func readAlike(value string) bool {
	switch {
	case plainValue().MatchString(value):
		return true
	case strings.Contains(value, "'"):
		return !strings.ContainsAny(value, "\"\\$`")
	}
	return !strings.Contains(value, `\\`) && !strings.HasSuffix(value, `\`) && !strings.Contains(value, "${")
}

// withoutAssignments is a .env without some variables; nil if nothing is left.
func withoutAssignments(text []byte, names ...string) []byte {
	var rest bytes.Buffer
	for _, entry := range splitDotenv(string(text)) {
		if match := assignment().FindStringSubmatch(entry); match == nil || !slices.Contains(names, match[1]) {
			rest.WriteString(entry)
		}
	}
	if len(bytes.TrimSpace(rest.Bytes())) == 0 {
		return nil
	}
	return rest.Bytes()
}

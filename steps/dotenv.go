package steps

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
)

// dotenvFile is where apps look for their settings.
const dotenvFile = ".env"

// Variable is one line of a .env file.
type Variable struct{ Name, Value string }

// mergeDotenv sets the variables in the folder's .env, and makes one if there is none.
func (f *Folder) mergeDotenv(variables []Variable) error {
	old, err := f.Read(dotenvFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &SaveError{Path: f.Path(dotenvFile), Err: cause(err)}
	}
	return f.Replace(dotenvFile, mergeDotenv(old, variables), secretMode)
}

// assignment is NAME=, with what may stand before it.
var assignment = regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=[ \t]*`)

// trailingComment is a comment behind a value; # begins one only after a blank.
var trailingComment = regexp.MustCompile(`\s+#.*$`)

// mergeDotenv returns the text with each variable set: in its place where it is there already, at the end where it is
// not. Every other line, comment and line ending stays as it was, and so does a line that only looks like an
// assignment because it stands inside a quoted value.
func mergeDotenv(old []byte, variables []Variable) []byte {
	text := string(old)
	end := "\n"
	if strings.Contains(text, "\r\n") {
		end = "\r\n"
	}
	values := make(map[string]string, len(variables))
	for _, v := range variables {
		values[v.Name] = quoteDotenv(v.Value)
	}
	set := make(map[string]bool, len(variables))
	var b strings.Builder
	for _, entry := range splitDotenv(text) {
		match := assignment.FindStringSubmatch(entry)
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
		old := line[len(match[0]):]
		b.WriteString(match[0] + value + commentAfter(old) + entry[len(line):])
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
	if quote := openingQuote(old); quote != "" {
		_, after, closed := strings.Cut(old[1:], quote)
		if !closed {
			return ""
		}
		old = after
	}
	return trailingComment.FindString(old)
}

// splitDotenv cuts the text into its lines, line endings included; a quoted value that goes on over several lines
// stays in one piece with its assignment. A quote that is never closed is an ordinary character.
func splitDotenv(text string) []string {
	var entries []string
	for text != "" {
		entry := firstLine(text)
		if start := assignment.FindString(entry); start != "" {
			entry = text[:quotedEnd(text, len(start), len(entry))]
		}
		entries = append(entries, entry)
		text = text[len(entry):]
	}
	return entries
}

// quotedEnd returns where the entry ends whose value begins at start and whose line ends at lineEnd.
func quotedEnd(text string, start, lineEnd int) int {
	quote := openingQuote(text[start:])
	if quote == "" {
		return lineEnd
	}
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != "'":
			i++
		case text[i] == quote[0]:
			return i + len(firstLine(text[i:]))
		}
	}
	return lineEnd
}

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

var plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]*$`)

// quoteDotenv writes a value so that the dotenv libraries of the common languages, and a shell, read it back as it is.
func quoteDotenv(value string) string {
	switch {
	case plainValue.MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'" // nothing is special in it
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(value) + `"`
}

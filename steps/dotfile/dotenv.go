// Package dotfile decodes text files, and edits settings in place, in .env files, INI and JSON. Lines of others stay as they are.
package dotfile

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Variable is a name with its value.
type Variable struct{ Name, Value string }

// Dotenv is a .env file. All other lines, comments and line endings stay as they are, even a line inside a quoted
// value that looks like an assignment.
type Dotenv struct {
	mark    string // a byte order mark, or nothing
	end     string // of a line that is added
	entries []string
}

// ParseDotenv reads a .env file. It refuses anything but UTF-8.
func ParseDotenv(content []byte) (Dotenv, error) {
	if err := CheckText(content); err != nil {
		return Dotenv{}, err
	}
	return DotenvOf(string(content)), nil
}

// DotenvOf reads a .env whose encoding was checked.
func DotenvOf(text string) Dotenv {
	text, marked := strings.CutPrefix(text, ByteOrderMark)
	d := Dotenv{end: "\n", entries: splitDotenv(text)}
	if marked {
		d.mark = ByteOrderMark
	}
	if n := strings.Count(text, "\n"); n > 0 && n == strings.Count(text, "\r\n") {
		d.end = "\r\n"
	}
	return d
}

// Get returns the value of a variable. The last line for a name counts, as in the dotenv libraries.
func (d Dotenv) Get(name string) (value string, ok bool) {
	for _, entry := range slices.Backward(d.entries) {
		if match := assignment().FindStringSubmatch(entry); match != nil && match[1] == name {
			return dotenvValue(entry, match), true
		}
	}
	return "", false
}

// Value is Get without telling a missing variable from an empty one.
func (d Dotenv) Value(name string) string {
	value, _ := d.Get(name)
	return value
}

// Names lists all variables in order.
func (d Dotenv) Names() []string {
	var names []string
	for _, entry := range d.entries {
		if match := assignment().FindStringSubmatch(entry); match != nil && !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	return names
}

// Set sets a variable in place, or appends it. With keep, lines with another value stay before it as comments.
func (d *Dotenv) Set(name, value string, keep bool) {
	var entries []string
	set := false
	for _, entry := range d.entries {
		match := assignment().FindStringSubmatch(entry)
		if match == nil || match[1] != name {
			entries = append(entries, entry)
			continue
		}
		set = true
		if old := dotenvValue(entry, match); keep && old != "" && old != value {
			entries = append(entries, d.aside(entry))
		}
		entries = append(entries, withValue(entry, match, value))
	}
	if !set {
		entries = append(d.ended(entries), name+"="+quoteDotenv(value)+d.end)
	}
	d.entries = d.ended(entries)
}

// Unset removes a variable. With keep, its lines stay as comments.
func (d *Dotenv) Unset(name string, keep bool) {
	var entries []string
	for _, entry := range d.entries {
		match := assignment().FindStringSubmatch(entry)
		switch {
		case match == nil || match[1] != name:
			entries = append(entries, entry)
		case keep:
			entries = append(entries, d.aside(entry))
		}
	}
	d.entries = entries
}

// setAside begins each line that is kept as a comment.
const setAside = "# set aside by credwiz: "

func (d *Dotenv) aside(entry string) string {
	var b strings.Builder
	for line := range strings.Lines(entry) {
		b.WriteString(setAside + line)
	}
	if !strings.HasSuffix(entry, "\n") {
		b.WriteString(d.end)
	}
	return b.String()
}

// Restore brings back the lines that were set aside.
func (d *Dotenv) Restore() {
	var b strings.Builder
	for _, entry := range d.entries {
		b.WriteString(strings.TrimPrefix(entry, setAside))
	}
	d.entries = splitDotenv(b.String())
}

// Bytes returns the file's content; nil if it is empty.
func (d Dotenv) Bytes() []byte {
	text := strings.Join(d.entries, "")
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return []byte(d.mark + text)
}

func (d *Dotenv) ended(entries []string) []string {
	if n := len(entries); n > 0 && !strings.HasSuffix(entries[n-1], "\n") {
		entries[n-1] += d.end
	}
	return entries
}

var assignment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=([ \t]*)`)
})

// trailingComment is a comment after a value; # begins one only after a blank.
var trailingComment = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s+#.*$`) })

func withValue(entry string, match []string, value string) string {
	line := strings.TrimRight(entry, "\r\n")
	name, old := match[0], line[len(match[0]):]
	if blanks := match[2]; blanks != "" && strings.HasPrefix(old, "#") {
		// There is no value, and the blanks belong to the comment.
		name, old = strings.TrimSuffix(name, blanks), blanks+old
	}
	return name + quoteDotenv(value) + commentAfter(old) + entry[len(line):]
}

func dotenvValue(entry string, match []string) string {
	text := strings.ReplaceAll(entry[len(match[0]):], "\r\n", "\n")
	if n := quotedLength(text); n > 0 {
		if text[0] == '\'' {
			return text[1 : n-1]
		}
		return dotenvEscapes.Replace(text[1 : n-1])
	}
	if strings.HasPrefix(text, "#") && match[2] != "" {
		return "" // the blanks belong to a comment
	}
	return strings.TrimSpace(trailingComment().ReplaceAllString(strings.TrimRight(text, "\r\n"), ""))
}

//nolint:gochecknoglobals // A table, which nothing changes.
var dotenvEscapes = strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\\`, `\`, `\"`, `"`, `\$`, "$", "\\`", "`")

func commentAfter(old string) string {
	return trailingComment().FindString(old[quotedLength(old):])
}

// splitDotenv splits the text into lines; a quoted value over several lines stays one entry. A quote that is never
// closed is an ordinary character.
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

// quotedLength returns the length of the quoted value at the start, or 0. Only a comment may follow a closing quote;
// otherwise the quote opens the next value.
func quotedLength(text string) int {
	if text == "" || strings.IndexByte("\"'`", text[0]) < 0 {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != '\'':
			i++
		case text[i] == quote && behindValue().MatchString(firstLine(text[i+1:])):
			return i + 1
		case text[i] == quote:
			return 0
		}
	}
	return 0
}

var behindValue = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*(?:$|\s#)`) })

func firstLine(text string) string {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

var plainValue = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]*$`) })

// quoteDotenv quotes a value for the dotenv libraries of Node, Python and Go, Node itself and a shell, if ReadAlike.
func quoteDotenv(value string) string {
	switch {
	case plainValue().MatchString(value):
		return value
	case !strings.Contains(value, "'"):
		return "'" + value + "'" // nothing is special in it
	}
	return `"` + value + `"`
}

// ReadAlike reports whether all common readers of a .env agree on some spelling of a value. In double quotes they
// differ on quotes, backslashes, dollars and backquotes, escaped or not. In single quotes Python undoes doubled
// backslashes, and expands ${NAME} anywhere.
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

// ByteOrderMark begins UTF-8 files of some editors.
const ByteOrderMark = "\ufeff"

// ErrUTF16 is a file that is readable, but cannot be appended to in UTF-8.
var ErrUTF16 = errors.New("it is UTF-16")

// CheckText refuses a file that cannot be merged into: ErrUTF16 or a *TextError.
func CheckText(content []byte) error {
	if bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) {
		return ErrUTF16
	}
	_, err := DecodeText(content)
	return err
}

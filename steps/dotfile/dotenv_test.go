package dotfile

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The tests of the .env format are inside the package: through the steps, only the wizard's own variables would reach it.

// mergeDotenv sets variables in a text, and keeps no old lines.
func mergeDotenv(old []byte, variables []Variable) []byte {
	d, err := ParseDotenv(old)
	if err != nil {
		panic(err)
	}
	for _, v := range variables {
		d.Set(v.Name, v.Value, false)
	}
	return d.Bytes()
}

func TestMergeDotenv(t *testing.T) {
	t.Parallel()
	ours := []Variable{{"ID", "new"}}
	for name, test := range map[string]struct {
		old  string
		set  []Variable
		want string
	}{
		"no file":                                   {"", ours, "ID=new\n"},
		"in its place":                              {"A=1\nID=old\nB=2\n", ours, "A=1\nID=new\nB=2\n"},
		"at the end":                                {"A=1\n", ours, "A=1\nID=new\n"},
		"no final newline":                          {"A=1", ours, "A=1\nID=new\n"},
		"its own line without newline":              {"ID=old", ours, "ID=new\n"},
		"comments and blank lines":                  {"# ID=no\n\n#\nA=1 # ID=no\n", ours, "# ID=no\n\n#\nA=1 # ID=no\nID=new\n"},
		"a comment behind it":                       {"ID=old # the id\n", ours, "ID=new # the id\n"},
		"a comment and no value":                    {"ID= # the id\n", ours, "ID=new # the id\n"},
		"a comment behind quotes":                   {"ID=\"old # no\" # the id\n", ours, "ID=new # the id\n"},
		"a comment behind escapes":                  {`ID="old \" # no" # the id` + "\n", ours, "ID=new # the id\n"},
		"a hash within a value":                     {"ID=old#1\n", ours, "ID=new\n"},
		"export":                                    {"export ID=old\n", ours, "export ID=new\n"},
		"indented":                                  {"  \tID=old\n", ours, "  \tID=new\n"},
		"blanks around the sign":                    {"ID = old\n", ours, "ID = new\n"},
		"CRLF":                                      {"A=1\r\nID=old\r\nB=2\r\n", []Variable{{"ID", "new"}, {"JWT", "x"}}, "A=1\r\nID=new\r\nB=2\r\nJWT=x\r\n"},
		"CRLF without the last":                     {"A=1\r\nB=2", ours, "A=1\r\nB=2\r\nID=new\r\n"},
		"twice":                                     {"ID=old\nA=1\nID=older\n", ours, "ID=new\nA=1\nID=new\n"},
		"longer and shorter names":                  {"IDENTITY=1\nMY_ID=2\nI=3\nid=4\n", ours, "IDENTITY=1\nMY_ID=2\nI=3\nid=4\nID=new\n"},
		"inside a quoted value":                     {"A=\"one\nID=old\n\"\n", ours, "A=\"one\nID=old\n\"\nID=new\n"},
		"inside a single-quoted value":              {"A='one\nID=old\n' # end\n", ours, "A='one\nID=old\n' # end\nID=new\n"},
		"inside backquotes":                         {"A=`one\nID=old\n`\n", ours, "A=`one\nID=old\n`\nID=new\n"},
		"behind an escaped quote":                   {"A=\"one \\\"\nID=old\n\"\n", ours, "A=\"one \\\"\nID=old\n\"\nID=new\n"},
		"its own value over lines":                  {"ID=\"old\nolder\" # the id\nA=1\n", ours, "ID=new # the id\nA=1\n"},
		"its own quote never closed":                {"ID=\"old\nA=1\n", ours, "ID=new\nA=1\n"},
		"its own quote, closed by the next value's": {"ID=\"old\nA=\"1\"\nB=2\n", ours, "ID=new\nA=\"1\"\nB=2\n"},
		"a quote never closed":                      {"A=\"one\nID=old\n", ours, "A=\"one\nID=new\n"},
		"a quote within a value":                    {"A=it's\nID=old\nB='\n", ours, "A=it's\nID=new\nB='\n"},
		"what is no assignment":                     {"hello\nID\nID: x\n=1\n", ours, "hello\nID\nID: x\n=1\nID=new\n"},
		"only a newline":                            {"\n", ours, "\nID=new\n"},
		"order of the new ones":                     {"", []Variable{{"B", "1"}, {"A", "2"}}, "B=1\nA=2\n"},
		"nothing to set":                            {"A=1", nil, "A=1"},
		"a value with blanks":                       {"", []Variable{{"ID", "Alice Ardent"}}, "ID='Alice Ardent'\n"},
		"a value with a hash":                       {"", []Variable{{"ID", "a #b"}}, "ID='a #b'\n"},
		"a value with a dollar":                     {"", []Variable{{"ID", "$HOME"}}, "ID='$HOME'\n"},
		"a value with a quote":                      {"", []Variable{{"ID", "O'Neil"}}, "ID=\"O'Neil\"\n"},
		"a value that is empty":                     {"", []Variable{{"ID", ""}}, "ID=\n"},
		"a token":                                   {"", []Variable{{"ID", "eyJh.eyJp_-.c2ln-_"}}, "ID=eyJh.eyJp_-.c2ln-_\n"},
		"a value with an address":                   {"", []Variable{{"ID", "a+b@c.test:8080/%20,x=1"}}, "ID=a+b@c.test:8080/%20,x=1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := string(mergeDotenv([]byte(test.old), test.set))
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if again := string(mergeDotenv([]byte(got), test.set)); again != got {
				t.Errorf("a second time it is\n%s\nafter\n%s", again, got)
			}
		})
	}
}

func FuzzMergeDotenv(f *testing.F) {
	for _, old := range []string{
		"", "A=1\nUSER=bob # who\n", "export USER='x\ny'\r\nB=2", "# c\nJWT= # t\n\nUSER=\"a\\\"b\"\n", "A=\"x\nUSER=no\n\"\nUSER=a\n",
		"A='\nUSER=`x\n`\n", "USER=\"x\nA=\"y\"\n", "JWT=a#b\nJWT =c\n  JWT=d", "A=\\\nUSER",
	} {
		f.Add(old, "O'Neil x # y")
		f.Add(old, "alice")
	}
	f.Fuzz(func(t *testing.T, old, user string) {
		if CheckText([]byte(old)) != nil || strings.HasPrefix(old, "\ufeff") {
			return // refused, or in another test
		}
		if !utf8.ValidString(user) || !ReadAlike(user) || strings.TrimSpace(user) != user || strings.ContainsFunc(user, unicode.IsControl) {
			t.Skip("no name of a user is like this: its field refuses it")
		}
		set := []Variable{{"USER", user}, {"JWT", "eyJ.eyJ.c2ln"}}
		merged := string(mergeDotenv([]byte(old), set))

		before, sound := readDotenv(old)
		after, _ := readDotenv(merged)
		var kept []string
		for _, e := range before {
			if e.name != "USER" && e.name != "JWT" {
				kept = append(kept, linesOf(e.text)...)
			}
		}
		if missing := notInOrder(kept, linesOf(merged)); missing != "" {
			t.Errorf("the line %q is lost\nbefore:\n%s\nafter:\n%s", missing, old, merged)
		}
		if !sound {
			// A quote that is never closed: readers disagree about what follows.
			return
		}
		for _, v := range set {
			found := false
			for _, e := range after {
				if e.name == v.Name {
					found = true
					if e.value != v.Value {
						t.Errorf("%s reads %q, want %q\nbefore:\n%s\nafter:\n%s", v.Name, e.value, v.Value, old, merged)
					}
				}
			}
			if !found {
				t.Errorf("%s is not there\nbefore:\n%s\nafter:\n%s", v.Name, old, merged)
			}
		}
		if again := string(mergeDotenv([]byte(merged), set)); again != merged {
			t.Errorf("a second time it is\n%q\nafter\n%q\nfrom\n%q", again, merged, old)
		}
	})
}

// linesOf cuts a text into lines without their ends; the last line of a file may be given one.
func linesOf(text string) []string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], "\r")
	}
	return lines
}

// notInOrder returns the first of the lines that is not among all, behind those before it.
func notInOrder(lines, all []string) string {
	for _, line := range lines {
		for len(all) > 0 && all[0] != line {
			all = all[1:]
		}
		if len(all) == 0 {
			return line
		}
		all = all[1:]
	}
	return ""
}

type dotenvEntry struct {
	text        string // whole, with its line endings
	name, value string
}

// readDotenv is another reader of the same format, to check the writer with: rune by rune, without a regular
// expression. It reports whether every quote that opens a value is closed.
func readDotenv(text string) (entries []dotenvEntry, sound bool) {
	sound = true
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		line = strings.TrimRight(line, "\r")
		name, value, ok := assigned(line)
		var e dotenvEntry
		if ok {
			e.name, e.value = name, withoutComment(value)
		}
		value = strings.TrimLeft(value, " \t")
		if ok && value != "" && strings.ContainsRune("\"'`", rune(value[0])) {
			// The value may go on behind this line.
			read, behind, closed := quotedText(text[len(line)-len(value):])
			if closed {
				e.value = read
				_, rest, _ = strings.Cut(behind, "\n")
			}
			sound = sound && closed
		}
		e.text = text[:len(text)-len(rest)]
		entries = append(entries, e)
		text = rest
	}
	return entries, sound
}

const dotenvBlanks = " \t\f\r"

// assigned cuts NAME = VALUE, with export before it or not. The value keeps its blanks.
func assigned(line string) (name, value string, ok bool) {
	left, value, ok := strings.Cut(line, "=")
	left = strings.TrimLeft(left, dotenvBlanks)
	if word, more, found := strings.Cut(left, "export"); found && word == "" && strings.TrimLeft(more, dotenvBlanks) != more &&
		strings.Trim(more, dotenvBlanks) != "" {
		left = strings.TrimLeft(more, dotenvBlanks)
	}
	name = strings.TrimRight(left, dotenvBlanks)
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r != '.' && r != '-' && (r < '0' || r > '9')) {
			return "", "", false
		}
	}
	return name, value, ok && name != ""
}

// quotedText reads a quoted value, which only blanks and a comment may follow on its last line.
func quotedText(text string) (value, behind string, closed bool) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != '\'' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == quote:
			behind = text[i+1:]
			line, _, _ := strings.Cut(behind, "\n")
			comment := strings.TrimLeft(line, dotenvBlanks)
			return b.String(), behind, comment == "" || comment[0] == '#' && comment != line
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", false
}

func withoutComment(value string) string {
	for i := range value {
		if value[i] == '#' && i > 0 && strings.ContainsRune(dotenvBlanks, rune(value[i-1])) {
			value = value[:i]
			break
		}
	}
	return strings.Trim(value, dotenvBlanks)
}

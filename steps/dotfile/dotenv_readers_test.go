package dotfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/joho/godotenv"
)

// Readers of .env files differ. These are the rules of four, as far as values go that mergeDotenv
// may write.

// nodeLine and readAsNode are those of lib/main.js of dotenv 16 to 18, for Node.
var nodeLine = regexp.MustCompile(`(?m)^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*` +
	"`(?:\\\\`|[^`])*`" + `|[^#\r\n]+)?\s*(?:#.*)?$`)

func readAsNode(text, name string) (value string, ok bool) {
	for _, match := range nodeLine.FindAllStringSubmatch(strings.ReplaceAll(text, "\r\n", "\n"), -1) {
		if match[1] != name {
			continue
		}
		value, ok = strings.TrimSpace(match[2]), true
		quote := byte(0)
		if value != "" {
			quote = value[0]
		}
		if last := len(value) - 1; last > 0 && strings.IndexByte("'\"`", quote) >= 0 && value[last] == quote {
			value = value[1:last]
		}
		if quote == '"' {
			value = strings.NewReplacer(`\n`, "\n", `\r`, "\r").Replace(value)
		}
	}
	return value, ok
}

// readAsPython is that of parser.py and variables.py of python-dotenv 1.
var (
	pythonSingle  = regexp.MustCompile(`^'((?:\\'|[^'])*)'`)
	pythonDouble  = regexp.MustCompile(`^"((?:\\"|[^"])*)"`)
	pythonPlain   = regexp.MustCompile(`^[^\r\n]*`)
	pythonComment = regexp.MustCompile(`\s+#.*`)
	singleEscapes = regexp.MustCompile(`\\[\\']`)
	doubleEscapes = regexp.MustCompile(`\\[\\'"abfnrtv]`)
	pythonFillIn  = regexp.MustCompile(`\$\{([^\}:]*)(?::-([^\}]*))?\}`)
)

func readAsPython(text, name string) (value string, ok bool) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, name+"=")
		if !found {
			continue
		}
		ok = true
		if m := pythonSingle.FindStringSubmatch(rest); m != nil {
			value = singleEscapes.ReplaceAllStringFunc(m[1], func(s string) string { return s[1:] })
		} else if m := pythonDouble.FindStringSubmatch(rest); m != nil {
			value = doubleEscapes.ReplaceAllStringFunc(m[1], func(s string) string {
				return map[string]string{"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}[s[1:]] +
					strings.Trim(s[1:], "abfnrtv")
			})
		} else {
			value = strings.TrimRight(pythonComment.ReplaceAllString(pythonPlain.FindString(rest), ""), " \t\r\n")
		}
		value = pythonFillIn.ReplaceAllString(value, "$2")
	}
	return value, ok
}

// readAsShell follows sections 2.2 and 2.6 of the POSIX shell's language. What would be filled in becomes a mark.
func readAsShell(text, name string) (value string, ok bool) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), name+"=")
		if !found {
			continue
		}
		var b strings.Builder
		quote := byte(0)
		for i := 0; i < len(rest); i++ {
			c := rest[i]
			switch {
			case quote == '\'' && c != quote:
				b.WriteByte(c)
			case c == quote:
				quote = 0
			case quote == 0 && (c == '\'' || c == '"'):
				quote = c
			case c == '\\' && i+1 < len(rest) && (quote == 0 || strings.IndexByte("$`\"\\", rest[i+1]) >= 0):
				i++
				b.WriteByte(rest[i])
			case c == '$', c == '`':
				b.WriteString("(filled in)")
			case quote == 0 && strings.IndexByte(" \t;&|<>()~*?[#!", c) >= 0:
				b.WriteString("(another word)")
			default:
				b.WriteByte(c)
			}
		}
		value, ok = b.String(), quote == 0
	}
	return value, ok
}

// readAsGo is godotenv itself.
func readAsGo(text, name string) (value string, ok bool) {
	values, err := godotenv.Unmarshal(text)
	value, ok = values[name]
	return value, ok && err == nil
}

var readers = map[string]func(text, name string) (string, bool){
	"Node": readAsNode, "Python": readAsPython, "a shell": readAsShell, "Go": readAsGo,
}

// values are split by whether all readers agree on them.
var values = map[string]bool{
	"": true, "alice": true, "Alice Ardent": true, "O'Neil": true, "Zoë 日本 👩‍🚀": true, `5" disk`: true, "a #b": true, "#": true,
	"$HOME": true, "a$": true, "`id`": true, "$(id)": true, `a\b`: true, `a\nb`: true, "!x": true, "~": true, "a=b": true, "*": true,
	"{x}": true, "'": true, "a;b": true, "O'Neil #1": true,
	`'"`: false, "O'Neil $5": false, "O'Neil `x`": false, `O'Neil \ x`: false, `a\\b`: false, `a\`: false, `a \`: false,
	"${HOME}": false, "a ${x:-y} b": false, `Jim "O'Neil" Hart`: false,
}

func TestValuesThatReadersDisagreeOnAreKnown(t *testing.T) {
	t.Parallel()
	for value, agree := range values {
		text := string(mergeDotenv(nil, []Variable{{"USER", value}, {"JWT", "eyJ.eyJ.c2ln"}}))
		same := true
		for name, read := range readers {
			got, ok := read(text, "USER")
			same = same && ok && got == value
			if agree && (!ok || got != value) {
				t.Errorf("%s reads %q as %q from %s", name, value, got, text)
			}
		}
		if agree != ReadAlike(value) {
			t.Errorf("%q: told apart as %v", value, ReadAlike(value))
		}
		if same && !agree && !strings.HasSuffix(value, `\`) {
			// Whether a backslash at the end escapes the quote depends on the lines that follow.
			t.Errorf("%q: all of them read it alike", value)
		}
	}
}

// program is a real reader of a .env: it prints the values of V0, V1 and so on, a line each, from the file that its last
// argument but one names. The last is how many there are.
type program struct {
	has  []string // a command that tells whether it is here
	read []string
}

const (
	shellLoop = `; i=0; while [ $i -lt $2 ]; do eval "printf '%s\n' \"\$V$i\""; i=$((i+1)); done`
	nodeLoop  = `; for (let i = 0; i < process.argv[2]; i++) console.log(read['V' + i])`
)

var programs = map[string]program{
	"a shell": {[]string{"sh", "-c", ":"}, []string{"sh", "-c", `. "$1"` + shellLoop, "sh"}},
	"bash":    {[]string{"bash", "-c", ":"}, []string{"bash", "-c", `source "$1"` + shellLoop, "bash"}},
	"Node":    {[]string{"node", "-e", "if (!process.loadEnvFile) process.exit(1)"}, []string{"node", "-e", "process.loadEnvFile(process.argv[1]); const read = process.env" + nodeLoop}},
	"dotenv for Node": {
		[]string{"node", "-e", "require(process.env.CREDWIZ_NODE_MODULES + '/dotenv')"},
		[]string{"node", "-e", `const { parse } = require(process.env.CREDWIZ_NODE_MODULES + '/dotenv')
			const read = parse(require('fs').readFileSync(process.argv[1]))` + nodeLoop},
	},
	"Python": {
		[]string{"python3", "-c", "import dotenv"},
		[]string{"python3", "-c", `import dotenv, sys
read = dotenv.dotenv_values(sys.argv[1])
for i in range(int(sys.argv[2])): sys.stdout.buffer.write((read['V%d' % i] + '\n').encode())`},
	},
}

// The rules above are as good as their author; so this asks the real readers.
func TestTheProgramsThatReadTheFileAllReadItAlike(t *testing.T) {
	t.Attr("fault", "field-D10")
	var variables []Variable
	want := ""
	for value, agree := range values {
		if agree {
			variables = append(variables, Variable{"V" + strconv.Itoa(len(variables)), value})
			want += value + "\n"
		}
	}
	text := mergeDotenv(nil, variables)
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				t.Skip("SKIPPED: -short leaves out what runs other programs")
			}
			if err := exec.CommandContext(t.Context(), program.has[0], program.has[1:]...).Run(); err != nil {
				t.Skipf("SKIPPED: %s is not here to be asked: %v", name, err)
			}
			args := append(slices.Clip(program.read[1:]), file, strconv.Itoa(len(variables)))
			if got, err := exec.CommandContext(t.Context(), program.read[0], args...).Output(); err != nil || string(got) != want {
				t.Errorf("%s\nis read as\n%s%v", text, got, err)
			}
		})
	}
}

func FuzzQuoteDotenv(f *testing.F) {
	for value := range values {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if !utf8.ValidString(value) || strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl) ||
			strings.ContainsAny(value, "\u2028\u2029\ufeff") {
			t.Skip("no name is like this: its field refuses it")
		}
		if !ReadAlike(value) {
			return
		}
		text := string(mergeDotenv(nil, []Variable{{"USER", value}, {"JWT", "eyJ.eyJ.c2ln"}}))
		for name, read := range readers {
			if got, ok := read(text, "USER"); !ok || got != value {
				t.Errorf("%s reads %q as %q from %s", name, value, got, text)
			}
			if got, ok := read(text, "JWT"); !ok || got != "eyJ.eyJ.c2ln" {
				t.Errorf("%s reads the token as %q from %s", name, got, text)
			}
		}
	})
}

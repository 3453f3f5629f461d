package words

import (
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"credwiz/client"
	"credwiz/client/redact"
)

// Target is the folder and the API of a proposed command line.
type Target struct {
	Dir  string // as the user gave it; empty or a dot for the current one
	Host string // the API's base URL; empty for the usual one
}

// Command returns a credwiz command line for a shell. The first word is the command, unless it is the wizard.
func (t Target) Command(words ...string) string {
	line := []string{"credwiz"}
	wizard := len(words) == 0 || strings.HasPrefix(words[0], "--")
	if !wizard {
		line, words = append(line, words[0]), words[1:]
	}
	if t.Dir != "" && filepath.Clean(t.Dir) != "." {
		line = append(line, "--dir", t.Dir)
	}
	// Other commands take the host from the folder, or need none.
	if wizard && t.Host != "" && t.Host != client.DefaultHost {
		line = append(line, "--api-host", t.Host)
	}
	return Command(append(line, words...)...)
}

var plainFlag = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-(?:[A-Za-z]|-[a-z-]+)$`) })

// Command is a command line for a shell.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plainFlag().MatchString(word) {
			quoted[i] = InShell(word)
		}
	}
	return redact.Printable(strings.Join(quoted, " "))
}

var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*$`) })

// InShell quotes a word for a shell only if it needs quotes.
func InShell(word string) string {
	if plainWord().MatchString(word) {
		return word
	}
	return ShellQuote(word)
}

// ShellQuote quotes a text as one word for every POSIX shell.
func ShellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

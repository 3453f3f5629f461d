package words

import (
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"credwiz/client"
	"credwiz/client/redact"
)

// Target is what a proposed command line works on: the same folder and the same API as the run that proposes it.
type Target struct {
	Dir  string // as the user gave it; empty or a dot for the current one
	Host string // the API's base URL; empty for the usual one
}

// Command is a command line of credwiz, for a shell. Its words begin with the command, if that is not the wizard.
func (t Target) Command(words ...string) string {
	line := []string{"credwiz"}
	wizard := len(words) == 0 || strings.HasPrefix(words[0], "--")
	if !wizard {
		line, words = append(line, words[0]), words[1:]
	}
	if t.Dir != "" && filepath.Clean(t.Dir) != "." {
		line = append(line, "--dir", t.Dir)
	}
	// The other commands take the host from the folder, or need none.
	if wizard && t.Host != "" && t.Host != client.DefaultHost {
		line = append(line, "--api-host", t.Host)
	}
	return Command(append(line, words...)...)
}

// plainFlag is a word that means a flag to the command, and nothing to a shell.
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

// InShell is shellQuote for words that people read too: what needs no quotes has none.
func InShell(word string) string {
	if plainWord().MatchString(word) {
		return word
	}
	return ShellQuote(word)
}

// ShellQuote makes one word of a text, for every POSIX shell: nothing is special between single quotes but their end.
func ShellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

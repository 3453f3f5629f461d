package steps

import (
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"credwiz/client"
	"credwiz/client/redact"
)

// target is what a proposed command line works on: the same folder and the same API as the run that proposes it.
type target struct {
	dir  string // as the user gave it; empty or a dot for the current one
	host string // the API's base URL; empty for the usual one
}

func (f *Folder) target(host string) target { return target{f.Given(), host} }

// command is a command line of credwiz, for a shell. Its words begin with the command, if that is not the wizard.
func (t target) command(words ...string) string {
	line := []string{"credwiz"}
	wizard := len(words) == 0 || strings.HasPrefix(words[0], "--")
	if !wizard {
		line, words = append(line, words[0]), words[1:]
	}
	if t.dir != "" && filepath.Clean(t.dir) != "." {
		line = append(line, "--dir", t.dir)
	}
	// The other commands take the host from the folder, or need none.
	if wizard && t.host != "" && t.host != client.DefaultHost {
		line = append(line, "--api-host", t.host)
	}
	return command(append(line, words...)...)
}

// plainFlag is a word that means a flag to the command, and nothing to a shell.
var plainFlag = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-(?:[A-Za-z]|-[a-z-]+)$`) })

// command is a command line for a shell.
func command(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plainFlag().MatchString(word) {
			quoted[i] = inShell(word)
		}
	}
	return redact.Printable(strings.Join(quoted, " "))
}

var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:@%+,=-]*$`) })

// inShell is shellQuote for words that people read too: what needs no quotes has none.
func inShell(word string) string {
	if plainWord().MatchString(word) {
		return word
	}
	return shellQuote(word)
}

// shellQuote makes one word of a text, for every POSIX shell: nothing is special between single quotes but their end.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

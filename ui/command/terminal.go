package command

import (
	"os"
	"strings"

	"credwiz/ui"

	"github.com/charmbracelet/x/term"
)

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// look is what the terminal can show.
func look() ui.Look { return ui.Look{ASCII: !utf8Locale(), NoColor: os.Getenv("NO_COLOR") != ""} }

// utf8Locale reports whether the terminal shows more than ASCII. A locale that is not set says nothing, and nearly
// every terminal does.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(os.Getenv(name)); locale != "" {
			return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
		}
	}
	return true
}

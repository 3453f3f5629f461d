package command

import (
	"bufio"
	"os"
	"strings"

	"credwiz/ui"

	"github.com/charmbracelet/x/term"
)

// asker reads answers line by line. Reading a secret turns the echo off; restore puts it back, whatever ended the reading.
func (c console) asker() (ask ui.Asker, restore func()) {
	ask, restore = ui.Asker{Lines: bufio.NewReader(c.in)}, func() {}
	if !isTerminal(c.in) {
		return ask, restore
	}
	if state, err := term.GetState(c.in.Fd()); err == nil {
		restore = func() { _ = term.Restore(c.in.Fd(), state) }
	}
	ask.Hide = func() (show func()) { return hideTyping(c.in) }
	ask.Secret = func() (string, error) {
		secret, err := term.ReadPassword(c.in.Fd())
		return string(secret), err
	}
	return ask, restore
}

// width is that of the terminal that results go to; 0 if they go elsewhere, where lines are not broken.
func (c console) width() int { return columns(c.out) }

func columns(stream any) int {
	if f, ok := file(stream); ok && isTerminal(stream) {
		columns, _ := ui.Size(f)
		return columns
	}
	return 0
}

func isTerminal(stream any) bool {
	f, ok := file(stream)
	return ok && term.IsTerminal(f.Fd())
}

func file(stream any) (*os.File, bool) {
	if o, ok := stream.(*output); ok {
		stream = o.to
	}
	f, ok := stream.(*os.File)
	return f, ok
}

// look is what the terminal can show.
func look() ui.Look { return ui.Look{ASCII: !utf8Locale(), NoColor: os.Getenv("NO_COLOR") != ""} }

// lines is what a terminal can show to which lines are written.
func (c console) lines() ui.Look {
	l := look()
	l.Columns = columns(c.err)
	return l
}

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

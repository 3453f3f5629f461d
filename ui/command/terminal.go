package command

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/termenv"

	"credwiz/steps/answer"
	"credwiz/ui/plain"
	"credwiz/ui/style"
	"credwiz/ui/tty"
)

func (c console) input() plain.Input {
	input := plain.Input{Lines: bufio.NewReader(c.in), Jobs: c.jobs}
	if isTerminal(c.in) {
		input.Terminal = c.in
		if tty.Repair(c.in) {
			c.say(strings.TrimSuffix(tty.RepairedNotice, "\n"))
		}
	}
	return input
}

func (c console) ask(ctx context.Context, field answer.Field) (string, error) {
	return plain.Ask(ctx, c.input(), c.err, field, c.look(c.err))
}

func (c console) confirm(ctx context.Context, question string) (bool, error) {
	return plain.Confirm(ctx, c.input(), c.err, question, c.look(c.err))
}

func columns(stream any) int {
	if f, ok := file(stream); ok && isTerminal(stream) {
		return tty.WindowSize(f, windowOfEnvironment()).Columns
	}
	return 0
}

func isTerminal(stream any) bool {
	f, ok := file(stream)
	return ok && term.IsTerminal(f.Fd())
}

func file(stream any) (*os.File, bool) {
	if o, ok := stream.(*destination); ok {
		stream = o.to
	}
	f, ok := stream.(*os.File)
	return f, ok
}

func terminalLook() style.Look {
	return style.Look{ASCII: !utf8Locale(), NoColor: os.Getenv("NO_COLOR") != "", Window: windowOfEnvironment()}
}

// windowOfEnvironment is for terminals that do not report a size.
func windowOfEnvironment() style.Size {
	cells := func(variable string) int {
		const most = 1000
		n, err := strconv.Atoi(os.Getenv(variable))
		if err != nil || n < 1 || n > most {
			return 0
		}
		return n
	}
	return style.Size{Columns: cells("COLUMNS"), Rows: cells("LINES")}
}

// look is for lines: only a terminal gets color, and lines that are broken to its width.
func (c console) look(stream any) style.Look {
	l := terminalLook()
	l.Columns = columns(stream)
	l.NoColor = l.NoColor || wantsLines() || !showsColor(stream)
	return l
}

// showsColor also asks the console of Windows to obey escape sequences.
func showsColor(stream any) bool {
	f, ok := file(stream)
	if !ok || !isTerminal(stream) {
		return false
	}
	_, err := termenv.EnableVirtualTerminalProcessing(termenv.NewOutput(f))
	return err == nil
}

// wantsLines reports whether the terminal or its user cannot make use of screens.
func wantsLines() bool { return os.Getenv("ACCESSIBLE") != "" || os.Getenv("TERM") == "dumb" }

// utf8Locale reports whether the terminal shows more than ASCII. Without a locale it probably does.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToUpper(os.Getenv(name)); locale != "" {
			return strings.Contains(locale, "UTF-8") || strings.Contains(locale, "UTF8")
		}
	}
	return true
}

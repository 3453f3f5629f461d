// Package style is how texts look: colors, widths, safe text, QR codes.
package style

import (
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/help"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/spinner"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Look describes what a terminal can show.
type Look struct {
	ASCII   bool // the locale is not UTF-8
	NoColor bool // https://no-color.org
	Still   bool // nothing turns and no time is counted, for pictures
	Columns int  // of a terminal for lines, which are broken between words; 0 breaks none
	Window  Size // of a terminal that does not report its own
}

// Size is the size of a window in cells. What is 0 is not known.
type Size struct{ Columns, Rows int }

// Words replaces the letters that the terminal cannot show.
func (l Look) Words(text string) string { return l.letters().Replace(text) }

func (l Look) letters() *strings.Replacer {
	if !l.ASCII {
		return strings.NewReplacer()
	}
	u, a := unicodeGlyphs(), asciiGlyphs()
	return strings.NewReplacer("“", `"`, "”", `"`, "•", "*",
		u.Done, a.Done, u.Failed, a.Failed, u.Current, a.Current, u.Dot, a.Dot, u.Ellipsis, a.Ellipsis, u.Pointer, a.Pointer)
}

// Theme has the styles and glyphs of the screens. A color never carries meaning alone: a glyph and a word do too.
type Theme struct {
	Plain, Title, Bold, Accent, Good, Warn, Bad, Faint, Badge lipgloss.Style
	// paper is black on white whatever the terminal's colors, with NO_COLOR too: most readers refuse an inverted QR
	// code.
	paper   lipgloss.Style
	ascii   bool
	help    help.Model
	Glyph   Glyphs
	Still   bool
	Letters *strings.Replacer
}

// Glyphs are one cell wide in every terminal and font, unlike emoji.
type Glyphs struct {
	Done, Failed, Warned, Current, Ahead string
	Bar, Pointer, Dot, Ellipsis, More    string
	full, empty                          string // of a progress bar
	Bullet                               rune
	Right, UpDown, LeftRight             string // keys
	spinner                              spinner.Spinner
}

// NewTheme returns the theme for an output.
func NewTheme(out io.Writer, look Look) Theme {
	// Detecting the profile might query the terminal.
	r := lipgloss.NewRenderer(out)
	r.SetColorProfile(termenv.ANSI)
	plain := r.NewStyle()
	colored := func(code string) lipgloss.Style {
		if look.NoColor {
			return plain
		}
		return plain.Foreground(lipgloss.Color(code))
	}
	const black, red, green, yellow, cyan, white = "0", "1", "2", "3", "6", "15"
	t := Theme{
		Plain:  plain,
		Title:  plain.Bold(true),
		Bold:   plain.Bold(true),
		Accent: colored(cyan).Bold(true),
		Good:   colored(green),
		Warn:   colored(yellow),
		Bad:    colored(red).Bold(true),
		Faint:  plain.Faint(true),
		Badge:  colored(yellow).Reverse(true),
		paper:  plain.Foreground(lipgloss.Color(black)).Background(lipgloss.Color(white)),
		Glyph:  unicodeGlyphs(),

		ascii:   look.ASCII,
		Letters: look.letters(),
		Still:   look.Still,
	}
	if look.ASCII {
		t.Glyph = asciiGlyphs()
	}
	t.help = help.New()
	t.help.ShortSeparator = " " + t.Glyph.Dot + " "
	t.help.Styles = help.Styles{ShortKey: t.Accent, ShortDesc: t.Faint, ShortSeparator: t.Faint}
	return t
}

func unicodeGlyphs() Glyphs {
	return Glyphs{
		Done: MarkDone, Failed: MarkFailed, Warned: MarkWarned, Current: MarkNow, Ahead: "○",
		Bar: "┃", Pointer: "❯", Dot: "·", Ellipsis: "…", More: "▸", Bullet: '•',
		full: "█", empty: "░",
		Right: "→", UpDown: "↑↓", LeftRight: "←→",
		spinner: spinner.MiniDot,
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		Done: "+", Failed: "x", Warned: "!", Current: "*", Ahead: "-",
		Bar: "|", Pointer: ">", Dot: "-", Ellipsis: "...", More: "+", Bullet: '*',
		full: "#", empty: "-",
		Right: "right", UpDown: "up/down", LeftRight: "left/right",
		spinner: spinner.Line,
	}
}

// KeyLine renders keys with their help. Unlike bubbles it adds no blank after a key without help.
func (t Theme) KeyLine(keys []key.Binding) string {
	separator := t.Faint.Render(t.help.ShortSeparator)
	return strings.ReplaceAll(t.help.ShortHelpView(keys), " "+t.Faint.Render("")+separator, separator)
}

// SpinInterval is the time between two frames of the spinner.
const SpinInterval = 100 * time.Millisecond

// Spinner returns a spinner in this theme.
func (t Theme) Spinner() spinner.Model {
	frames := t.Glyph.spinner
	frames.FPS = SpinInterval
	return spinner.New(spinner.WithSpinner(frames), spinner.WithStyle(t.Accent))
}

// Progress renders a bar.
func (t Theme) Progress(done, total int) string {
	const cells = 16
	full := done * cells / max(total, 1)
	return t.Accent.Render(strings.Repeat(t.Glyph.full, full)) + t.Faint.Render(strings.Repeat(t.Glyph.empty, cells-full))
}

// Linked makes the addresses of the dashboard in a text a hyperlink (OSC 8), which terminals without links ignore.
func (t Theme) Linked(text string) string {
	const page = "dashboard.vonage.com"
	return strings.ReplaceAll(text, page, "\x1b]8;;https://"+page+"\x1b\\"+page+"\x1b]8;;\x1b\\")
}

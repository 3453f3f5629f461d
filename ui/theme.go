package ui

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

// Look says what a terminal can show.
type Look struct {
	ASCII   bool // the locale is not UTF-8
	NoColor bool // https://no-color.org
	Still   bool // nothing turns and no time is counted, for pictures
	Columns int  // of a terminal for lines, which are broken between words; 0 breaks none
	Window  Size // of a terminal for screens that does not tell its own
}

// Size is the size of a window in cells. What is 0 is not known.
type Size struct{ Columns, Rows int }

// Words is a text in the letters that the terminal shows.
func (l Look) Words(text string) string { return l.letters().Replace(text) }

// letters replaces what the sentences have beyond ASCII.
func (l Look) letters() *strings.Replacer {
	if !l.ASCII {
		return strings.NewReplacer()
	}
	return strings.NewReplacer("“", `"`, "”", `"`, "•", "*")
}

// theme has the few styles that the screens are made of, and the glyphs. Meaning is never in a colour alone: a glyph
// and a word stand beside it.
type theme struct {
	plain, title, bold, accent, good, warn, bad, faint, badge lipgloss.Style
	// paper is black on white whatever the terminal's colours are, and with NO_COLOR too: in the terminal's own colours a QR
	// code is inverted on a dark one, and most readers refuse it then. Its colours are what it says, and it was asked for.
	paper   lipgloss.Style
	ascii   bool
	help    help.Model
	glyph   glyphs
	still   bool
	letters *strings.Replacer
}

// glyphs are one cell wide in every terminal and font, unlike emoji.
type glyphs struct {
	done, failed, warned, current, ahead string
	bar, pointer, dot, ellipsis, rule    string
	full, empty                          string // of a progress bar
	bullet                               rune
	right, upDown, leftRight             string // keys
	spinner                              spinner.Spinner
}

func newTheme(out io.Writer, look Look) theme {
	// The profile is given, not found out: finding out may ask the terminal.
	r := lipgloss.NewRenderer(out)
	r.SetColorProfile(termenv.ANSI)
	plain := r.NewStyle()
	coloured := func(code string) lipgloss.Style {
		if look.NoColor {
			return plain
		}
		return plain.Foreground(lipgloss.Color(code))
	}
	const black, red, green, yellow, cyan, white = "0", "1", "2", "3", "6", "15"
	t := theme{
		plain:  plain,
		title:  plain.Bold(true),
		bold:   plain.Bold(true),
		accent: coloured(cyan).Bold(true),
		good:   coloured(green),
		warn:   coloured(yellow),
		bad:    coloured(red).Bold(true),
		faint:  plain.Faint(true),
		badge:  coloured(yellow).Reverse(true),
		paper:  plain.Foreground(lipgloss.Color(black)).Background(lipgloss.Color(white)),
		glyph:  unicodeGlyphs(),

		letters: look.letters(),
		still:   look.Still,
	}
	if look.ASCII {
		t.ascii = true
		t.glyph = asciiGlyphs()
	}
	t.help = help.New()
	t.help.ShortSeparator = " " + t.glyph.dot + " "
	t.help.Styles = help.Styles{ShortKey: t.accent, ShortDesc: t.faint, ShortSeparator: t.faint}
	return t
}

func unicodeGlyphs() glyphs {
	return glyphs{
		done: "✓", failed: "✗", warned: "!", current: "●", ahead: "○",
		bar: "┃", pointer: "❯", dot: "·", ellipsis: "…", rule: "─", bullet: '•',
		full: "█", empty: "░",
		right: "→", upDown: "↑↓", leftRight: "←→",
		spinner: spinner.MiniDot,
	}
}

func asciiGlyphs() glyphs {
	return glyphs{
		done: "+", failed: "x", warned: "!", current: "*", ahead: "-",
		bar: "|", pointer: ">", dot: "-", ellipsis: "...", rule: "-", bullet: '*',
		full: "#", empty: "-",
		right: "right", upDown: "up/down", leftRight: "left/right",
		spinner: spinner.Line,
	}
}

// keyLine has keys and what they do. One that speaks for itself has no blank of its own behind it, unlike in bubbles.
func (t theme) keyLine(keys []key.Binding) string {
	separator := t.faint.Render(t.help.ShortSeparator)
	return strings.ReplaceAll(t.help.ShortHelpView(keys), " "+t.faint.Render("")+separator, separator)
}

// spinInterval is how long the spinner stands still.
const spinInterval = 100 * time.Millisecond

func (t theme) spinner() spinner.Model {
	frames := t.glyph.spinner
	frames.FPS = spinInterval
	return spinner.New(spinner.WithSpinner(frames), spinner.WithStyle(t.accent))
}

// progress is a bar that is as full as the work on many things is done.
func (t theme) progress(done, total int) string {
	const cells = 16
	full := done * cells / max(total, 1)
	return t.accent.Render(strings.Repeat(t.glyph.full, full)) + t.faint.Render(strings.Repeat(t.glyph.empty, cells-full))
}

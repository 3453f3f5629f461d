package style

import (
	"cmp"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/charmbracelet/lipgloss"
)

// The marks that begin a line. Draw colors them, and replaces them in ASCII.
const (
	MarkDone   = "✓"
	MarkFailed = "✗"
	MarkWarned = "!"
	MarkNow    = "●"
	MarkNone   = " "
)

// Draw makes lines ready for a terminal: letters that it can show, and color for marks and commands unless NoColor is
// set.
func (l Look) Draw(text string) string {
	if l.NoColor {
		return l.Words(text)
	}
	t := NewTheme(io.Discard, Look{})
	byMark := map[string]lipgloss.Style{MarkDone: t.Good, MarkFailed: t.Bad, MarkWarned: t.Warn, MarkNow: t.Accent}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if parts := marked().FindStringSubmatch(line); parts != nil {
			line = parts[1] + byMark[parts[2]].Render(parts[2]) + parts[3]
		}
		lines[i] = proposed().ReplaceAllStringFunc(line, func(found string) string { return "  " + t.Accent.Render(found[2:]) })
	}
	return l.Words(strings.Join(lines, "\n"))
}

// BreakMarked is BreakLines for lines that begin with blanks or a mark, below which the rest is aligned. If a line
// doesn't fit, the command at its end gets a line of its own, which is never broken, because it is to be copied.
func BreakMarked(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		rest := strings.TrimLeft(line, " ")
		if parts := marked().FindStringSubmatch(line); parts != nil {
			rest = strings.TrimLeft(parts[3], " ")
		}
		begin := strings.TrimSuffix(line, rest)
		indent := strings.Repeat(" ", Visible(begin))
		broken := BreakLines(rest, width-len(indent))
		if parts := atEnd().FindStringSubmatch(rest); parts != nil && strings.Contains(broken, "\n") {
			broken = BreakLines(parts[1], width-len(indent)) + "\n  " + parts[2]
		}
		lines[i] = begin + strings.ReplaceAll(broken, "\n", "\n"+indent)
	}
	return strings.Join(lines, "\n")
}

var (
	marked = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^( *)([✓✗!●])( .*)$`) })
	// atEnd is a command line that ends a text.
	atEnd = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*:) (credwiz(?: \S*[^\s.])*)\.?$`) })
	// proposed is a command line by itself: two blanks before it, and two after it or the end.
	proposed = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`  credwiz(?: [^\s]+)*`) })
)

// ItemColumn is where the values of items begin.
const ItemColumn = 2 + MarkWidth + LabelWidth

// Page is what a command prints for a person: marks, aligned labels, and commands to run.
type Page struct {
	look  Look
	theme Theme
	text  strings.Builder
	fixes map[string]bool // those that are on the page; each appears once
}

// NewPage returns an empty page, as wide as look.Columns; 0 breaks no line.
func NewPage(look Look) *Page {
	return &Page{look: look, theme: NewTheme(io.Discard, Look{}), fixes: map[string]bool{}}
}

// String returns the page as it is printed.
func (p *Page) String() string { return p.look.Draw(p.text.String()) }

// Gap is an empty line, unless the page is empty.
func (p *Page) Gap() {
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
}

// Head adds the line above items: what they belong to, and its value.
func (p *Page) Head(label, value string) {
	p.hang(p.paint(p.theme.Bold, label, ItemColumn), value)
}

// Line adds a line, broken between words and aligned below its mark.
func (p *Page) Line(mark, text string) { p.hang(mark+" ", text) }

// Text adds a line without a mark.
func (p *Page) Text(indent int, text string) { p.hang(strings.Repeat(" ", indent), text) }

// Fact adds a label with its value.
func (p *Page) Fact(label, value string) {
	p.hang(strings.Repeat(" ", ItemColumn-LabelWidth)+p.paint(p.theme.Faint, label, LabelWidth), value)
}

// Item adds a label with its value and a mark.
func (p *Page) Item(mark, label, value string) {
	p.hang("  "+mark+" "+padLabel(label, LabelWidth), value)
}

func (p *Page) paint(style lipgloss.Style, label string, width int) string {
	padding := padLabel(label, width)[len(label):]
	if !p.look.NoColor && label != "" {
		label = style.Render(label)
	}
	return label + padding
}

// padLabel leaves two blanks behind a label that is too long.
func padLabel(label string, width int) string { return Pad(label, max(width, Visible(label)+2)) }

// Fix adds what to do, once: a sentence, and behind it or below it a command, which is never broken, because it is to be
// copied.
func (p *Page) Fix(indent int, do, command string) {
	key := cmp.Or(command, do)
	if key == "" || p.fixes[key] {
		return
	}
	p.fixes[key] = true
	const usual = 80
	switch inOne := do + "  " + command; {
	case command == "":
		p.Text(indent, do)
	case do != "" && indent+Visible(inOne) <= cmp.Or(p.look.Columns, usual):
		p.Text(indent, inOne)
	default:
		if do != "" {
			p.Text(indent, do)
			indent += 2
		}
		p.text.WriteString(strings.Repeat(" ", indent) + command + "\n")
	}
}

// hang breaks text between words, and aligns its lines behind begin, or below it where there is too little room.
func (p *Page) hang(begin, text string) {
	const enough = 12 // cells for a word
	lines := []string{begin + text}
	switch room := p.look.Columns - Visible(begin); {
	case p.look.Columns == 0:
	case room < enough && begin != "":
		lines = append([]string{begin}, Hanging("    ", text, p.look.Columns)...)
	default:
		lines = Hanging(begin, text, p.look.Columns)
	}
	for _, line := range lines {
		p.text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

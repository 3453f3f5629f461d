//go:build unix

package terminal

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// A picture has the same bytes for the same screen, and needs no other file. Columns align in any font: each word has
// a position and length, and each character beyond ASCII stands alone. Lines and blocks are drawn, because fonts
// leave gaps. Colors are opaque, so that overlaps are not darker.

const (
	cellWide, cellHigh = 9, 20
	fontSize           = 15 // Six tenths of it are a cell in most monospaced fonts.
	baseline           = 15
	bar, margin        = 44, 24 // above the screen; at its sides and below it
	fonts              = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
)

type style struct {
	fg                  color.RGBA
	bold, italic        bool
	underlined, crossed bool
}

type ink struct {
	style
	text    string
	bg      color.RGBA
	x, wide int // in cells
}

// SVG draws the screen as a picture of a window.
func (t *Terminal) SVG(w io.Writer, theme Theme) error {
	return Film(w, theme, []Frame{t.Frame(theme, 0)})
}

// Frame is a screen of a film, and how long it stands.
type Frame struct {
	Stands time.Duration
	rows   [][]ink
	cols   int
	title  string
}

// Frame keeps the screen as it is.
func (t *Terminal) Frame(theme Theme, stands time.Duration) Frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := Frame{Stands: stands, rows: make([][]ink, t.screen.Height()), cols: t.screen.Width(), title: t.title}
	for y := range f.rows {
		f.rows[y] = t.inks(y, theme)
	}
	return f
}

// Film draws frames of one size, one after the other and again, as a picture that moves in an <img> too. For people who
// want less motion the last frame stands.
func Film(w io.Writer, theme Theme, frames []Frame) error {
	var b bytes.Buffer
	first := frames[0]
	wide, high := first.cols*cellWide+2*margin, len(first.rows)*cellHigh+bar+margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+"\n", wide, high)
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%d" height="%d" rx="10" fill="%s" stroke="%s"/>`+"\n", wide-1, high-1, hex(theme.Ground), hex(theme.Edge))
	fmt.Fprintf(&b, `<g fill="%s"><circle cx="30" cy="22" r="6"/><circle cx="50" cy="22" r="6"/><circle cx="70" cy="22" r="6"/></g>`+"\n", hex(theme.Edge))
	if len(frames) > 1 {
		writeMotion(&b, frames)
	}
	fmt.Fprintf(&b, `<g font-family="%s" font-size="%d" fill="%s">`+"\n", fonts, fontSize, hex(theme.Text))
	if title := ansi.Truncate(first.title, first.cols-20, "…"); title != "" {
		fmt.Fprintf(&b, `<text x="%s" y="27" font-size="13" text-anchor="middle" fill="%s">%s</text>`+"\n", half(wide), hex(theme.Title), html.EscapeString(title))
	}
	for i, f := range frames {
		if len(frames) > 1 {
			fmt.Fprintf(&b, `<g class="f" id="f%d">`+"\n", i)
		}
		for y, row := range f.rows {
			drawGround(&b, y, row, theme)
		}
		for y, row := range f.rows {
			drawRow(&b, y, row, theme)
		}
		drawShapes(&b, f.rows)
		if len(frames) > 1 {
			b.WriteString("</g>\n")
		}
	}
	b.WriteString("</g>\n</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// writeMotion shows each frame for its part of the film.
func writeMotion(b *bytes.Buffer, frames []Frame) {
	var whole, at time.Duration
	for _, f := range frames {
		whole += f.Stands
	}
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / whole.Seconds() }
	fmt.Fprintf(b, "<style>\n.f{visibility:hidden;animation-duration:%gs;animation-timing-function:step-end;animation-iteration-count:infinite}\n", whole.Seconds())
	for i, f := range frames {
		fmt.Fprintf(b, "#f%d{animation-name:k%[1]d}@keyframes k%[1]d{0%%{visibility:hidden}%.3f%%{visibility:visible}%.3f%%,100%%{visibility:hidden}}\n", i, percent(at), percent(at+f.Stands))
		at += f.Stands
	}
	fmt.Fprintf(b, "@media(prefers-reduced-motion:reduce){.f{animation:none}#f%d{visibility:visible}}\n</style>\n", len(frames)-1)
}

func (t *Terminal) inks(y int, theme Theme) []ink {
	cursor := t.screen.CursorPosition()
	var row []ink
	for x := 0; x < t.screen.Width(); {
		i := ink{text: " ", x: x, wide: 1}
		i.fg, i.bg = theme.Text, theme.Ground
		if c := t.screen.CellAt(x, y); c != nil && c.Content != "" {
			i.text, i.wide = c.Content, max(1, c.Width)
			i.apply(c.Style, theme)
		}
		if t.modes[ansi.ModeTextCursorEnable] && cursor.Y == y && x <= cursor.X && cursor.X < x+i.wide {
			i.fg, i.bg = theme.Ground, theme.Cursor
		}
		row = append(row, i)
		x += i.wide
	}
	return row
}

func (i *ink) apply(s uv.Style, theme Theme) {
	is := func(attr uint8) bool { return s.Attrs&attr != 0 }
	i.fg, i.bg = theme.color(s.Fg, theme.Text), theme.color(s.Bg, theme.Ground)
	if is(uv.AttrReverse) {
		i.fg, i.bg = i.bg, i.fg
	}
	if is(uv.AttrFaint) {
		i.fg = mix(i.fg, i.bg, faint)
	}
	if is(uv.AttrConceal) {
		i.text, i.fg = " ", i.bg
	}
	i.bold, i.italic = is(uv.AttrBold), is(uv.AttrItalic)
	i.underlined, i.crossed = s.Underline != uv.UnderlineNone, is(uv.AttrStrikethrough)
}

// drawGround draws backgrounds with crisp edges: scaling would show hairlines between rows.
func drawGround(b *bytes.Buffer, y int, row []ink, theme Theme) {
	for _, run := range runs(row, func(l, r ink) bool { return l.bg == r.bg }) {
		if run[0].bg != theme.Ground {
			x, wide := extent(run)
			fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" shape-rendering="crispEdges"/>`+"\n", x, top(y), wide, cellHigh, hex(run[0].bg))
		}
	}
}

func drawRow(b *bytes.Buffer, y int, row []ink, theme Theme) {
	for _, run := range runs(row, oneWord) {
		if _, drawn := shapes[run[0].text]; !drawn && run[0].text != " " {
			drawWord(b, y, run, theme)
		}
	}
	for _, run := range runs(row, func(l, r ink) bool { return l.style == r.style }) {
		x, wide := extent(run)
		if run[0].underlined {
			fmt.Fprintf(b, `<path d="M%d %d.5h%d" stroke="%s"/>`+"\n", x, top(y)+baseline+2, wide, hex(run[0].fg))
		}
		if run[0].crossed {
			fmt.Fprintf(b, `<path d="M%d %d.5h%d" stroke="%s"/>`+"\n", x, top(y)+baseline-5, wide, hex(run[0].fg))
		}
	}
}

func oneWord(l, r ink) bool { return l.style == r.style && plain(l.text) && plain(r.text) }

func plain(s string) bool { return len(s) == 1 && '!' <= s[0] && s[0] <= '~' }

func drawWord(b *bytes.Buffer, y int, word []ink, theme Theme) {
	x, wide := extent(word)
	first := word[0]
	switch {
	case !plain(first.text):
		fmt.Fprintf(b, `<text x="%s" y="%d" text-anchor="middle"`, half(2*x+wide), top(y)+baseline)
	case len(word) == 1:
		fmt.Fprintf(b, `<text x="%d" y="%d"`, x, top(y)+baseline)
	default:
		fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d"`, x, top(y)+baseline, wide)
	}
	if first.fg != theme.Text {
		fmt.Fprintf(b, ` fill="%s"`, hex(first.fg))
	}
	if first.bold {
		b.WriteString(` font-weight="bold"`)
	}
	if first.italic {
		b.WriteString(` font-style="italic"`)
	}
	b.WriteString(">")
	for _, i := range word {
		b.WriteString(html.EscapeString(i.text))
	}
	b.WriteString("</text>\n")
}

// drawShapes joins shapes of a color and weight into one path: scaling would show the joints of several.
func drawShapes(b *bytes.Buffer, rows [][]ink) {
	type pen struct {
		color  color.RGBA
		stroke int
	}
	var pens []pen // in the order of the screen, for the same bytes each time
	paths := map[pen]string{}
	for y, row := range rows {
		for _, i := range row {
			s, drawn := shapes[i.text]
			if !drawn {
				continue
			}
			p := pen{mix(i.fg, i.bg, s.shade), s.stroke}
			if paths[p] == "" {
				pens = append(pens, p)
			}
			paths[p] += fmt.Sprintf("M%d %d%s", margin+i.x*cellWide, top(y), s.path)
		}
	}
	for _, p := range pens {
		if p.stroke > 0 {
			fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="%d"/>`+"\n", paths[p], hex(p.color), p.stroke)
		} else {
			fmt.Fprintf(b, `<path d="%s" fill="%s" shape-rendering="crispEdges"/>`+"\n", paths[p], hex(p.color))
		}
	}
}

// runs splits a row between neighbors that differ.
func runs(row []ink, same func(l, r ink) bool) [][]ink {
	var cut [][]ink
	for from, to := 0, 1; to <= len(row); to++ {
		if to == len(row) || !same(row[to-1], row[to]) {
			cut = append(cut, row[from:to])
			from = to
		}
	}
	return cut
}

func extent(run []ink) (x, wide int) {
	last := run[len(run)-1]
	return margin + run[0].x*cellWide, (last.x + last.wide - run[0].x) * cellWide
}

func top(y int) int { return bar + y*cellHigh }

func half(n int) string { return fmt.Sprint(float64(n) / 2) }

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

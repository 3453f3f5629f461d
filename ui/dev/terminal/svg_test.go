//go:build unix

package terminal_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"image/color"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"credwiz/ui/dev/terminal"
)

var update = flag.Bool("update", false, "write the pictures anew")

// picture is a screen for the golden pictures, as printf writes it.
func picture(t *testing.T, title, text string) person {
	t.Helper()
	p := sit(t, terminal.Config{
		Command: []string{"printf", "%b", text}, Cols: 60, Rows: strings.Count(text, `\r\n`) + 1, Title: title,
	})
	p.ends(0, "")
	return p
}

func (p person) drawn(theme terminal.Theme) string {
	p.t.Helper()
	var b strings.Builder
	p.does(p.SVG(&b, theme))
	return b.String()
}

func TestPictures(t *testing.T) {
	for name, screen := range map[string]string{
		"escaping": `\033[?25l<&> "quoted" it'\''s ]]> naïve`,
		"wide":     `|日本語|ｗｉｄｅ|ok|\r\n|123456|12345678|12|\r\n✓ done ✗ not ● now ○ later ❯ here · more…`,
		"styles": `\033[?25lplain \033[1mbold\033[0m \033[2mfaint\033[0m \033[3mitalic\033[0m \033[4munder line\033[0m \033[9mstruck\033[0m \033[7m reverse \033[0m \033[8mhidden\033[0m\r\n` +
			`\033[1;32mgreen\033[0m \033[91mbright red\033[0m \033[38;5;4mindexed\033[0m \033[38;5;208morange\033[0m \033[38;2;1;200;120mtrue\033[0m \033[30;43m on yellow \033[0m \033[2;36mfaint cyan\033[0m`,
		"boxes": `\033[?25l╭──────┬─╮ ┌──┬──┐ ┏━━┳━━┓ ╔══╦══╗ \033[32m████\033[0m\033[2m░░░░\033[0m ▁▂▃▄▅▆▇█\r\n` +
			`│ text │ │ ├──┼──┤ ┣━━╋━━┫ ╠══╬══╣ ▒▒▒▒▓▓▓▓ ▏▎▍▌▋▊▉█\r\n` +
			`╰──────┴─╯ └──┴──┘ ┗━━┻━━┛ ╚══╩══╝ ▀▀▀▀▄▄▄▄ ▌▐`,
	} {
		for look, theme := range map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()} {
			t.Run(name+"-"+look, func(t *testing.T) {
				p := picture(t, "credwiz <"+name+">", strings.ReplaceAll(screen, `'\''`, `'`))
				got := p.drawn(theme)
				wellFormed(t, got)
				file := "testdata/" + name + "-" + look + ".svg"
				if *update {
					p.does(os.WriteFile(file, []byte(got), 0o644))
				}
				if got != string(must(os.ReadFile(file))) {
					t.Errorf("%s differs; look at the new one, written by -update:\n%s", file, got)
				}
			})
		}
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
	}
}

func TestAPictureShowsTheProgramsTitleAndCursor(t *testing.T) {
	dark := terminal.DarkTheme()
	if got := picture(t, "ours", `\033]2;theirs\007x`).drawn(dark); !strings.Contains(got, ">theirs</text>") || strings.Contains(got, "ours") {
		t.Error(got)
	}
	cursor := `<rect x="33" y="44" width="9" height="20" fill="#d9dee8"`
	if got := picture(t, "", `x`).drawn(dark); !strings.Contains(got, cursor) {
		t.Error(got)
	}
	if got := picture(t, "", `x\033[?25l`).drawn(dark); strings.Contains(got, cursor) {
		t.Error(got)
	}
}

// AA of WCAG 2.2, success criterion 1.4.3, is 4.5 to 1.
func TestEveryColourCanBeRead(t *testing.T) {
	for look, theme := range map[string]terminal.Theme{"dark": terminal.DarkTheme(), "light": terminal.LightTheme()} {
		ground := map[string]int{"dark": 0, "light": 15}[look] // the colour that is meant to be the ground
		readable := func(what any, c color.RGBA) {
			if got := contrast(c, theme.Ground); got < 4.5 {
				t.Errorf("%s: %v has a contrast of %.2f", look, what, got)
			}
		}
		for i, c := range theme.Palette {
			if i != ground {
				readable(i, c)
			}
		}
		readable("text", theme.Text)
		readable("title", theme.Title)
		readable("faint text", faintText(t, theme))
	}
}

// faintText is the colour that faint text has in a picture.
func faintText(t *testing.T, theme terminal.Theme) color.RGBA {
	t.Helper()
	svg := picture(t, "", `\033[?25l\033[2mfaint`).drawn(theme)
	_, rest, ok := strings.Cut(svg, `textLength="45" fill="#`)
	if !ok {
		t.Fatal(svg)
	}
	var c color.RGBA
	for i, part := range []*uint8{&c.R, &c.G, &c.B} {
		*part = unhex(rest[2*i])<<4 | unhex(rest[2*i+1])
	}
	return c
}

func unhex(b byte) uint8 { return uint8(strings.IndexByte("0123456789abcdef", b)) }

func contrast(a, b color.RGBA) float64 {
	l, m := luminance(a), luminance(b)
	return (max(l, m) + 0.05) / (min(l, m) + 0.05)
}

func luminance(c color.RGBA) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

//go:build unix

package terminal

import (
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// faint is in percent: as little as can be read.
const faint = 62

// Theme has a picture's colors. All 16 are readable on the ground, but black on dark and bright white on light.
type Theme struct {
	Ground, Text color.RGBA
	Edge         color.RGBA // the frame and its three dots
	Title        color.RGBA
	Cursor       color.RGBA
	Palette      [16]color.RGBA // the ANSI colors: eight, and their bright ones
}

// DarkTheme is light text on a dark ground.
func DarkTheme() Theme {
	return Theme{
		Ground: rgb(0x14171f), Text: rgb(0xd9dee8), Edge: rgb(0x333a48), Title: rgb(0x98a2b3), Cursor: rgb(0xd9dee8),
		Palette: palette(
			0x262c38, 0xff7b72, 0x6fdc8c, 0xe3b341, 0x79b8ff, 0xd2a8ff, 0x5ad4dc, 0xc9d1d9,
			0x98a2b3, 0xffa198, 0x94edae, 0xf5d06a, 0xa5d6ff, 0xe5ccff, 0x93ebf0, 0xffffff,
		),
	}
}

// LightTheme is dark text on a light ground.
func LightTheme() Theme {
	return Theme{
		Ground: rgb(0xffffff), Text: rgb(0x1f2328), Edge: rgb(0xd0d7de), Title: rgb(0x59636e), Cursor: rgb(0x1f2328),
		Palette: palette(
			0x1f2328, 0xc0252d, 0x14692f, 0x7d4e00, 0x0a58ca, 0x7a3fc4, 0x0b6a78, 0x57606a,
			0x636c76, 0xa40e26, 0x1a7f37, 0x8f5a00, 0x0969da, 0x8250df, 0x1b7c83, 0xffffff,
		),
	}
}

func (t Theme) color(c color.Color, none color.RGBA) color.RGBA {
	switch c := c.(type) {
	case nil:
		return none
	case ansi.BasicColor:
		return t.Palette[c&15]
	case ansi.IndexedColor:
		if c < 16 {
			return t.Palette[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 0xff}
}

func mix(ink, ground color.RGBA, percent int) color.RGBA {
	part := func(i, g uint8) uint8 { return uint8((int(i)*percent + int(g)*(100-percent) + 50) / 100) }
	return color.RGBA{R: part(ink.R, ground.R), G: part(ink.G, ground.G), B: part(ink.B, ground.B), A: 0xff}
}

func palette(hex ...uint32) (p [16]color.RGBA) {
	for i, h := range hex {
		p[i] = rgb(h)
	}
	return p
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

package ui

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the margin that ISO/IEC 18004 wants around a symbol, in modules.
const quietZone = 4

// qrCode draws a text as a QR code in at most width by height cells, or says why it cannot. Two modules share a cell,
// one above the other, so that they come out square; in ASCII a module takes two cells beside each other.
func qrCode(t theme, text string, width, height int) (lines []string, refusal string) {
	// The least redundancy: a screen has no dirt and no folds, and the code is large enough as it is.
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, "The token is too long for a QR code."
	}
	side := code.Size + 2*quietZone
	columns, rows := side, (side+1)/2
	if t.ascii {
		columns, rows = 2*side, side
	}
	if columns > width || rows > height {
		return nil, fmt.Sprintf("The token needs a QR code of %d columns and %d lines, and this window has room for %d and %d. "+
			"Make the window larger or its letters smaller (often ctrl and -), then try again.", columns, rows, width, height)
	}
	dark := func(x, y int) bool { return code.Black(x-quietZone, y-quietZone) }
	if t.ascii {
		return qrASCII(t, side, dark), ""
	}
	for y := 0; y < side; y += 2 {
		var b strings.Builder
		for x := range side {
			// Cells are light by their colours, and what is drawn in them is dark.
			switch top, bottom := dark(x, y), dark(x, y+1); {
			case top && bottom:
				b.WriteString("█")
			case top:
				b.WriteString("▀")
			case bottom:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		lines = append(lines, t.paper.Render(b.String()))
	}
	return lines, ""
}

func qrASCII(t theme, side int, dark func(x, y int) bool) []string {
	lines := make([]string, side)
	for y := range side {
		var b strings.Builder
		for x := range side {
			if dark(x, y) {
				b.WriteString("##")
			} else {
				b.WriteString("  ")
			}
		}
		lines[y] = t.paper.Render(b.String())
	}
	return lines
}

package style

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the margin that ISO/IEC 18004 requires, in modules.
const quietZone = 4

// QRCode draws text as a QR code that leaves one line of a window, or says why it cannot. A cell holds two modules,
// one above the other; in ASCII a module takes two cells.
func QRCode(t Theme, text string, width, height int) (lines []string, refusal string) {
	// A screen has no dirt and no folds to correct for.
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, "The token is too long for a QR code."
	}
	side := code.Size + 2*quietZone
	modules, cells := 2, []string{" ", "▀", "▄", "█"} // by which of the modules are dark
	if t.ascii {
		modules, cells = 1, []string{"  ", "##"}
	}
	columns, rows := side*Visible(cells[0]), (side+modules-1)/modules+1
	if columns > width || rows > height {
		return nil, fmt.Sprintf("The QR code needs a window of %d columns and %d lines, and this one has %d and %d. "+
			"Enlarge the window or shrink its text (often ctrl and -), then try again.", columns, rows, width, height)
	}
	for y := 0; y < side; y += modules {
		var b strings.Builder
		for x := range side {
			dark := 0
			for i := range modules {
				if code.Black(x-quietZone, y+i-quietZone) {
					dark |= 1 << i
				}
			}
			b.WriteString(cells[dark])
		}
		lines = append(lines, t.paper.Render(b.String()))
	}
	return lines, ""
}

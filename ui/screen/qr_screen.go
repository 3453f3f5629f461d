package screen

import (
	"strings"

	"credwiz/ui/style"
)

func qrPages(Model) []page { return []page{{title: "The token, for a camera", qr: true}} }

func (m Model) qr() (lines []string, refusal string) {
	if m.env.Mask {
		return nil, "A QR code shows the whole token to everyone watching, so presenter mode (--mask) hides it. " +
			"Copying it is safe: press esc, then c."
	}
	return style.QRCode(m.theme, m.result().Token.JWT.Reveal(), m.width, m.height)
}

// qrScreen returns false if no code is open, or it does not fit.
func (m Model) qrScreen() (screen string, ok bool) {
	if !m.panel.open() || !m.panel.pages[0].qr {
		return "", false
	}
	code, refusal := m.qr()
	if refusal != "" {
		return "", false
	}
	above := (m.height - 1 - len(code)) / 2
	lines := make([]string, m.height)
	for i, line := range code {
		lines[above+i] = strings.Repeat(" ", (m.width-style.Visible(line))/2) + line
	}
	lines[m.height-1] = style.Cut(m.theme, " "+m.keyLine(m.width-2, false), m.width)
	return strings.Join(lines, "\n"), true
}

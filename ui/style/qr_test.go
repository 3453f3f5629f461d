package style

import (
	"image"
	"image/color"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// A camera sees the modules; so does this, from the text on the screen.
func TestAQRCodeCanBeScanned(t *testing.T) {
	t.Parallel()
	t.Attr("fault", "field-D10")
	token := strings.Repeat("eyJhbGciOiJSUzI1NiJ9.", 42)
	for _, test := range []struct {
		name string
		look Look
		text string
	}{
		{"a token", Look{}, token},
		{"a token without colours", Look{NoColor: true}, token},
		{"a token in ASCII", Look{ASCII: true}, token},
		{"a short text", Look{}, "x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			th := NewTheme(io.Discard, test.look)
			lines, refusal := QRCode(th, test.text, 300, 200)
			if refusal != "" {
				t.Fatal(refusal)
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(photo(lines, test.look.ASCII))
			if err != nil {
				t.Fatal(err)
			}
			read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
			if err != nil {
				t.Fatal(err)
			}
			if read.GetText() != test.text {
				t.Errorf("read %q", read.GetText())
			}
		})
	}
}

// photo is what a camera sees of the lines in a dark terminal, three pixels a module. What has no colours of its own is
// light on dark there.
func photo(lines []string, ascii bool) image.Image {
	var rows [][]bool
	inked := true
	for _, line := range lines {
		inked = inked && strings.HasPrefix(line, "\x1b[30;107m")
		var top, bottom []bool
		for i, r := range []rune(ansi.Strip(line)) {
			if ascii && i%2 == 1 {
				continue
			}
			top = append(top, strings.ContainsRune("█▀#", r))
			bottom = append(bottom, strings.ContainsRune("█▄", r))
		}
		rows = append(rows, top)
		if !ascii {
			rows = append(rows, bottom)
		}
	}
	const scale = 3
	img := image.NewGray(image.Rect(0, 0, scale*len(rows[0]), scale*len(rows)))
	for y := range img.Rect.Max.Y {
		for x := range img.Rect.Max.X {
			shade := color.Gray{Y: 255}
			if rows[y/scale][x/scale] == inked {
				shade.Y = 0
			}
			img.SetGray(x, y, shade)
		}
	}
	return img
}

func TestAQRCodeThatDoesNotFitIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	th := NewTheme(io.Discard, Look{})
	lines, refusal := QRCode(th, strings.Repeat("x", 880), 76, 21)
	if lines != nil {
		t.Error("it is drawn all the same")
	}
	for _, part := range []string{"109 columns", "56 lines", "76 and 21", "Enlarge the window"} {
		if !strings.Contains(refusal, part) {
			t.Errorf("%q is not in: %s", part, refusal)
		}
	}
	if _, refusal := QRCode(th, strings.Repeat("x", 880), 109, 56); refusal != "" {
		t.Errorf("in a window that is just large enough: %s", refusal)
	}
	if _, refusal := QRCode(th, strings.Repeat("x", 3000), 1000, 1000); !strings.Contains(refusal, "too long") {
		t.Errorf("a text that no code can hold: %s", refusal)
	}
}

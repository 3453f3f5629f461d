package dotfile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
	"unicode/utf16"

	"credwiz/steps/dotfile"
)

// inUTF16 is a text as Windows saves it.
func inUTF16(text string, order binary.ByteOrder, mark bool) string {
	var b bytes.Buffer
	if mark {
		text = "\ufeff" + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		_ = binary.Write(&b, order, unit)
	}
	return b.String()
}

func TestTextIsDecodedByItsMarkOrRefusedWithTheLine(t *testing.T) {
	t.Attr("fault", "field-B1")
	const text = "name\nzoë\nNguyễn 😀\n"
	for name, content := range map[string]string{
		"UTF-8":                   text,
		"UTF-8 with a mark":       "\ufeff" + text,
		"UTF-16":                  inUTF16(text, binary.LittleEndian, true),
		"UTF-16, high byte first": inUTF16(text, binary.BigEndian, true),
	} {
		if got, err := dotfile.DecodeText([]byte(content)); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, test := range map[string]struct {
		content string
		line    int
	}{
		"Windows-1252":           {"name\nalice\nzo\xeb\n", 3},
		"UTF-16 without a mark":  {inUTF16("name\nŁukasz\n", binary.LittleEndian, false), 1},
		"UTF-16, cut in the end": {inUTF16(text, binary.LittleEndian, true) + "x", 4},
		"half of a pair":         {"\xff\xfea\x00\n\x00\x3d\xd8b\x00", 2},
		"UTF-32":                 {"\xff\xfe\x00\x00a\x00\x00\x00", 1},
	} {
		got, err := dotfile.DecodeText([]byte(test.content))
		var bad *dotfile.TextError
		if !errors.As(err, &bad) || bad.Line != test.line || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

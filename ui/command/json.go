package command

import (
	"encoding/json"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"credwiz/client/redact"
)

// writeJSON also escapes delete, C1 controls and direction marks, which encoding/json leaves and a terminal would
// obey.
func (c console) writeJSON(value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	out := make([]byte, 0, len(text)+1)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r < utf8.RuneSelf && r >= ' ' && r != 0x7f, r == '\n', redact.Printable(string(r)) == string(r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[n:]
	}
	_, err = c.out.Write(append(out, '\n'))
	return err
}

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
	for _, r := range string(text) {
		if r < utf8.RuneSelf && r >= ' ' && r != 0x7f || r == '\n' || redact.Printable(string(r)) == string(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	_, err = c.out.Write(append(out, '\n'))
	return err
}

package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"credwiz/client"
)

// writeJSON prints a result.
func (c console) writeJSON(value any) error {
	text, err := visibleJSON(value)
	if err == nil {
		_, err = c.out.Write(text)
	}
	return err
}

// visibleJSON is a value as JSON for a person's terminal as well as for a program: encoding/json leaves delete, the
// C1 controls and marks of direction as they are, and here they are escaped like the other controls.
func visibleJSON(value any) ([]byte, error) {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	var b strings.Builder
	for text := plain.Bytes(); len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n' || client.Printable(string(r)) == string(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return []byte(b.String()), nil
}

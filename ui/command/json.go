package command

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"credwiz/client/redact"
)

// writeJSON prints a result.
func (c console) writeJSON(value any) error {
	buffered := bufio.NewWriter(c.out)
	out := visible{buffered}
	var err error
	if large, ok := value.(io.WriterTo); ok {
		_, err = large.WriteTo(out)
	} else {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		err = e.Encode(value)
	}
	if err != nil {
		return err
	}
	return buffered.Flush()
}

// visible passes JSON on that is for a person's terminal as well as for a program: encoding/json leaves delete, the C1
// controls and marks of direction as they are, and here they are escaped like the other controls. Whoever writes to it
// divides no letter.
type visible struct{ to *bufio.Writer }

// Write keeps its error for the end, as a bufio.Writer does.
func (v visible) Write(text []byte) (int, error) {
	size := len(text)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r < utf8.RuneSelf && r >= ' ' && r != 0x7f, r == '\n', redact.Printable(string(r)) == string(r):
			_, _ = v.to.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			_, _ = fmt.Fprintf(v.to, `\u%04x\u%04x`, high, low)
		default:
			_, _ = fmt.Fprintf(v.to, `\u%04x`, r)
		}
		text = text[n:]
	}
	return size, nil
}

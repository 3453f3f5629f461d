package dotfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// TextError is content that should be text, but is neither in UTF-8 nor in UTF-16 with a byte order mark.
type TextError struct{ Line int } // from 1 on

// Error names the line, and what to do.
func (e *TextError) Error() string {
	return fmt.Sprintf("line %d is not UTF-8 text: save it as UTF-8", e.Line)
}

// DecodeText returns content as text, without its byte order mark. A NUL is in no text: it is what UTF-16 without a mark
// looks like. The error is a *TextError.
func DecodeText(content []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		return decodeUTF16(content[2:], binary.LittleEndian)
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return decodeUTF16(content[2:], binary.BigEndian)
	}
	text := bytes.TrimPrefix(content, []byte(ByteOrderMark))
	line := 0
	for one := range bytes.Lines(text) {
		line++
		if !utf8.Valid(one) || bytes.IndexByte(one, 0) >= 0 {
			return nil, &TextError{line}
		}
	}
	return text, nil
}

func decodeUTF16(content []byte, order binary.ByteOrder) ([]byte, error) {
	units := make([]uint16, 0, len(content)/2)
	for pair := range slices.Chunk(content, 2) {
		if len(pair) < 2 {
			return nil, &TextError{lineOf(units)}
		}
		units = append(units, order.Uint16(pair))
	}
	runes := utf16.Decode(units)
	// Invalid UTF-16 does not survive the round trip.
	for i, unit := range utf16.Encode(runes) {
		if unit != units[i] || unit == 0 {
			return nil, &TextError{lineOf(units[:i])}
		}
	}
	return []byte(string(runes)), nil
}

func lineOf(before []uint16) int { return 1 + strings.Count(string(utf16.Decode(before)), "\n") }

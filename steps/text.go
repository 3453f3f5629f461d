package steps

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// byteOrderMark is what some editors put before a text in UTF-8.
const byteOrderMark = "\ufeff"

// ErrUTF16 and ErrNotUTF8 are files of others into which nothing can be merged: they are not the text they are taken for.
var (
	ErrUTF16   = errors.New("it is UTF-16")
	ErrNotUTF8 = errors.New("it is not UTF-8")
)

// checkText refuses what is not text in UTF-8. UTF-16 without a mark is known by its zero bytes.
func checkText(content []byte) error {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}), bytes.HasPrefix(content, []byte{0xfe, 0xff}), bytes.IndexByte(content, 0) >= 0:
		return ErrUTF16
	case !utf8.Valid(content):
		return ErrNotUTF8
	}
	return nil
}

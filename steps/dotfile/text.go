package dotfile

import (
	"bytes"
	"errors"

	"credwiz/client"
)

// ByteOrderMark is what some editors put before a text in UTF-8.
const ByteOrderMark = "\ufeff"

// ErrUTF16 is a file that can be read, but not added to in UTF-8.
var ErrUTF16 = errors.New("it is UTF-16")

// CheckText refuses a file of others into which nothing can be merged: ErrUTF16, or a *client.TextError.
func CheckText(content []byte) error {
	if bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) {
		return ErrUTF16
	}
	_, err := client.DecodeText(content)
	return err
}

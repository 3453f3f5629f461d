package steps

import (
	"bytes"
	"encoding/json"
	"io"
)

// emptyList is the place of a list of users in indented JSON. No string has it, because quotes are escaped there, and
// nothing else that is written so has an empty list of this name.
const emptyList = `"users": []`

// writeJSON writes a value as indented JSON, with the items of the lists in the place of its empty lists of users, in
// their order. It writes item by item: encoding/json would hold the text of ten thousand users several times over.
func writeJSON[T any](w io.Writer, value any, lists ...[]T) (written int64, err error) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return 0, err
	}
	put := func(text []byte) {
		if err == nil {
			var n int
			n, err = w.Write(text)
			written += int64(n)
		}
	}
	for _, list := range lists {
		before, after, _ := bytes.Cut(text, []byte(emptyList))
		margin := before[bytes.LastIndexByte(before, '\n')+1:]
		put(before)
		put([]byte(`"users": [`))
		for i, item := range list {
			one, failed := json.MarshalIndent(item, string(margin)+"  ", "  ")
			if failed != nil {
				return written, failed
			}
			if i > 0 {
				put([]byte(","))
			}
			put([]byte("\n" + string(margin) + "  "))
			put(one)
		}
		put([]byte("\n" + string(margin) + "]"))
		text = after
	}
	put(text)
	put([]byte("\n"))
	return written, err
}

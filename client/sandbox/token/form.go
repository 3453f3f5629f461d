package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// unambiguous reports whether every reader of a token that golang-jwt takes reads the
// same. A crit names extensions that must be understood, and the sandbox knows none
// (RFC 7515, section 4.1.11); names must be unique (RFC 7519, section 4). golang-jwt
// ignores a crit and what follows an object, and takes the last of two names.
func unambiguous(signed string) bool {
	segments := strings.Split(signed, ".")
	for i, segment := range segments[:len(segments)-1] {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		dec := json.NewDecoder(bytes.NewReader(text))
		names, unique := uniqueNames(dec)
		_, end := dec.Token()
		if err != nil || !unique || !errors.Is(end, io.EOF) || i == 0 && names["crit"] {
			return false
		}
	}
	return true
}

// uniqueNames reads a value, and returns the names in it if it is an object, and
// whether no object in it has a name twice.
func uniqueNames(dec *json.Decoder) (names map[string]bool, unique bool) {
	opening, err := dec.Token()
	kind, nested := opening.(json.Delim)
	if !nested {
		return nil, err == nil
	}
	names = map[string]bool{}
	for dec.More() {
		if kind == '{' {
			token, _ := dec.Token()
			name, ok := token.(string)
			if !ok || names[name] {
				return nil, false
			}
			names[name] = true
		}
		if _, unique := uniqueNames(dec); !unique {
			return nil, false
		}
	}
	_, err = dec.Token() // the closing one
	return names, err == nil
}

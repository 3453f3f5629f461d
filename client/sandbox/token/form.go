package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// What is wrong with the form of a token that golang-jwt takes.
var (
	errCritical = errors.New("the header has a crit")
	errTwice    = errors.New("a name is there twice")
	errTrailing = errors.New("there is something after the object")
)

// checkForm refuses tokens that two readers could read differently. A crit names
// extensions that must be understood, and the sandbox knows none (RFC 7515,
// section 4.1.11); names must be unique (RFC 7519, section 4). golang-jwt ignores
// a crit and what follows an object, and takes the last of two names.
func checkForm(signed string) error {
	segments := strings.Split(signed, ".")
	for i, segment := range segments[:len(segments)-1] {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			return err
		}
		dec := json.NewDecoder(strings.NewReader(string(text)))
		names, err := uniqueNames(dec)
		if err != nil {
			return err
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return errTrailing
		}
		if i == 0 && names["crit"] {
			return errCritical
		}
	}
	return nil
}

// uniqueNames reads a value, and returns the names in it if it is an object. No
// object in it may have a name twice.
func uniqueNames(dec *json.Decoder) (map[string]bool, error) {
	opening, err := dec.Token()
	if err != nil {
		return nil, err
	}
	kind, nested := opening.(json.Delim)
	if !nested {
		return nil, nil
	}
	names := map[string]bool{}
	for dec.More() {
		if kind == '{' {
			token, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ := token.(string) // the decoder lets nothing else pass
			if names[name] {
				return nil, errTwice
			}
			names[name] = true
		}
		if _, err := uniqueNames(dec); err != nil {
			return nil, err
		}
	}
	_, err = dec.Token() // the closing one
	return names, err
}

package workdir

import (
	"encoding/base64"
	"strings"

	"credwiz/client/jwt"
)

// ParseEmbeddedKey reads a key that stands in a file of settings: as it is, with \n for its line ends, or in base64. It is nil if
// it is none.
func ParseEmbeddedKey(value string) *jwt.Key {
	if key, err := jwt.ParseKey([]byte(strings.ReplaceAll(value, `\n`, "\n"))); err == nil {
		return key
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return nil
	}
	key, err := jwt.ParseKey(text)
	if err != nil {
		return nil
	}
	return key
}

// DefaultKeyFile is the name that the tutorial and Vonage's own tools use.
const DefaultKeyFile = "private.key"

// KeyPurpose says what a key file is for, as a receipt does.
const KeyPurpose = "the private key: it signs every token"

// Key is the private key of the application, as it lies in the folder.
type Key struct {
	Private *jwt.Key // nil until it is saved or read
	Name    string   // in the folder
	Path    string   // as the user can reach it
	// Known tells that the API may have seen the public half before, in this run or an earlier one: an application
	// may have it already.
	Known bool
	// Made tells that it was made here, rather than found.
	Made bool
	// For is the id of the application that exists and that it was made for; empty if it is for a new one.
	For string
}

// Package payload reads the JSON that clients send, and says what is wrong with it.
package payload

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
)

// What is wrong with a body that could be JSON.
var (
	errEmpty    = errors.New("the request body is empty")
	errTrailing = errors.New("unexpected data after the JSON value")
	errDeep     = errors.New("the request body is nested too deeply")
)

// depthLimit is how deep a body may be nested. encoding/json reads 10,000
// levels, but an answer wraps some more around what was read, and then it could
// not be written.
const depthLimit = 100

// IsJSON reports whether the request declares its body to be JSON.
func IsJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// Read decodes the body, which is one JSON value. Objects are maps and not
// structs, for encoding/json takes "NAME" for a field called name and the API
// does not.
func Read(r *http.Request) (any, error) {
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errEmpty
	case err != nil:
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	if deeperThan(depthLimit, value) {
		return nil, errDeep
	}
	return value, nil
}

func deeperThan(limit int, value any) bool {
	if limit == 0 {
		return true
	}
	deeper := func(inner any) bool { return deeperThan(limit-1, inner) }
	switch value := value.(type) {
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), deeper)
	case []any:
		return slices.ContainsFunc(value, deeper)
	}
	return false
}

// WithoutNulls leaves out the fields that are null. To the applications API null
// is absent, which is inferred from clients that send it and work: NCLI an
// improve_ai, "vonage apps init" 3.2.1 the http_method of every webhook. The users
// API has no such client, and its documents do not allow null.
func WithoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(_ string, field any) bool { return field == nil })
		for _, field := range value {
			WithoutNulls(field)
		}
	case []any:
		for _, item := range value {
			WithoutNulls(item)
		}
	}
	return value
}

// Object returns the object that is the field of another one, or nil. Only a
// body that has passed its shape is read this way.
func Object(in map[string]any, field string) map[string]any {
	value, _ := in[field].(map[string]any)
	return value
}

// Text returns the string that is the field of an object, or "".
func Text(in map[string]any, field string) string {
	value, _ := in[field].(string)
	return value
}

// Encode returns the object as JSON again: as it was sent, but with its fields
// sorted and none of them twice. A nil map is an empty object.
func Encode(object map[string]any) json.RawMessage {
	if object == nil {
		object = map[string]any{}
	}
	// Marshal cannot fail on what was decoded.
	raw, _ := json.Marshal(object)
	return raw
}

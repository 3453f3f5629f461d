package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
)

// depthLimit is how deep a body may be nested. encoding/json reads 10,000
// levels, but an answer wraps some more around what was read, and then it could
// not be written.
const depthLimit = 100

// sendsJSON says whether the request declares its body to be JSON.
func sendsJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && media == "application/json"
}

// readJSON decodes the body, which is one JSON value. Objects are maps and not
// structs, for encoding/json takes "NAME" for a field called name and the API
// does not.
func readJSON(r *http.Request) (any, *refusal) {
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	switch {
	case errors.Is(err, io.EOF):
		return nil, notJSON("the request body is empty")
	case err != nil:
		return nil, notJSON(err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, notJSON("there is something after the JSON value")
	}
	if deeperThan(depthLimit, value) {
		return nil, notJSON("the request body is nested too deeply")
	}
	return value, nil
}

func deeperThan(limit int, value any) bool {
	if limit == 0 {
		return true
	}
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			if deeperThan(limit-1, inner) {
				return true
			}
		}
	case []any:
		for _, inner := range value {
			if deeperThan(limit-1, inner) {
				return true
			}
		}
	}
	return false
}

// withoutNulls leaves out the fields that are null. To the applications API null
// is absent, which is inferred from clients that send it and work: NCLI an
// improve_ai, "vonage apps init" 3.2.1 the http_method of every webhook. The users
// API has no such client, and its documents do not allow null.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(_ string, field any) bool { return field == nil })
		for _, field := range value {
			withoutNulls(field)
		}
	case []any:
		for _, item := range value {
			withoutNulls(item)
		}
	}
	return value
}

// object returns the object that is the field of another one, or nil. Only a
// body that has passed its shape is read this way.
func object(in map[string]any, field string) map[string]any {
	value, _ := in[field].(map[string]any)
	return value
}

// text returns the string that is the field of an object, or "".
func text(in map[string]any, field string) string {
	value, _ := in[field].(string)
	return value
}

// encoded returns the object as JSON again: as it was sent, but with its fields
// sorted and none of them twice. A nil map is an empty object.
func encoded(object map[string]any) json.RawMessage {
	if object == nil {
		object = map[string]any{}
	}
	// Marshal cannot fail on what was decoded.
	raw, _ := json.Marshal(object)
	return raw
}

package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
)

// answer writes body as JSON, or nothing but the status without one. Errors are
// application/json too, which is what the specifications declare for them;
// application/problem+json is not used.
func (s *Sandbox) answer(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // links are full of ampersands
	if err := enc.Encode(body); err != nil {
		// Everything that is answered was decoded or made here, so this is a
		// mistake in the sandbox; an empty 200 would hide it.
		s.refuse(w, internalError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	// A client that has gone is no error of the server.
	_, _ = w.Write(text.Bytes())
}

// each returns what f makes of each item: never nil, which would be null in JSON.
func each[T, U any](items []T, f func(T) U) []U {
	made := make([]U, 0, len(items))
	for _, item := range items {
		made = append(made, f(item))
	}
	return made
}

// link is one entry of a HAL "_links" object.
type link struct {
	Href string `json:"href"`
}

type selfLink struct {
	Self link `json:"self"`
}

// depthLimit is how deep a body may be nested. encoding/json reads 10,000
// levels, but an answer wraps some more around what was read, and then it could
// not be written.
const depthLimit = 100

// sendsJSON reports whether the request declares its body to be JSON.
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
		return nil, notJSON.saying("the request body is empty")
	case err != nil:
		return nil, notJSON.saying(err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, notJSON.saying("unexpected data after the JSON value")
	}
	if deeperThan(depthLimit, value) {
		return nil, notJSON.saying("the request body is nested too deeply")
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

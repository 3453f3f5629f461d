package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
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

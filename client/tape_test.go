package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// sent is one request as a server saw it.
type sent struct {
	method, path string
	query        url.Values
	header       http.Header
	body         string
}

// all is everything in the request, in one text.
func (s sent) all() string { return fmt.Sprint(s.method, s.path, s.query, s.header, s.body) }

// object returns the body, which is a JSON object.
func (s sent) object(t testing.TB) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(s.body), &o); err != nil {
		t.Fatalf("body %q: %v", s.body, err)
	}
	return o
}

// tape records the requests that pass on their way to a handler.
type tape struct {
	mu       sync.Mutex
	requests []sent
}

func (p *tape) before(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		p.mu.Lock()
		p.requests = append(p.requests, sent{r.Method, r.URL.EscapedPath(), r.URL.Query(), r.Header.Clone(), string(body)})
		p.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	}
}

func (p *tape) played() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

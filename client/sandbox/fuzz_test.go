package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"credwiz/client/sandbox"
)

// FuzzRequest throws requests at the handler, with good credentials more often than not. It never panics, fails (5xx)
// or redirects (3xx), and it explains each refusal in JSON.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct {
		method, path, body, name, value string
	}{
		{"GET", "/v2/applications?page_size=3&page=2", "", "Accept", "application/json;q=0.5"},
		{"POST", "/v2/applications", `{"name":"x","keys":{"public_key":"-----BEGIN PUBLIC KEY-----\n"}}`, "Content-Type", "application/json"},
		{"POST", "/v2/applications", `{"name":"x","capabilities":{"rtc":{"webhooks":{"event_url":{"address":"http://a"}}}}}`, "Sec-Fetch-Site", "none"},
		{"PUT", "/v2/applications/%ff", `[{"a":[1e999]}]`, "Authorization", "Basic YWJjZDEyMzQ6"},
		{"DELETE", "/v2/applications/a", "", "Origin", "null"},
		{"GET", "/v1/users?order=desc&page_size=2&cursor=AAAAAAAAAAE%3D&name=x", "", "Authorization", "Bearer a.b.c"},
		{"POST", "/v1/users", `{"name":"alice","channels":{},"properties":{"ttl":1}}`, "Content-Type", "text/plain"},
		{"PATCH", "/v1/users/USR-x", `{"name":null}`, "X", "y"},
		{"GET", "/account/get-balance", "", "Host", "example.com"},
		{"POST", "/v0.3/conversations", `{"name":"x","properties":{"ttl":null,"custom_data":{}}}`, "Content-Type", "application/json"},
		{"POST", "/beta/conversations/x/members", `{"state":"invited","user":{"name":"alice"},"media":{"audio_settings":{}}}`, "X", "y"},
		{"POST", "/v0.3/conversations/x/events", `{"type":"message","body":{"message_type":"text","text":"a"}}`, "X", "y"},
		{"GET", "/beta2/conversations/x/events?event_type=member:*&start_id=1&cursor=AAAAAAAAAAE%3D", "", "X", "y"},
		{"DELETE", "/v0.2/conversations/x/members/me?from=MEM-x&reason_text=%00", "", "X", "y"},
		{"TRACE", "//../%2e%2e/?%", "\x00", "Accept", ";;"},
	} {
		f.Add(seed.method, seed.path, seed.body, seed.name, seed.value)
	}
	server := sandbox.New(sandbox.Config{Now: atNoon, Observe: func(sandbox.Request) {}})
	app := callOK(f, server, "POST", "/v2/applications", withKey(f, "x", ownKey()), owner).at(f, "id").(string)
	admin := bearer(sign(f, ownKey(), claims(app)))
	callOK(f, server, "POST", "/v0.3/conversations", `{"name":"x"}`, admin)

	misbehaving := sandbox.New(sandbox.Config{Faults: faults(f,
		"GET /v2:hang", "POST /v2/applications:cut", "* /v2:html", "* /v1:drop-after",
		"* /v0.1:drop-before", "* /beta:429+2s", "* /account:503", "* /:500",
	)})
	gone, leave := context.WithCancel(f.Context())
	leave()

	f.Fuzz(func(t *testing.T, method, path, body, name, value string) {
		if method == "DELETE" && strings.Contains(path, app) {
			t.Skip("the application of the token stays")
		}
		request, err := http.NewRequest(method, path, strings.NewReader(body))
		if err != nil {
			t.Skip(err)
		}
		request.Header.Set("Content-Type", "application/json")
		if strings.Contains(path, "users") || strings.Contains(path, "conversations") {
			admin(request)
		} else {
			owner(request)
		}
		request.Header.Set(name, value)
		abandoned := request.Clone(gone)
		abandoned.Body = io.NopCloser(strings.NewReader(body))
		serveAborting(t, misbehaving, abandoned)

		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		switch status := recorder.Code; {
		case status >= 500, status >= 300 && status < 400, status < 200:
			t.Errorf("status %d: %s", status, recorder.Body)
		case status == http.StatusNoContent:
			equal(t, recorder.Body.Len(), 0, "a 204 with a body: %s", recorder.Body)
		default:
			var object map[string]any
			if err := json.Unmarshal(recorder.Body.Bytes(), &object); err != nil || len(object) == 0 {
				t.Errorf("status %d, body %q: %v", status, recorder.Body, err)
			}
		}
	})
}

// serveAborting is for faults, which panic with http.ErrAbortHandler and nothing else.
func serveAborting(t *testing.T, h http.Handler, request *http.Request) {
	defer func() {
		if thrown := recover(); thrown != nil && thrown != http.ErrAbortHandler { //nolint:errorlint // it was thrown as it is
			t.Errorf("panic: %v", thrown)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), request)
}

// The goals per second, on two cores that make the load as well: 20,000 reads of
// an application, and 5,000 reads of a user with a token to verify.

func BenchmarkRead(b *testing.B) {
	server, admin := startOwned(b)
	id := server.want(201, "POST", "/v1/users", `{"name":"alice"}`, admin).at(b, "id").(string)
	b.Run("application", func(b *testing.B) { server.read(b, "/v2/applications/"+server.Applications()[0].ID, owner) })
	b.Run("user with a token", func(b *testing.B) { server.read(b, "/v1/users/"+id, admin) })
}

// read asks for a path as often as it can, over connections that stay.
func (a *api) read(b *testing.B, path string, headers ...header) {
	a.client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	b.ReportAllocs()
	b.ResetTimer()
	at := time.Now()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, a.URL()+path, nil)
		if err != nil {
			b.Error(err)
			return
		}
		for _, set := range headers {
			set(request)
		}
		for pb.Next() {
			response, err := a.client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != http.StatusOK {
				b.Errorf("status %d, error %v", response.StatusCode, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(at).Seconds(), "req/s")
}

package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
)

// own and other are key pairs that all tests share, because making one takes a while.
var own, other = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *jwt.Key {
	return must(jwt.GenerateKey())
}

// at returns a client of the API at a URL.
func at(t testing.TB, base string) *client.Client {
	t.Helper()
	host := must(client.ParseHost(base))
	return client.New(client.Options{Host: host, UserAgent: "credwiz/1.0 go/1.25"})
}

// serve starts a server for the time of the test and returns a client of it.
func serve(t testing.TB, handler http.HandlerFunc) *client.Client {
	t.Helper()
	return at(t, serveURL(t, handler))
}

func serveURL(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// answers returns a handler that gives every request the same answer.
func answers(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// account is a client of a sandbox and the pair that the sandbox knows.
type account struct {
	*client.Client
	creds   client.Credentials
	sandbox *sandbox.Server
}

func start(t testing.TB, cfg sandbox.Config) account {
	t.Helper()
	server := must(sandbox.Start(cfg))
	t.Cleanup(func() { _ = server.Close() })
	return account{Client: at(t, server.URL()), creds: ownerPair(), sandbox: server}
}

func ownerPair() client.Credentials {
	return client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
}

// application creates an application with the own key.
func (a account) application(t testing.TB, name string) client.Application {
	t.Helper()
	app, err := a.CreateApplication(t.Context(), a.creds,
		client.NewApplication{Name: name, PublicKey: own().PublicPEM()})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// admin returns an admin token of an application that has the own key.
func admin(t testing.TB, applicationID string) redact.Secret {
	t.Helper()
	token, err := jwt.Sign(own(), jwt.Request{
		ApplicationID: applicationID, IssuedAt: time.Now(), Lifetime: time.Minute, ID: "1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return token.JWT
}

// equal reports an error unless the values are equal.
func equal[T any](t testing.TB, got, want T, what string, args ...any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", fmt.Sprintf(what, args...), got, want)
	}
}

// must returns the value. It panics if the setup of a test fails.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// only drops the value of a call whose error alone matters.
func only[T any](_ T, err error) error { return err }

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

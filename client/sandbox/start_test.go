package sandbox_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"credwiz/client/sandbox"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// noon is the time of a sandbox whose clock stands still.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// ownKey and foreignKey are key pairs of the tests, made once because that takes a while.
var (
	ownKey     = sync.OnceValue(newKey)
	foreignKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func publicPEM(t testing.TB, key any) string {
	t.Helper()
	der := must(x509.MarshalPKIXPublicKey(key))
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// api is a running sandbox and a client for it.
type api struct {
	*sandbox.Server
	t      testing.TB
	client *http.Client
}

// start starts a sandbox for the time of the test. With no clock in the configuration, it is noon.
func start(t testing.TB, cfg sandbox.Config) *api {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = atNoon
	}
	return served(t, must(sandbox.Start(cfg)))
}

// served closes a server after the test.
func served(t testing.TB, server *sandbox.Server) *api {
	transport := &http.Transport{}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		transport.CloseIdleConnections()
	})
	return &api{Server: server, t: t, client: &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}}
}

// startOwned starts a sandbox with an application, and returns its admin token.
func startOwned(t testing.TB) (server *api, admin header) {
	t.Helper()
	server = start(t, sandbox.Config{})
	return server, server.admin(server.application("x", ownKey()))
}

// answer is a response.
type answer struct {
	status int
	header http.Header
	text   string
}

// object returns the body, which is a JSON object.
func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(a.text), &o); err != nil {
		t.Fatalf("status %d, body %q: %v", a.status, a.text, err)
	}
	return o
}

// at returns what is at a path in the body, like "_links.next.href", or nil.
func (a answer) at(t testing.TB, path string) any {
	t.Helper()
	var value any = a.object(t)
	for name := range strings.SplitSeq(path, ".") {
		o, _ := value.(map[string]any)
		value = o[name]
	}
	return value
}

// A header changes a request before it is sent.
type header func(*http.Request)

func with(name, value string) header {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func without(name string) header {
	return func(r *http.Request) { r.Header.Del(name) }
}

func owner(r *http.Request) {
	r.SetBasicAuth(sandbox.DefaultAPIKey, sandbox.DefaultAPISecret)
}

func bearer(token string) header { return with("Authorization", "Bearer "+token) }

// send sends a request. A body is declared to be JSON.
func (a *api) send(method, path, body string, headers ...header) answer {
	a.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	request := must(http.NewRequestWithContext(a.t.Context(), method, a.URL()+path, reader))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, set := range headers {
		set(request)
	}
	response := must(a.client.Do(request))
	defer response.Body.Close()
	text := must(io.ReadAll(response.Body))
	return answer{status: response.StatusCode, header: response.Header, text: string(text)}
}

// want is send that wants a status.
func (a *api) want(status int, method, path, body string, headers ...header) answer {
	a.t.Helper()
	got := a.send(method, path, body, headers...)
	if got.status != status {
		a.t.Fatalf("%s %s: status %d, want %d; body %s", method, path, got.status, status, got.text)
	}
	return got
}

// withKey is the body of an application with a key.
func withKey(t testing.TB, name string, key *rsa.PrivateKey) string {
	t.Helper()
	return encode(t, map[string]any{"name": name, "keys": map[string]any{"public_key": publicPEM(t, &key.PublicKey)}})
}

// application creates an application with a key and returns its id.
func (a *api) application(name string, key *rsa.PrivateKey) string {
	a.t.Helper()
	body := withKey(a.t, name, key)
	return a.want(http.StatusCreated, "POST", "/v2/applications", body, owner).at(a.t, "id").(string)
}

// admin returns an admin token of an application of ownKey, issued at noon.
func (a *api) admin(application string) header {
	a.t.Helper()
	return bearer(sign(a.t, ownKey(), claims(application)))
}

func encode(t testing.TB, value any) string {
	t.Helper()
	var text bytes.Buffer
	if err := json.NewEncoder(&text).Encode(value); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// claims are those of an admin token that is good at noon.
func claims(application string) jwt.MapClaims {
	return jwt.MapClaims{
		"application_id": application,
		"iat":            noon.Unix(),
		"exp":            noon.Add(time.Hour).Unix(),
		"jti":            uuid.NewString(),
	}
}

func sign(t testing.TB, key *rsa.PrivateKey, claims jwt.MapClaims) string {
	t.Helper()
	return must(jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key))
}

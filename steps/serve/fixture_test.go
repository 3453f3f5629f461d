package serve_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/guard"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/journal"
	"credwiz/steps/serve"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

var pair = sync.OnceValue(func() *jwt.Key { return must(jwt.GenerateKey()) })

// developer has a folder with an application and its user alice. The application has bob, too, whom the folder does not
// know.
type developer struct {
	t       testing.TB
	dir     string
	folder  *workdir.Dir
	sandbox *sandbox.Server
	api     *client.Client
	app     journal.Application
	options serve.Options

	mu     sync.Mutex
	asked  []sandbox.Request // what the API was asked since the backend began
	logged []guard.Request   // what the backend logged
}

func develops(t testing.TB, cfg sandbox.Config) *developer {
	t.Helper()
	d := &developer{t: t, dir: filepath.Join(t.TempDir(), "app")}
	cfg.Observe = func(r sandbox.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.asked = append(d.asked, r)
	}
	d.sandbox = must(sandbox.Start(cfg))
	t.Cleanup(func() { _ = d.sandbox.Close() })
	host := must(client.ParseHost(d.sandbox.URL()))
	d.api = client.New(client.Options{Host: host})
	creds := client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	app := must(d.api.CreateApplication(t.Context(), creds, client.NewApplication{Name: "My App", PublicKey: pair().PublicPEM()}))

	d.folder = must(workdir.Open(d.dir))
	t.Cleanup(func() { _ = d.folder.Close() })
	noError(t, d.folder.Create(workdir.DefaultKeyFile, []byte(must(pair().PEM()).Reveal())))
	d.app = journal.Application{
		ID: app.ID, Name: app.Name, Created: true, APIHost: host.String(), APIKey: sandbox.DefaultAPIKey,
		KeyFile: workdir.DefaultKeyFile, KeySHA: pair().Fingerprint(), Noted: time.Now(),
	}
	env := steps.Env{Now: time.Now, NewID: uuid.NewString, Redactor: &redact.Redactor{}}
	place := workdir.Place{API: d.api, Folder: d.folder}
	runner := steps.NewRunner(env, place, func(task.Event) {})
	session := must(serve.Session(place, d.app, answer.Answers{}, runner))
	admin := must(session.Admin(env))
	alice := must(d.api.CreateUser(t.Context(), admin, client.NewUser{Name: "alice", DisplayName: "Alice"}))
	must(d.api.CreateUser(t.Context(), admin, client.NewUser{Name: "bob"}))
	d.app.Users = []journal.User{{ID: alice.ID, Name: "alice", DisplayName: "Alice", Created: true}}
	d.notes()
	d.options = serve.Options{Env: env, Session: session, SDK: must(serve.FindSDK("", d.dir)), Observe: func(r guard.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.logged = append(d.logged, r)
	}}
	d.asked = nil
	return d
}

// notes writes the journal.
func (d *developer) notes() {
	noError(d.t, journal.Write(d.folder, journal.Journal{Applications: []journal.Application{d.app}}))
}

// noted reads the application's users in the journal.
func (d *developer) noted() []journal.User { return must(journal.Read(d.folder)).Applications[0].Users }

// calls are what the API was asked, as "POST /v1/users 201".
func (d *developer) calls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var calls []string
	for _, r := range d.asked {
		calls = append(calls, r.Method+" "+r.Path)
	}
	return calls
}

// log is what was logged, whole.
func (d *developer) log() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(must(json.Marshal(d.logged)))
}

// backend is one that listens.
type backend struct {
	*serve.Server
	t testing.TB
}

func (d *developer) serves(change ...func(*serve.Options)) backend {
	d.t.Helper()
	options := d.options
	for _, change := range change {
		change(&options)
	}
	server := must(serve.Start(d.t.Context(), "127.0.0.1:0", options))
	d.t.Cleanup(func() { _ = server.Close() })
	return backend{server, d.t}
}

func creates(o *serve.Options) { o.CreateUsers = true }

// reply is an answer of the backend.
type reply struct {
	status int
	header http.Header
	text   string
}

type change func(*http.Request)

func with(name, value string) change { return func(r *http.Request) { r.Header.Set(name, value) } }

func host(name string) change { return func(r *http.Request) { r.Host = name } }

func (b backend) send(method, path, body string, changes ...change) reply {
	b.t.Helper()
	request := must(http.NewRequestWithContext(b.t.Context(), method, b.URL()+path, strings.NewReader(body)))
	if body == "" {
		request.Body = http.NoBody
	} else {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, change := range changes {
		change(request)
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response := must(browser.Do(request))
	defer response.Body.Close()
	return reply{response.StatusCode, response.Header, string(must(io.ReadAll(response.Body)))}
}

func (b backend) asksFor(user string, changes ...change) reply {
	b.t.Helper()
	return b.send(http.MethodPost, "/token", string(must(json.Marshal(map[string]string{"user": user}))), changes...)
}

type ticket struct {
	Token     string
	ExpiresAt time.Time `json:"expires_at"`
	User      struct {
		ID, Name    string
		DisplayName string `json:"display_name"`
	}
}

// gets is asksFor that wants a token.
func (b backend) gets(user string, changes ...change) ticket {
	b.t.Helper()
	return decoded[ticket](b.t, b.asksFor(user, changes...).wants(b.t, 200))
}

// wants checks the status, and that a refusal is a problem and has no token in it.
func (r reply) wants(t testing.TB, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	if status >= 400 {
		p := decoded[problem](t, r)
		if r.header.Get("Content-Type") != "application/problem+json" || p.Status != status || p.Title == "" || p.Detail == "" || p.Code == "" {
			t.Errorf("not a problem: %s", r.text)
		}
		if strings.Contains(r.text, "eyJ") {
			t.Errorf("there is a token in %s", r.text)
		}
	}
	return r
}

type problem struct {
	Title, Code, Detail string
	Status              int
	Users               []string
}

func decoded[T any](t testing.TB, r reply) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(r.text), &value); err != nil {
		t.Fatalf("%v in %q", err, r.text)
	}
	return value
}

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

// closed returns a context that ends with the returned function.
func closed(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

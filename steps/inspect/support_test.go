package inspect_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

const apiKey, apiSecret = "abcd1234", "Canary0Secret9"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// pairs are key pairs, made once because each takes a while. The wizard makes the first.
var pairs = []func() *jwt.Key{sync.OnceValue(newPair), sync.OnceValue(newPair), sync.OnceValue(newPair)}

func newPair() *jwt.Key { return must(jwt.GenerateKey()) }

func pemOf(key *jwt.Key) string { return must(key.PEM()).Reveal() }

var credentials = client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)}

// account is the API in memory. Calls can be answered otherwise, and are counted.
type account struct {
	*sandbox.Sandbox
	url     string
	ahead   time.Duration // its clock minus ours
	answers map[string]http.HandlerFunc
	calls   map[string]int
}

func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{answers: map[string]http.HandlerFunc{}, calls: map[string]int{}}
	a.Sandbox = sandbox.New(sandbox.Config{APIKey: apiKey, APISecret: apiSecret, Now: func() time.Time { return noon.Add(a.ahead) }})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := r.Method + " " + r.URL.Path
		a.calls[call]++
		if answer := a.answers[call]; answer != nil {
			answer(w, r)
			return
		}
		a.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// on answers a call with a body, until heal.
func (a *account) on(call string, status int, body string) {
	a.answers[call] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func (a *account) heal() { clear(a.answers) }

// logIn tries a token on the sandbox.
func (a *account) logIn(t *testing.T, token string) error {
	t.Helper()
	_, err := clientOf(a.url).LogIn(t.Context(), redact.NewSecret(token), "")
	return err
}

func clientOf(address string) *client.Client {
	return client.New(client.Options{Host: must(url.Parse(address)), UserAgent: "credwiz/test", Now: func() time.Time { return noon }})
}

// run is a folder, with what the wizard did in it.
type run struct {
	t       *testing.T
	account *account
	dir     string
	env     steps.Env
	session steps.Session
}

func newRun(t *testing.T) *run {
	t.Helper()
	return runIn(t, newAccount(t))
}

func runIn(t *testing.T, a *account) *run {
	t.Helper()
	r := &run{t: t, account: a, dir: t.TempDir()}
	r.env = steps.Env{
		Open: func(bool) (workdir.Place, error) { return workdir.Place{API: clientOf(a.url), Folder: r.folder()}, nil },
		Now:  func() time.Time { return noon }, NewID: uuid.NewString, NoLogin: true,
		Keys: steps.NewKeySource(func() (*jwt.Key, error) { return pairs[0](), nil }),
	}
	return r
}

// doesAll runs the wizard.
func (r *run) doesAll(keyFile string) *run {
	r.t.Helper()
	answers := answer.Answers{
		answer.Account: answer.AccountVonage, answer.APIKey: apiKey, answer.APISecret: apiSecret, answer.AppName: "My App",
		answer.KeyFile: keyFile, answer.User: "alice", answer.Expires: "24h", answer.ACL: "client-sdk",
	}
	for _, step := range steps.Script() {
		r.session = must(step.Run(r.t.Context(), r.env, r.session, answers, func(task.Event) {}))
	}
	return r
}

func (r *run) folder() *workdir.Dir {
	r.t.Helper()
	folder := must(workdir.Open(r.dir))
	r.t.Cleanup(func() { _ = folder.Close() })
	return folder
}

func (r *run) has(name, content string) {
	noError(r.t, os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600))
}

var tokenForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.`)

// leaks reports whether a text gives away the API secret, a private key or a token.
func leaks(text string) bool {
	for _, pair := range pairs {
		if strings.Contains(text, strings.Split(pemOf(pair()), "\n")[10]) {
			return true
		}
	}
	return strings.Contains(text, apiSecret) || tokenForm.MatchString(text)
}

// inShell is a path as a shell takes it: where temporary files are may have a blank in its name.
func inShell(path string) string {
	if regexp.MustCompile(`^[\w%+,./:=@-]+$`).MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// must is for what fails only if the machine does.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantAll(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in:\n%s", want, text)
		}
	}
}

func wantNone(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, not := range unwanted {
		if strings.Contains(text, not) {
			t.Errorf("%q must not be in:\n%s", not, text)
		}
	}
}

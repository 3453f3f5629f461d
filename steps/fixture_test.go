package steps_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// The pair of the account in these tests. The secret is a canary: it must turn up nowhere but in a request's header.
const (
	apiKey    = "abcd1234"
	apiSecret = "Canary0Secret9"
)

const postApplication, postUser = "POST /v2/applications", "POST /v1/users"

// noon is when everything here happens, on both clocks unless a test says otherwise.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// pairs are key pairs, made once for all tests because each takes a while.
var pairs = []func() *jwt.Key{
	sync.OnceValue(newPair), sync.OnceValue(newPair), sync.OnceValue(newPair),
}

func newPair() *jwt.Key {
	key, err := jwt.GenerateKey()
	if err != nil {
		panic(err)
	}
	return key
}

func pemOf(key *jwt.Key) string {
	text, err := key.PEM()
	if err != nil {
		panic(err)
	}
	return text.Reveal()
}

// keysFrom is a source of the shared pairs, each once.
func keysFrom(used *atomic.Int32) *steps.KeySource {
	return steps.NewKeySource(func() (*jwt.Key, error) {
		n := int(used.Add(1)) - 1
		if n >= len(pairs) {
			return nil, errors.New("this test asks for more keys than there are")
		}
		return pairs[n](), nil
	})
}

// fault stands between the wizard and the API for one call.
type fault func(w http.ResponseWriter, r *http.Request, api http.Handler)

// request is one that the account has seen.
type request struct {
	call string // "POST /v2/applications"
	all  string // its whole text
	body string
}

// account is a Vonage account: the API in memory behind real HTTP, and what can go wrong on the way to it.
type account struct {
	*sandbox.Sandbox
	url   string
	ahead time.Duration // its clock minus ours
	used  atomic.Int32  // pairs

	mu     sync.Mutex
	faults map[string]fault
	seen   []request
}

func newAccount(t testing.TB) *account {
	t.Helper()
	a := &account{faults: map[string]fault{}}
	a.Sandbox = sandbox.New(sandbox.Config{
		APIKey: apiKey, APISecret: apiSecret,
		Now: func() time.Time { return noon.Add(a.ahead) },
	})
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// ServeHTTP notes the request, then lets the fault of its call or the API answer it.
func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The whole body now: what is done after the caller has gone must not depend on it.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var headers bytes.Buffer
	_ = r.Header.Write(&headers)
	call := r.Method + " " + r.URL.Path

	a.mu.Lock()
	a.seen = append(a.seen, request{call: call, all: r.Method + " " + r.RequestURI + "\n" + headers.String() + string(body), body: string(body)})
	hinder := a.faults[call]
	a.mu.Unlock()
	if hinder != nil {
		hinder(w, r, a.Sandbox)
		return
	}
	a.Sandbox.ServeHTTP(w, r)
}

// on puts a fault in the way of a call, until heal.
func (a *account) on(call string, f fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults[call] = f
}

func (a *account) heal() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = map[string]fault{}
}

func (a *account) requests() []request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.seen)
}

// count is how often a call was made.
func (a *account) count(call string) int {
	n := 0
	for _, r := range a.requests() {
		if r.call == call {
			n++
		}
	}
	return n
}

// users are those of the account's one application.
func (a *account) users(t testing.TB) []sandbox.User {
	t.Helper()
	applications := a.Applications()
	if len(applications) != 1 {
		t.Fatalf("the account has %d applications, want 1", len(applications))
	}
	return a.Users(applications[0].ID)
}

// dropped cuts the connection before anything happens.
func dropped(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// doneThenDropped does what was asked and cuts the connection before the answer.
func doneThenDropped(_ http.ResponseWriter, r *http.Request, api http.Handler) {
	api.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// doneThen does what was asked and answers something else.
func doneThen(f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, api http.Handler) {
		api.ServeHTTP(httptest.NewRecorder(), r)
		f(w, r, api)
	}
}

// answering answers without doing anything.
func answering(status int, kind, body string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if _, ok := w.Header()["Date"]; !ok {
			w.Header().Set("Date", noon.Format(http.TimeFormat))
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func failing(status int) fault {
	return answering(status, "application/json", `{"title":"It is broken","instance":"trace-4711"}`)
}

// held keeps a request waiting: it tells arrived, and does what was asked when it is released. When that is done it
// tells over.
type held struct{ arrived, released, over chan struct{} }

func newHeld() held {
	return held{make(chan struct{}), make(chan struct{}), make(chan struct{})}
}

func (h held) fault(w http.ResponseWriter, r *http.Request, api http.Handler) {
	defer close(h.over)
	close(h.arrived)
	<-h.released
	api.ServeHTTP(w, r)
}

// run is a person at the wizard: an account, a folder, answers, and what came of them.
type run struct {
	t       testing.TB
	account *account
	dir     string
	env     steps.Env
	answers answer.Answers
	session steps.Session
	events  []task.Event
	waits   []time.Duration // between the tries of a call; none of them takes any time
}

// newRun is someone with a new account and an empty folder, who has all answers ready.
func newRun(t testing.TB) *run {
	t.Helper()
	return runIn(t, newAccount(t), t.TempDir())
}

// again is another start of credwiz in the same folder. It remembers nothing but what the files say.
func (r *run) again() *run {
	r.t.Helper()
	return runIn(r.t, r.account, r.dir)
}

func runIn(t testing.TB, a *account, dir string) *run {
	t.Helper()
	r := &run{t: t, account: a, dir: dir, answers: answer.Answers{
		answer.Account:   answer.AccountVonage,
		answer.APIKey:    apiKey,
		answer.APISecret: apiSecret,
		answer.AppName:   "My App",
		answer.KeyFile:   "private.key",
		answer.User:      "alice",
		answer.Expires:   "24h",
		answer.ACL:       "client-sdk",
	}}
	r.env = steps.Env{
		Open:  r.open,
		Now:   func() time.Time { return noon },
		NewID: uuid.NewString,
		Keys:  keysFrom(&a.used),
		Wait: func(ctx context.Context, d time.Duration) error {
			r.waits = append(r.waits, d)
			return ctx.Err()
		},
		Random: func() float64 { return 0.5 },
		// The tests of the login ask for it.
		NoLogin: true,
	}
	return r
}

func (r *run) open(practice bool) (workdir.Place, error) {
	folder, err := workdir.Open(r.dir)
	if err != nil {
		return workdir.Place{}, err
	}
	r.t.Cleanup(func() { _ = folder.Close() })
	return workdir.Place{API: clientOf(r.t, r.account.url, nil), Folder: folder, Sandbox: practice}, nil
}

// clientOf is a client of the API at address, whose clock stands at noon.
func clientOf(t testing.TB, address string, transport http.RoundTripper) *client.Client {
	t.Helper()
	host := must(url.Parse(address))
	return client.New(client.Options{Host: host, UserAgent: "credwiz/test", Transport: transport, Now: func() time.Time { return noon }})
}

// answer gives answers: a key, its value, another key...
func (r *run) answer(pairs ...string) {
	for pair := range slices.Chunk(pairs, 2) {
		r.answers = r.answers.With(pair[0], pair[1])
	}
}

// usesTheKeyHere has a key in the folder, the third of pairs, and says yes to it.
func (r *run) usesTheKeyHere() {
	r.has("private.key", pemOf(pairs[2]()))
	r.answer(answer.Key, answer.Yes)
}

func stepNamed(t testing.TB, id string) steps.Step {
	t.Helper()
	for _, step := range steps.Script() {
		if step.ID == id {
			return step
		}
	}
	t.Fatalf("there is no step %q", id)
	return steps.Step{}
}

// try does one step, and keeps what exists whatever came of it, as every front end does.
func (r *run) try(id string) error {
	r.t.Helper()
	return r.tryUntil(r.t.Context(), id)
}

func (r *run) tryUntil(ctx context.Context, id string) error {
	r.t.Helper()
	r.events = nil
	session, err := stepNamed(r.t, id).Run(ctx, r.env, r.session, r.answers, func(e task.Event) { r.events = append(r.events, e) })
	r.session = session
	r.checkEvents()
	return err
}

// fails does a step that must not succeed.
func (r *run) fails(id string) {
	r.t.Helper()
	if r.try(id) == nil {
		r.t.Fatalf("%s: no error", id)
	}
}

// failsBy does a step while calls have a fault.
func (r *run) failsBy(id string, f fault, calls ...string) {
	r.t.Helper()
	for _, call := range calls {
		r.account.on(call, f)
	}
	r.fails(id)
	r.account.heal()
}

// does does steps that are to succeed.
func (r *run) does(ids ...string) *run {
	r.t.Helper()
	for _, id := range ids {
		if err := r.try(id); err != nil {
			r.t.Fatalf("%s: %v", id, err)
		}
	}
	return r
}

func (r *run) doesAll() *run {
	r.t.Helper()
	return r.does("connect", "application", "user", "token")
}

// checkEvents holds for every run of every step: what starts also ends, and every text is safe to print.
func (r *run) checkEvents() {
	r.t.Helper()
	var open *task.Event
	for _, e := range r.events {
		for _, text := range []string{e.Text, e.Call, e.Note} {
			if redact.Printable(text) != text || strings.Contains(text, apiSecret) {
				r.t.Errorf("an event says %q, which is not safe to print", text)
			}
		}
		switch {
		case e.State == task.Started && e.Progress != nil && open != nil && open.Progress != nil && open.Text == e.Text:
		case e.State == task.Started && open != nil && (open.State != task.Waiting || open.Text != e.Text):
			r.t.Errorf("%q starts before %q has ended", e.Text, open.Text)
		case e.State == task.Started:
			open = &e
		case e.State == task.Warned && (open == nil || open.Text != e.Text):
		case open == nil || open.Text != e.Text || open.Call != e.Call:
			r.t.Errorf("%q ends and has not begun", e.Text)
		case e.State == task.Waiting:
			open = &e // it is not over
		default:
			open = nil
		}
	}
	if open != nil {
		r.t.Errorf("%q never ends", open.Text)
	}
}

// warned are the texts of the warnings that the last step gave.
func (r *run) warned() string {
	var all []string
	for _, e := range r.events {
		if e.State == task.Warned {
			all = append(all, e.Text+": "+e.Note)
		}
	}
	return strings.Join(all, "\n")
}

// told are the texts and notes of all work that went well.
func (r *run) told() string {
	var all []string
	for _, e := range r.events {
		if e.State == task.Done {
			all = append(all, e.Text+": "+e.Note)
		}
	}
	return strings.Join(all, "\n")
}

func (r *run) path(name string) string { return filepath.Join(r.dir, name) }

// has puts a file in the folder.
func (r *run) has(name, content string) {
	r.t.Helper()
	noError(r.t, os.WriteFile(r.path(name), []byte(content), 0o600))
}

func (r *run) file(name string) string {
	r.t.Helper()
	return string(must(os.ReadFile(r.path(name))))
}

// names lists the folder.
func (r *run) names() []string {
	r.t.Helper()
	return namesIn(r.t, r.dir)
}

// folder opens the run's folder.
func (r *run) folder() *workdir.Dir {
	r.t.Helper()
	folder := must(workdir.Open(r.dir))
	r.t.Cleanup(func() { _ = folder.Close() })
	return folder
}

// shows are the facts that a step shows.
func (r *run) shows(id string) string {
	r.t.Helper()
	var b strings.Builder
	for _, f := range stepNamed(r.t, id).Show(r.env, r.session) {
		b.WriteString(f.Label + ": " + f.Value + "\n")
	}
	return b.String()
}

func (r *run) sum(id string) string {
	r.t.Helper()
	return stepNamed(r.t, id).Sum(r.env, r.session)
}

// hasApplication gives the account an application with a key, and returns its id.
func (a *account) hasApplication(t testing.TB, name string, key *jwt.Key) string {
	t.Helper()
	made, err := clientOf(t, a.url, nil).CreateApplication(t.Context(),
		client.Credentials{APIKey: apiKey, APISecret: redact.NewSecret(apiSecret)},
		client.NewApplication{Name: name, PublicKey: key.PublicPEM()})
	noError(t, err)
	return made.ID
}

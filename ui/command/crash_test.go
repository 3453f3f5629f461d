//go:build unix

package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/journal"
)

// The requests of a whole run, in their order.
const (
	askedForApplications = iota
	askedForApplication
	askedForUser
	askedForLogin
	requestsOfARun
)

// moment is a point of a run that the API sees.
type moment struct {
	request int  // how many came before it
	applied bool // it has done what it asks for, and its answer has not gone out
}

// scene is a folder, an account, and what happens to the runs that bring the two together.
type scene struct {
	*testing.T
	api      *sandbox.Sandbox
	url, dir string

	mu       sync.Mutex
	requests []string
	from     map[string]bool // the connections of the requests, but for the login's WebSocket
	// moment is called at each moment of a run; if it reports true, the run has ended and gets no answer.
	meanwhile func(moment) (ended bool)
}

func newScene(t *testing.T) *scene {
	t.Helper()
	// As the kernel names it, so that it can be found in a trace.
	dir := must(filepath.EvalSymlinks(t.TempDir()))
	s := &scene{T: t, api: sandbox.New(sandbox.Config{}), from: map[string]bool{}, dir: filepath.Join(dir, "app")}
	noError(t, os.Mkdir(s.dir, 0o700))
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// ServeHTTP lets the sandbox answer, with the moments before and after.
func (s *scene) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	at := moment{request: len(s.requests)}
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	if r.Header.Get("Upgrade") == "" {
		s.from[r.RemoteAddr] = true
	}
	meanwhile, api := s.meanwhile, s.api
	s.mu.Unlock()
	if meanwhile == nil {
		api.ServeHTTP(w, r)
		return
	}
	if meanwhile(at) {
		panic(http.ErrAbortHandler)
	}
	at.applied = true
	if r.Header.Get("Upgrade") != "" {
		api.ServeHTTP(tapped{w, func() { meanwhile(at) }}, r)
		return
	}
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, r)
	if meanwhile(at) {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = answer.Body.WriteTo(w)
}

// tapped reports the first message of a socket. A login does nothing before that.
type tapped struct {
	http.ResponseWriter
	spoken func()
}

// Unwrap lets deadlines be set.
func (w tapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w tapped) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	conn = &tappedConn{Conn: conn, spoken: sync.OnceFunc(w.spoken)}
	return conn, bufio.NewReadWriter(bufio.NewReader(conn), buffered.Writer), nil
}

type tappedConn struct {
	net.Conn
	spoken func()
}

func (c *tappedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.spoken()
	}
	return n, err
}

// restarts makes the sandbox forget everything.
func (s *scene) restarts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.api = sandbox.New(sandbox.Config{})
}

// begins says what happens during the next run, and forgets the requests of the one before.
func (s *scene) begins(meanwhile func(moment) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.from, s.meanwhile = nil, map[string]bool{}, meanwhile
}

// pausesAt has the next run wait at a moment until release is closed, or the test is over.
func (s *scene) pausesAt(at moment) (arrived <-chan struct{}, release chan<- struct{}) {
	in, out := make(chan struct{}), make(chan struct{})
	s.begins(func(now moment) bool {
		if now == at {
			close(in)
			select {
			case <-out:
			case <-s.Context().Done():
			}
		}
		return false
	})
	return in, out
}

// asked are the requests of the run, as "POST /v1/users".
func (s *scene) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// wasThrifty checks that the run needed four calls before its login, and one connection.
func (s *scene) wasThrifty() {
	s.Helper()
	if login := slices.Index(s.asked(), "GET /v2/rtc/"); login < 0 || login > askedForLogin+1 || len(s.from) != 1 {
		s.Errorf("%d connections for %q", len(s.from), s.asked())
	}
}

// sit starts the wizard in the scene, at a terminal.
func (s *scene) sit(args ...string) *seat {
	s.Helper()
	return sit(s.T, setting{cols: 100, rows: 40, env: account(), args: append([]string{"--api-host", s.url, "--dir", s.dir}, args...)})
}

// posted reports whether the run has asked for something to be created.
func (s *scene) posted() bool {
	return slices.ContainsFunc(s.asked(), func(r string) bool { return strings.HasPrefix(r, http.MethodPost) })
}

// answers are the command line that answers everything.
func (s *scene) answers() []string {
	return []string{
		"--no-input", "--json", "--api-host", s.url, "--api-key", sandbox.DefaultAPIKey,
		"--app-name", "My App", "--user", "alice", "--dir", s.dir,
	}
}

// attempt is one run of the program, which something may end early.
type attempt struct {
	cmd       *exec.Cmd
	out, errs bytes.Buffer
	started   chan struct{}
	ended     chan struct{}
}

// attempt prepares a run under a wrapper like "sh -c ..."; none runs the program itself.
func (s *scene) attempt(wrapper ...string) *attempt {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	s.Cleanup(cancel)
	line := slices.Concat(wrapper, []string{built(s.T)}, s.answers())
	a := &attempt{cmd: exec.CommandContext(ctx, line[0], line[1:]...), started: make(chan struct{}), ended: make(chan struct{})}
	home := filepath.Dir(s.dir)
	a.cmd.Dir, a.cmd.Stdout, a.cmd.Stderr = home, &a.out, &a.errs
	a.cmd.Env = []string{
		"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "VONAGE_API_SECRET=" + sandbox.DefaultAPISecret,
		// With processors to spare, and nothing to collect, work stays on its thread; strace counts the calls of each thread.
		"GOMAXPROCS=4", "GOGC=off",
	}
	return a
}

func (s *scene) start(a *attempt) {
	s.Helper()
	noError(s, a.cmd.Start())
	close(a.started)
	go func() {
		defer close(a.ended)
		_ = a.cmd.Wait() // what it says is in ProcessState
	}()
}

// kill ends the run at once, and returns when it has ended.
func (a *attempt) kill() {
	<-a.started
	_ = a.cmd.Process.Kill()
	<-a.ended
}

// killed is a run that is killed at the first moment for which when is true.
func (s *scene) killed(when func(moment) bool) {
	s.Helper()
	a := s.attempt()
	s.begins(func(at moment) bool {
		if !when(at) {
			return false
		}
		a.kill()
		return true
	})
	s.runs(a).ends(s, -1)
}

// result is what the run gave; the code is -1 if it was killed.
func (a *attempt) result() result {
	<-a.ended
	return result{a.cmd.ProcessState.ExitCode(), a.out.String(), a.errs.String()}
}

// runs performs the attempt to its end.
func (s *scene) runs(a *attempt) result {
	s.Helper()
	s.start(a)
	return a.result()
}

// temporary is the name of a file that is being written.
var temporary = regexp.MustCompile(`^\.(private\.key|credwiz\.json|env)\.[A-Z2-7]{26}\.credwiz$`)

// temporaries are the files that a run has left half written.
func (s *scene) temporaries() []string {
	s.Helper()
	var names []string
	for _, entry := range s.entries() {
		if temporary.MatchString(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names
}

func (s *scene) entries() []fs.DirEntry {
	s.Helper()
	entries := must(os.ReadDir(s.dir))
	return entries
}

// holds checks what is so at every moment, however a run has ended: each file is whole or not there, no application
// is without its key, and what else is left is recognizably a temporary file of credwiz. It returns the key file.
func (s *scene) holds() (key []byte) {
	s.Helper()
	for _, entry := range s.entries() {
		name := entry.Name()
		info, err := entry.Info()
		if err != nil || info.Mode() != 0o600 {
			s.Errorf("%s: %v, mode %v, want 0600", name, err, info.Mode())
		}
		if name != "private.key" && name != ".credwiz.json" && name != ".env" && !temporary.MatchString(name) {
			s.Errorf("%s was left, and its name does not show that it is ours", name)
		}
	}
	fingerprint := ""
	key = s.read("private.key")
	if key != nil {
		private, err := jwt.ParseKey(key)
		if err != nil {
			s.Fatalf("half a key was left, %d bytes: %v", len(key), err)
		}
		fingerprint = private.Fingerprint()
	}
	var journal journal.Journal
	if text := s.read(".credwiz.json"); text != nil && json.Unmarshal(text, &journal) != nil {
		s.Errorf("half a journal was left: %q", text)
	}
	if text := s.read(".env"); text != nil && (!bytes.Contains(text, []byte("VONAGE_JWT=ey")) || !bytes.HasSuffix(text, []byte("\n"))) {
		s.Errorf("half a .env was left: %q", text)
	}
	for _, app := range s.api.Applications() {
		if s.fingerprint(app) != fingerprint {
			s.Errorf("the application %s exists without its key", app.ID)
		}
	}
	return key
}

func (s *scene) fingerprint(app sandbox.Application) string {
	s.Helper()
	fingerprint := must(jwt.Fingerprint(app.PublicKey))
	return fingerprint
}

// read returns nil if there is no such file.
func (s *scene) read(name string) []byte {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Fatal(err)
	}
	return text
}

// goesOn runs again with the same answers, and finds all of it made once, with the key that was there if there was one.
func (s *scene) goesOn(key []byte) {
	s.Helper()
	s.begins(nil)
	r := s.runs(s.attempt()).ends(s, 0)
	s.isWhole(r.stdout)
	if now := s.read("private.key"); key != nil && !bytes.Equal(key, now) {
		s.Error("the key that was there has been replaced")
	}
}

// isWhole checks that everything was made once, fits together, and is noted.
func (s *scene) isWhole(stdout string) {
	s.Helper()
	s.isMade(stdout)
	var journal journal.Journal
	noError(s, json.Unmarshal(s.read(".credwiz.json"), &journal))
	// What credwiz made stays known as its own, whichever run made it.
	current := journal.Applications[len(journal.Applications)-1]
	if current.ID != s.api.Applications()[0].ID || !current.Created || len(current.Users) != 1 || !current.Users[0].Created || current.Users[0].ID == "" {
		s.Errorf("noted: %+v", journal)
	}
}

// isMade checks that everything was made once, and fits together.
func (s *scene) isMade(stdout string) {
	s.Helper()
	if s.holds() == nil {
		s.Fatal("there is no private.key")
	}
	apps := s.api.Applications()
	if len(apps) != 1 || apps[0].Users != 1 || s.api.Users(apps[0].ID)[0].Name != "alice" {
		s.Fatalf("made: %+v", apps)
	}
	got := decoded[steps.Result](s, result{stdout: stdout})
	if got.Application == nil || got.Application.ID != apps[0].ID || len(got.Users) != 1 || got.Users[0].Token == nil {
		s.Fatalf("told: %s", stdout)
	}
	token := got.Users[0].Token
	if err := jwt.Verify(redact.NewSecret(token.JWT), apps[0].PublicKey, apps[0].ID, time.Now()); err != nil {
		s.Error(err)
	}
	if !bytes.Contains(s.read(".env"), fmt.Appendf(nil, "VONAGE_JWT=%s\n", token.JWT)) {
		s.Error(".env has another token")
	}
}

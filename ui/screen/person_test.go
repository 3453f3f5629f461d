package screen

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/resign"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
)

func TestMain(m *testing.M) {
	// A tick cannot be stopped, and ends by itself.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/charmbracelet/bubbletea.Tick.func1"))
}

// patience is the limit for what should come at once.
const patience = time.Minute

var noon = time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)

func noonAlways() time.Time { return noon }

// These keys are made once: tests that need a key do not care which, but what is seen of its tokens is the same every time.
var aKey, anotherKey, aThirdKey = keyOf("a key of the tests"), keyOf("another key of the tests"), keyOf("a third key of the tests")

func keyOf(seed string) func() (*jwt.Key, error) {
	return sync.OnceValues(func() (*jwt.Key, error) { return jwt.DeriveKey(seed) })
}

// desk is the world that a wizard is tried in: a sandbox, a folder, and a clock that stands still.
type desk struct {
	*testing.T
	api    *sandbox.Sandbox
	folder string
	env    steps.Env
	home   *resign.Home // if the folder is set up, and a wizard opens there

	mu     sync.Mutex
	calls  []string
	before func(http.ResponseWriter, *http.Request) bool // may answer instead of the sandbox
	pause  chan struct{}                                 // if not nil, waits for another try end when it is closed
}

// newDesk has a folder and a server of its own, and runs the test in parallel with others.
func newDesk(t *testing.T) *desk {
	t.Helper()
	if runtime.GOOS == "windows" { // has no short folder, and a long one breaks lines
		t.Chdir(t.TempDir())
		return newDeskAt(t, ".")
	}
	t.Parallel()
	folder := must(os.MkdirTemp("/tmp", "desk")) //nolint:usetesting // A long path would break lines.
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return newDeskAt(t, folder)
}

func newDeskAt(t *testing.T, folder string) *desk {
	t.Helper()
	d := &desk{T: t, folder: folder}
	now := func() time.Time { return noon }
	d.api = sandbox.New(sandbox.Config{Now: now, NewID: counted("5a")})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.calls = append(d.calls, r.Method+" "+r.URL.Path)
		before := d.before
		d.mu.Unlock()
		if before != nil && before(w, r) {
			return
		}
		d.api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	host := must(client.ParseHost(server.URL))
	d.env = steps.Env{
		Demo: true,
		Open: func(practice bool) (workdir.Place, error) {
			dir := must(workdir.Open(folder))
			t.Cleanup(func() { _ = dir.Close() })
			return workdir.Place{API: client.New(client.Options{Host: host, Now: now}), Folder: dir, Sandbox: practice}, nil
		},
		SandboxPair: client.Credentials{
			APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret),
		},
		Now:   now,
		NewID: counted("7e"),
		Wait:  d.wait,
		Keys:  steps.NewKeySource(aKey),
	}
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.folder, name) }

func (d *desk) read(name string) string { return string(must(os.ReadFile(d.path(name)))) }

func (d *desk) write(name, text string) {
	d.Helper()
	noError(d, os.WriteFile(d.path(name), []byte(text), 0o600))
}

func (d *desk) remove(names ...string) {
	d.Helper()
	for _, name := range names {
		noError(d, os.Remove(d.path(name)))
	}
}

func (d *desk) rename(old, now string) {
	d.Helper()
	noError(d, os.Rename(d.path(old), d.path(now)))
}

// wait takes no time unless waits are held.
func (d *desk) wait(ctx context.Context, _ time.Duration) error {
	d.mu.Lock()
	pause := d.pause
	d.mu.Unlock()
	if pause == nil {
		return ctx.Err()
	}
	select {
	case <-pause:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// heldWaits refuses calls with 429, to be made again in two seconds, and lets that wait last until release is closed.
func (d *desk) heldWaits() (release chan<- struct{}) {
	d.answerFirst(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Date", noon.Format(http.TimeFormat))
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	pause := make(chan struct{})
	d.pause = pause
	return pause
}

// counted makes ids that are the same in every run.
func counted(prefix string) func() string {
	var n atomic.Int64
	return func() string {
		sum := sha256.Sum256([]byte(prefix))
		return fmt.Sprintf("%s%s-0000-4000-8000-%012d", prefix, hex.EncodeToString(sum[:3]), n.Add(1))
	}
}

// answerFirst makes f answer instead of the sandbox where it returns true.
func (d *desk) answerFirst(f func(http.ResponseWriter, *http.Request) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.before = f
}

func (d *desk) made() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var posts []string
	for _, call := range d.calls {
		if strings.HasPrefix(call, http.MethodPost) {
			posts = append(posts, call)
		}
	}
	return posts
}

// held makes calls with that method wait until release is closed; arrived tells that one does.
func (d *desk) held(method string) (arrived <-chan struct{}, release chan<- struct{}) {
	in, out := make(chan struct{}, 8), make(chan struct{})
	d.answerFirst(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != method {
			return false
		}
		// A server notices that its client has gone once it has read the body.
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		in <- struct{}{}
		select {
		case <-out:
		case <-r.Context().Done():
		}
		return false
	})
	return in, out
}

// person sits at the wizard: presses keys and reads the screen. The model is driven without a program, so nothing
// depends on time.
type person struct {
	*testing.T
	*desk
	m        Model
	messages chan tea.Msg
	gone     bool
}

func (d *desk) sit(cols, rows int, look ...style.Look) *person {
	d.Helper()
	m := New(d.Context(), d.env, steps.Script(), style.NewTheme(io.Discard, append(look, style.Look{})[0]), Tools{Home: d.home})
	p := &person{T: d.T, desk: d, m: m, messages: make(chan tea.Msg, 64)}
	p.take(tea.WindowSizeMsg{Width: cols, Height: rows})
	return p
}

// take gives the model one message, and starts the commands that come of it.
func (p *person) take(msg tea.Msg) {
	p.Helper()
	next, cmd := p.m.Update(msg)
	m, ok := next.(Model)
	if !ok {
		p.Fatalf("Update returned a %T", next)
	}
	p.m = m
	p.start(cmd)
}

func (p *person) start(cmd tea.Cmd) { start(p.Context(), p.messages, cmd) }

// start runs a command, and the commands that it returns, and passes on their messages.
func start(ctx context.Context, messages chan<- tea.Msg, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				start(ctx, messages, c)
			}
		default:
			select {
			case messages <- msg:
			case <-ctx.Done():
			}
		}
	}()
}

var namedKeys = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "esc": tea.KeyEsc, "up": tea.KeyUp,
	"down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, "ctrl+c": tea.KeyCtrlC,
	"pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "space": tea.KeySpace,
}

// press presses keys by their names; anything else is typed.
func (p *person) press(keys ...string) *person {
	p.Helper()
	for _, key := range keys {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
		if kind, ok := namedKeys[key]; ok {
			msg = tea.KeyMsg{Type: kind}
		}
		p.take(msg)
	}
	return p
}

func (p *person) paste(text string) *person {
	p.Helper()
	p.take(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
	return p
}

// until takes messages as they come, until the condition holds. Only messages can make it hold; for anything else there
// is waitFor.
func (p *person) until(what string, holds func() bool) *person {
	p.Helper()
	limit := time.After(patience)
	for !holds() {
		p.next(what, nil, limit)
	}
	return p
}

// next takes one message, or reports that the channel gave something instead.
func (p *person) next(what string, happened <-chan struct{}, limit <-chan time.Time) bool {
	p.Helper()
	select {
	case <-happened:
		return true
	case msg := <-p.messages:
		if _, ok := msg.(tea.QuitMsg); ok {
			p.gone = true
			return false
		}
		p.take(msg)
	case <-limit:
		p.Fatalf("timed out waiting for %s\n%s", what, p.screen())
	}
	return false
}

// wait waits for the end of the run.
func (p *person) wait() *person {
	p.Helper()
	return p.until("the end of the run", func() bool { return p.m.phase != running })
}

// waitFor takes messages until the channel gives one.
func (p *person) waitFor(happened <-chan struct{}) *person {
	p.Helper()
	limit := time.After(patience)
	for {
		if p.next("a call", happened, limit) {
			return p
		}
	}
}

// awaits takes messages until the screen shows the text.
func (p *person) awaits(text string) *person {
	p.Helper()
	return p.until(text, func() bool { return strings.Contains(p.flat(), text) })
}

// left waits until the wizard has quit.
func (p *person) left() *person {
	p.Helper()
	return p.until("the end of the wizard", func() bool { return p.gone })
}

// screen is what is seen, without colours.
func (p *person) screen() string { return ansi.Strip(p.m.View()) }

func (p *person) lines() []string { return strings.Split(p.screen(), "\n") }

// flat is the screen in one line, so that a text is found however it is wrapped, with files named as in the folder.
func (p *person) flat() string {
	return strings.ReplaceAll(strings.Join(strings.Fields(p.screen()), " "), p.folder+"/", "")
}

func (p *person) sees(texts ...string) *person {
	p.Helper()
	for _, text := range texts {
		if !strings.Contains(p.flat(), text) {
			p.Errorf("%q is not on the screen:\n%s", text, p.screen())
		}
	}
	return p
}

func (p *person) doesNotSee(texts ...string) *person {
	p.Helper()
	for _, text := range texts {
		if strings.Contains(p.flat(), text) {
			p.Errorf("%q is on the screen:\n%s", text, p.screen())
		}
	}
	return p
}

// connected has checked the API key and is at the application's questions.
func (p *person) connected() *person {
	p.Helper()
	if p.press("enter").wait(); p.m.step != p.m.index(steps.ApplicationStep) || p.m.phase != asking {
		p.Fatalf("these are not the application's questions:\n%s", p.screen())
	}
	return p
}

// ready is at the last screen.
func (p *person) ready() *person {
	p.Helper()
	for range 2 * len(p.m.script) { // presenters press Enter at each result too
		if p.m.finished() {
			return p
		}
		p.press("enter").wait()
	}
	p.Fatalf("this is not the last screen:\n%s", p.screen())
	return p
}

// must gives the value of a call that works whatever is tested.
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

package snippet_test

import (
	"encoding/base64"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client"
	"credwiz/client/jwt"
	"credwiz/client/sandbox"
	"credwiz/steps"
	"credwiz/steps/answer"
	"credwiz/steps/snippet"
	"credwiz/steps/task"
	"credwiz/steps/workdir"
)

const apiKey, apiSecret = "abcd1234", "Canary0Secret9"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// theKey is made once, because that takes a while.
var theKey = sync.OnceValue(func() *jwt.Key { return must(jwt.GenerateKey()) })

// worked is a run of the whole wizard against a sandbox with the real clock, and what went over the wire.
type worked struct {
	t       *testing.T
	dir     string
	server  *sandbox.Server
	session steps.Session
	wires   map[string]client.Wire // by their call
}

func works(t *testing.T, appName, user, displayName string) worked {
	t.Helper()
	w := worked{t: t, dir: t.TempDir(), server: must(sandbox.Start(sandbox.Config{APIKey: apiKey, APISecret: apiSecret})), wires: map[string]client.Wire{}}
	folder := must(workdir.Open(w.dir))
	t.Cleanup(func() { _, _ = w.server.Close(), folder.Close() })
	api := client.New(client.Options{Host: must(client.ParseHost(w.server.URL())), UserAgent: "credwiz/test"})
	env := steps.Env{
		Open: func(bool) (workdir.Place, error) { return workdir.Place{API: api, Folder: folder}, nil },
		Now:  time.Now, NewID: uuid.NewString, Keys: steps.NewKeySource(func() (*jwt.Key, error) { return theKey(), nil }),
	}
	answers := answer.Answers{
		answer.Account: answer.AccountVonage, answer.APIKey: apiKey, answer.APISecret: apiSecret, answer.AppName: appName, answer.KeyFile: "private.key",
		answer.User: user, answer.DisplayName: displayName, answer.Expires: "24h", answer.ACL: "client-sdk",
		answer.Write: "vonage", // no .env takes an awkward name
	}
	for _, step := range steps.Script() {
		w.session = must(step.Run(t.Context(), env, w.session, answers, func(e task.Event) {
			if e.Wire != nil {
				w.wires[e.Text] = *e.Wire
			}
		}))
	}
	return w
}

func (w worked) equivalent(text string) snippet.Equivalent {
	w.t.Helper()
	wire, ok := w.wires[text]
	if !ok {
		w.t.Fatalf("nothing went over the wire to %q", text)
	}
	return snippet.EquivalentOf(w.session, wire)
}

func clientOf(host string) *client.Client {
	return client.New(client.Options{Host: must(url.Parse(host)), UserAgent: "credwiz/test"})
}

// leaks reports whether a text gives away the API secret, the private key or a token.
func leaks(text string) bool {
	pair := base64.StdEncoding.EncodeToString([]byte(apiKey + ":" + apiSecret))
	line := strings.Split(must(theKey().PEM()).Reveal(), "\n")[10]
	for _, secret := range []string{apiSecret, url.QueryEscape(apiSecret), pair, line, "PRIVATE KEY", "eyJ"} {
		if strings.Contains(text, secret) {
			return true
		}
	}
	return false
}

// needs skips a test without a program that it runs; -short leaves it out.
func needs(t *testing.T, program string) {
	t.Helper()
	if testing.Short() {
		t.Skipf("SKIPPED: -short leaves out what runs %s", program)
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("SKIPPED: %s is not installed, so what this test proves is not proven here", program)
	}
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

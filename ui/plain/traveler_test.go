package plain

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
	"credwiz/steps/advice"
	"credwiz/steps/answer"
	"credwiz/steps/cleanup"
	"credwiz/steps/journal"
	"credwiz/steps/workdir"
	"credwiz/ui/style"
)

var noon = time.Date(2026, time.January, 2, 12, 0, 0, 0, time.UTC)

func noonAlways() time.Time { return noon }

var aKey, anotherKey = keyOf("a key of the tests"), keyOf("another key of the tests")

func keyOf(seed string) func() (*jwt.Key, error) {
	return sync.OnceValues(func() (*jwt.Key, error) { return jwt.DeriveKey(seed) })
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// longestRun is what a run with a hostile proxy may take.
const longestRun = 35 * time.Second

// traveler runs the wizard in one folder behind a proxy, and asks nothing.
type traveler struct {
	*testing.T
	proxy *proxy
	host  string
	dir   string
	keys  atomic.Int32
}

func newTraveler(t *testing.T) *traveler {
	v := &traveler{T: t, dir: t.TempDir(), proxy: &proxy{api: sandbox.New(sandbox.Config{Now: noonAlways})}}
	v.proxy.turns("", 0, nil)
	server := httptest.NewServer(v.proxy)
	t.Cleanup(server.Close)
	v.host = server.URL
	return v
}

// outcome is what came of a run.
type outcome struct {
	session steps.Session
	err     error
	said    string        // all that it said, but for the receipt
	receipt string        // with the token
	waited  time.Duration // between tries; it took no time
	took    time.Duration
}

// impatience is how long a client waits that meets with silence: it stands for the 15 seconds of the real one.
const impatience, reality = 300 * time.Millisecond, 15 * time.Second

// hasty is a transport that does not wait long for the whole of an answer.
type hasty struct{ http.RoundTripper }

func (h hasty) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Upgrade") != "" {
		return h.RoundTripper.RoundTrip(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), impatience)
	time.AfterFunc(2*impatience, cancel)
	return h.RoundTripper.RoundTrip(r.WithContext(ctx))
}

func (v *traveler) runs(slow bool, more ...string) outcome {
	v.Helper()
	var said, log bytes.Buffer
	var o outcome
	env := v.env(slow)
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	env.Wait = func(ctx context.Context, d time.Duration) error {
		o.waited += d
		return ctx.Err()
	}
	for _, key := range more {
		env.Known[key] = answer.Known{Value: answer.Yes, Source: "--" + key}
	}
	began := time.Now()
	o.session, o.err = Run(v.Context(), Input{}, &said, env, style.Look{NoColor: true})
	o.took = time.Since(began)
	if o.err != nil {
		advice := advice.For(o.err)
		said.WriteString(o.err.Error() + "\n" + advice.What + "\n" + advice.Do + "\n")
	}
	o.said, o.receipt = said.String()+log.String(), steps.Receipt(env, o.session)
	return o
}

// env has the answers to all questions.
func (v *traveler) env(slow bool) steps.Env {
	v.Helper()
	place := workdir.Place{API: v.client(slow), Folder: v.folder()}
	return steps.Env{
		Open:        func(practice bool) (workdir.Place, error) { place.Sandbox = practice; return place, nil },
		SandboxPair: client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)},
		Now:         noonAlways, NewID: uuid.NewString,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Keys: steps.NewKeySource(func() (*jwt.Key, error) {
			if v.keys.Add(1) == 1 {
				return aKey()
			}
			return anotherKey()
		}),
		Known: map[string]answer.Known{
			answer.APIKey:    {Value: sandbox.DefaultAPIKey, Source: "--api-key"},
			answer.APISecret: {Value: sandbox.DefaultAPISecret, Source: "VONAGE_API_SECRET"},
			answer.AppName:   {Value: "My App", Source: "--app-name"},
			answer.User:      {Value: "alice", Source: "--user"},
		},
	}
}

// answers runs a demo with the lines as a person's, in which an empty line is an enter.
func (v *traveler) answers(env steps.Env, look style.Look, lines ...string) string {
	v.Helper()
	var said strings.Builder
	env.Demo = true
	typed := strings.Join(lines, "\n") + strings.Repeat("\n", 30)
	if _, err := Run(v.Context(), Input{Lines: bufio.NewReader(strings.NewReader(typed))}, &said, env, look); err != nil {
		v.Fatalf("%v\n%s", err, &said)
	}
	return said.String()
}

// asking is env without answers.
func (v *traveler) asking() steps.Env {
	env := v.env(false)
	env.Known = nil
	return env
}

// client speaks to the proxy, and waits long or not.
func (v *traveler) client(slow bool) *client.Client {
	v.Helper()
	host := must(client.ParseHost(v.host))
	direct := &http.Transport{}
	v.Cleanup(direct.CloseIdleConnections)
	if !slow {
		return client.New(client.Options{Host: host, Now: noonAlways, Transport: direct})
	}
	direct.ResponseHeaderTimeout = impatience
	return client.New(client.Options{Host: host, Now: noonAlways, Transport: hasty{direct}})
}

func (v *traveler) folder() *workdir.Dir {
	v.Helper()
	folder := must(workdir.Open(v.dir))
	v.Cleanup(func() { _ = folder.Close() })
	return folder
}

var aToken = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.`)

// keepsSecrets fails if a run has told a secret where it was not asked for.
func (v *traveler) keepsSecrets(o outcome) {
	v.Helper()
	receipt := o.receipt
	if token := o.session.Token.JWT; !token.IsZero() {
		receipt = strings.ReplaceAll(receipt, token.Reveal(), "")
	}
	text := o.said + receipt
	canaries := []string{
		sandbox.DefaultAPISecret, "PRIVATE KEY",
		base64.StdEncoding.EncodeToString([]byte(sandbox.DefaultAPIKey + ":" + sandbox.DefaultAPISecret)),
	}
	if key, err := os.ReadFile(filepath.Join(v.dir, "private.key")); err == nil {
		canaries = append(canaries, strings.Split(string(key), "\n")[9:24]...)
	}
	for _, canary := range canaries {
		if strings.Contains(text, canary) {
			v.Errorf("a secret was told: %q", canary)
		}
	}
	if aToken.MatchString(text) {
		v.Error("a token was told")
	}
	if redact.Printable(strings.NewReplacer("\n", "").Replace(text)) != strings.NewReplacer("\n", "").Replace(text) {
		v.Error("something that a terminal obeys was told")
	}
}

// staysSound holds what exists against what may: nothing twice, and no application whose key is lost.
func (v *traveler) staysSound() {
	v.Helper()
	applications := v.proxy.api.Applications()
	if len(applications) > 1 {
		v.Fatalf("there are %d applications", len(applications))
	}
	if keys, _ := filepath.Glob(filepath.Join(v.dir, "*.key")); len(keys) > 1 {
		v.Errorf("there are the keys %q", keys)
	}
	for _, app := range applications {
		if users := v.proxy.api.Users(app.ID); len(users) > 1 {
			v.Errorf("there are %d users", len(users))
		}
		if !v.hasKeyOf(app) {
			v.Error("there is an application without its key")
		}
	}
}

func (v *traveler) hasKeyOf(app sandbox.Application) bool {
	text, err := os.ReadFile(filepath.Join(v.dir, "private.key"))
	if err != nil {
		return false
	}
	key, err := jwt.ParseKey(text)
	if err != nil {
		return false
	}
	fingerprint, err := jwt.Fingerprint(app.PublicKey)
	return err == nil && fingerprint == key.Fingerprint()
}

// isTrue fails if a run claims what is not so.
func (v *traveler) isTrue(o outcome) {
	v.Helper()
	applications := v.proxy.api.Applications()
	if len(applications) != 1 || o.session.Application.ID != applications[0].ID {
		v.Errorf("it claims the application %s, and there is %+v", o.session.Application.ID, applications)
		return
	}
	users := v.proxy.api.Users(applications[0].ID)
	if len(users) != 1 || o.session.User.ID != users[0].ID && o.session.Login.SessionID != "" || o.session.Token.Subject != "alice" {
		v.Errorf("it claims the user %+v, and there is %+v", o.session.User.User, users)
	}
}

// scene is what a proxy does to one exchange of a run.
type scene struct {
	phase, call string
	nth         int
	change
}

// The calls of a run.
const (
	toApplications = "GET /v2/applications"
	toApplication  = "POST /v2/applications"
	toUser         = "POST /v1/users"
	toFindUser     = "GET /v1/users"
	toLogIn        = "GET /v2/rtc/"
)

// scenes are all of them: in a first run, in one that looks for what a first made without an answer, and in one that goes
// on with what is there.
func scenes() []scene {
	var all []scene
	add := func(phase, call string, nth int, changes []change) {
		for _, c := range changes {
			all = append(all, scene{phase, call, nth, c})
		}
	}
	add("first", toApplications, 1, changes())
	add("first", toApplication, 1, changes())
	add("first", toUser, 1, changes())
	add("first", toLogIn, 1, loginChanges())
	add("doubt", toApplications, 2, changes())
	add("doubt", toFindUser, 1, changes())
	add("again", toApplications, 2, changes())
	add("again", toFindUser, 1, changes())
	return all
}

// TestNothingThatAProxyAnswersMakesATwinOrLosesAKey changes one answer of a run, each in many ways, and then runs again
// without a change.
func TestNothingThatAProxyAnswersMakesATwinOrLosesAKey(t *testing.T) {
	t.Attr("fault", "field-A10")
	t.Attr("fault", "field-B6")
	all := scenes()
	if len(all) < 700 {
		t.Fatalf("these are only %d scenes", len(all))
	}
	sampled(t, all, (*traveler).meets)
}

// usual are what networks are known to do: their scenes are in every sample.
var usual = []string{"done, and 429", "done, and 403 in plain text", "another name", "another id", "the credentials come back"}

// sampled tries all scenes, or every so many of them: more than a hundred of the hundreds of a run.
func sampled(t *testing.T, all []scene, try func(*traveler, scene)) {
	stride := 7
	switch {
	case os.Getenv("CREDWIZ_CRASH") == "all":
		stride = 1
	case testing.Short():
		stride = 17
	}
	for i, s := range all {
		if i%stride != 0 && (s.phase != "first" || !slices.Contains(usual, s.name)) {
			continue
		}
		t.Run(s.phase+" "+s.call+" "+s.name, func(t *testing.T) {
			t.Parallel()
			try(newTraveler(t), s)
		})
	}
}

func (v *traveler) meets(s scene) {
	if s.phase == "again" {
		if o := v.runs(false); o.err != nil {
			v.Fatal(o.err)
		}
	}
	v.proxy.turns(s.call, s.nth, s.do)
	if s.phase == "doubt" {
		v.proxy.first[map[string]string{toApplications: toApplication, toFindUser: toUser}[s.call]] =
			func(x exchange) { x.done(); panic(http.ErrAbortHandler) }
	}
	o := v.runs(s.slow)
	if !v.proxy.reached() {
		v.Fatalf("the call never came:\n%s", o.said)
	}
	v.keepsSecrets(o)
	v.staysSound()
	took := o.took + o.waited
	if s.slow {
		took += reality
	}
	if took > longestRun {
		v.Errorf("it took %v", took)
	}
	if o.err == nil {
		v.isTrue(o)
	}
	v.proxy.over.Lock()
	v.proxy.over.Unlock() //nolint:staticcheck // It only waits.
	v.proxy.turns("", 0, nil)
	honest := v.runs(false)
	if honest.err != nil {
		v.Fatalf("the next run says %v, after\n%s\n%v", honest.err, o.said, errors.Unwrap(o.err))
	}
	v.keepsSecrets(honest)
	v.staysSound()
	v.isTrue(honest)
	if honest.session.Login.UserName != "alice" {
		v.Errorf("%q is logged in", honest.session.Login.UserName)
	}
}

// clears deletes what the folder's runs have made.
func (v *traveler) clears(slow bool) outcome {
	v.Helper()
	folder := v.folder()
	removal := must(cleanup.PlanFor(folder, cleanup.Scope{}))
	credentials := map[journal.Account]client.Credentials{}
	for _, account := range removal.Accounts {
		credentials[account] = client.Credentials{APIKey: sandbox.DefaultAPIKey, APISecret: redact.NewSecret(sandbox.DefaultAPISecret)}
	}
	var said bytes.Buffer
	wait := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	_, err := cleanup.Remover{
		Env: steps.Env{Now: noonAlways, NewID: uuid.NewString, Wait: wait}, Folder: folder,
		Credentials: credentials, Answers: answer.Answers{answer.TrustHost: answer.Yes}, Report: Reporter(&said, style.Look{NoColor: true}),
		Dial: func(*url.URL) *client.Client { return v.client(slow) },
	}.Remove(v.Context(), removal)
	if err != nil {
		advice := advice.For(err)
		said.WriteString(err.Error() + "\n" + advice.What + "\n" + advice.Do + "\n")
	}
	return outcome{err: err, said: said.String()}
}

// TestNothingThatAProxyAnswersMakesCleanLoseAKey changes one answer to a removal, each in many ways, and then removes the
// rest without a change.
func TestNothingThatAProxyAnswersMakesCleanLoseAKey(t *testing.T) {
	t.Attr("fault", "field-A1")
	var all []scene
	for _, call := range []string{toApplications, "DELETE /v1/users/ID", "DELETE /v2/applications/ID"} {
		for _, c := range changes() {
			if c.name == "204" && call != toApplications {
				continue // the API's own word for done: a lie looks the same
			}
			all = append(all, scene{"clean", call, 1, c})
		}
	}
	sampled(t, all, func(v *traveler, s scene) {
		if o := v.runs(false); o.err != nil {
			v.Fatal(o.err)
		}
		v.proxy.turns(s.call, s.nth, s.do)
		o := v.clears(s.slow)
		if !v.proxy.reached() {
			v.Fatalf("the call never came:\n%s", o.said)
		}
		v.keepsSecrets(o)
		v.staysSound()
		if left := len(v.proxy.api.Applications()); o.err == nil && left > 0 {
			v.Errorf("it claims to be done, and %d applications are left", left)
		}
		v.proxy.over.Lock()
		v.proxy.over.Unlock() //nolint:staticcheck // It only waits.
		v.proxy.turns("", 0, nil)
		if honest := v.clears(false); honest.err != nil {
			v.Fatalf("the next removal says %v, after\n%s", honest.err, o.said)
		}
		if files, err := os.ReadDir(v.dir); err != nil || len(files) > 0 || len(v.proxy.api.Applications()) > 0 {
			v.Errorf("left: %v, %+v", files, v.proxy.api.Applications())
		}
	})
}

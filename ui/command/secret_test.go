//go:build unix

package command_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"credwiz/client/sandbox"
)

// What is looked for in all that the program writes. Every encoding changes the secret.
const (
	canaryKey    = "c4n4ryky"
	canarySecret = `Canary/S3cret+"<\&?~`
	wrongSecret  = `Wrong/C4nary+"<\&?~`
)

// witness is a sandbox with a pair of its own, that notes which tokens it was shown.
type witness struct {
	*httptest.Server
	api *sandbox.Sandbox

	mu            sync.Mutex
	admins, users []string
}

func witnessed(t *testing.T, wrap func(http.Handler) http.Handler, faults ...string) *witness {
	t.Helper()
	config := sandbox.Config{APIKey: canaryKey, APISecret: canarySecret}
	for _, text := range faults {
		fault := must(sandbox.ParseFault(text))
		config.Faults = append(config.Faults, fault)
	}
	w := &witness{api: sandbox.New(config)}
	var next http.Handler = w.api
	if wrap != nil {
		next = wrap(next)
	}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			w.admins = append(w.admins, token)
		}
		if token := r.URL.Query().Get("token"); token != "" {
			w.users = append(w.users, token)
		}
		w.mu.Unlock()
		next.ServeHTTP(rw, r)
	}))
	t.Cleanup(func() { w.CloseClientConnections(); w.Close() })
	return w
}

// repeating is an API that answers every refusal with what it was sent.
func repeating(status int) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, secret, _ := r.BasicAuth()
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string]any{
				"title": "not " + secret, "detail": "sent " + r.Header.Get("Authorization") + ", which is " + secret,
				"invalid_parameters": []map[string]string{{"name": secret, "reason": "it is " + url.QueryEscape(secret)}},
			})
		})
	}
}

func formsOf(value string) []string {
	quoted, _ := json.Marshal(value)
	pair := base64.StdEncoding.EncodeToString([]byte(canaryKey + ":" + value))
	return []string{
		value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%q", value), `"`),
		base64.RawStdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)), pair,
		value[:10], // a part is too much already
	}
}

// left is all that a run wrote, by where it is.
func left(t *testing.T, dir string, streams map[string]string) map[string]string {
	t.Helper()
	all := streams
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// keeps fails for each secret that is where it must not be.
func (w *witness) keeps(t *testing.T, all map[string]string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	allowed := func(secret string, text string, where ...string) {
		for place, content := range all {
			if strings.Contains(content, text) && !slices.Contains(where, place) {
				t.Errorf("%s (%.20q) is in %s:\n%.2000q", secret, text, place, content)
			}
		}
	}
	for _, form := range append(formsOf(canarySecret), formsOf(wrongSecret)...) {
		allowed("the API secret", form)
	}
	for i, line := range strings.Split(all["private.key"], "\n") {
		if i > 0 && len(line) >= 20 && !strings.HasPrefix(line, "-----") {
			allowed("the private key", line[:20], "private.key")
		}
	}
	signature := func(token string) string { return token[strings.LastIndex(token, ".")+1:][:20] }
	for _, token := range w.admins {
		allowed("an admin token", token)
		allowed("an admin token's signature", signature(token))
	}
	for _, token := range w.users {
		allowed("the user's token", signature(token), ".env", "stdout")
	}
	for place, text := range all {
		for name, code := range map[string]string{"clipboard": "\x1b]52", "title": "\x1b]0;", "window title": "\x1b]2;", "icon": "\x1b]1;"} {
			if strings.Contains(text, code) {
				t.Errorf("%s: the %s was written to", place, name)
			}
		}
	}
}

// typed is someone who types the pair.
func typed(p *seat, secret string) *seat {
	return p.sees("API key").writes(canaryKey).press("enter").writes(secret)
}

// stop is a screen to leave from, and the way there from the one before.
type stop struct {
	name string
	on   func(*seat)
}

func stops() []stop {
	return []stop{
		{"first", func(p *seat) { p.sees("● Account") }},
		{"secret typed", func(p *seat) { typed(p, canarySecret).sees("20 characters") }},
		{"application", func(p *seat) { p.press("enter").sees("✓ Account", "200 OK", "Application name") }},
		{"connected", func(p *seat) { p.press("esc").sees("● Account", "enter continue") }},
		{"user", func(p *seat) { p.press("enter").sees("Application name").makesApplication() }},
		{"application made", func(p *seat) { p.press("esc").sees("● Application", "enter continue") }},
		{"token", func(p *seat) { p.press("enter").sees("● User").makesUser() }},
		{"user made", func(p *seat) { p.press("esc").sees("● User", "enter continue") }},
		{"ready", func(p *seat) { p.press("enter").sees("Valid for").signs() }},
		{"left", func(p *seat) { p.press("enter") }},
	}
}

func TestNoScreenShowsASecretWhereverItIsLeft(t *testing.T) {
	t.Parallel()
	for last, stop := range stops() {
		for name, leave := range map[string]func(*seat) error{
			"ctrl+c": func(p *seat) error { return p.Press("ctrl+c") },
			"TERM":   func(p *seat) error { return p.Signal(syscall.SIGTERM) },
		} {
			if stop.name == "left" && name != "ctrl+c" {
				continue
			}
			t.Run(stop.name+" by "+name, func(t *testing.T) {
				for _, row := range []string{"S2", "S6", "S7", "S9"} {
					t.Attr("fault", row)
				}
				t.Parallel()
				w := witnessed(t, nil)
				args := []string{"--api-host", w.URL}
				if name == "ctrl+c" {
					args = append(args, "--debug", "debug.log")
				}
				p := sit(t, setting{args: args})
				for _, s := range stops()[:last+1] {
					s.on(p)
				}
				if stop.name != "left" {
					noError(t, leave(p))
				}
				if _, _, err := p.Wait(p.ctx); err != nil {
					t.Fatal(err)
				}
				all := left(t, p.dir, map[string]string{"tty": string(p.Raw()), "stdout": p.stdout.String()})
				w.keeps(t, all)
				if last >= 4 && len(all["private.key"]) < 1000 {
					t.Error("there is no key to look for")
				}
				if last >= 6 && len(w.admins) == 0 || last >= 8 && len(w.users) == 0 {
					t.Error("there are no tokens to look for")
				}
			})
		}
	}
}

func TestNoFailureOnAScreenShowsASecret(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wrap   func(http.Handler) http.Handler
		faults []string
		secret string
		sees   string
	}{
		"wrong secret":             {secret: wrongSecret, sees: "rejected this key"},
		"API that repeats, 401":    {wrap: repeating(401), secret: canarySecret, sees: "rejected this key"},
		"API that repeats, 422":    {wrap: repeating(422), secret: canarySecret, sees: "•••"},
		"network that breaks":      {faults: []string{"GET /v2/applications:drop-before"}, secret: canarySecret, sees: "enter"},
		"page instead of JSON":     {faults: []string{"GET /v2/applications:html"}, secret: canarySecret, sees: "isn't the Vonage API"},
		"server that cannot serve": {faults: []string{"GET /v2/applications:500"}, secret: canarySecret, sees: "500"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "S2")
			t.Attr("fault", "S3")
			t.Parallel()
			w := witnessed(t, test.wrap, test.faults...)
			p := sit(t, setting{args: []string{"--api-host", w.URL, "--debug", "debug.log"}})
			typed(p, test.secret).press("enter").sees(test.sees).press("ctrl+c")
			if _, _, err := p.Wait(p.ctx); err != nil {
				t.Fatal(err)
			}
			all := left(t, p.dir, map[string]string{"tty": string(p.Raw()), "stdout": p.stdout.String()})
			w.keeps(t, all)
			if !strings.Contains(all["debug.log"], `"msg":"call failed"`) {
				t.Errorf("the log has no failed call:\n%s", all["debug.log"])
			}
		})
	}
}

func TestNoRunWithoutScreensTellsASecret(t *testing.T) {
	t.Parallel()
	whole := []string{"--no-input", "--app-name", "A", "--user", "alice"}
	lines := strings.Join([]string{canaryKey, canarySecret, "Piped", "", "", "bob", "", "", ""}, "\n") + "\n"
	inEnvironment := []string{"VONAGE_API_KEY=" + canaryKey, "VONAGE_API_SECRET=" + canarySecret}
	for name, test := range map[string]struct {
		args   []string
		env    []string
		stdin  string
		wrap   func(http.Handler) http.Handler
		faults []string
		code   int
	}{
		"no input, environment":    {args: whole, env: inEnvironment},
		"no input, standard in":    {args: append([]string{"--api-key", canaryKey, "--api-secret-stdin"}, whole...), stdin: canarySecret + "\n"},
		"JSON":                     {args: append([]string{"--json"}, whole...), env: inEnvironment},
		"line by line":             {args: []string{"--plain"}, stdin: lines},
		"refused":                  {args: append([]string{"--api-key", canaryKey, "--api-secret-stdin"}, whole...), stdin: wrongSecret + "\n", code: 4},
		"API that repeats":         {args: whole, env: inEnvironment, wrap: repeating(401), code: 4},
		"API that repeats, 500":    {args: whole, env: inEnvironment, wrap: repeating(500), code: 5},
		"lost application":         {args: whole, env: inEnvironment, faults: []string{"POST /v2/applications:drop-after:1"}},
		"user that is cut":         {args: whole, env: inEnvironment, faults: []string{"POST /v1/users:cut:1"}},
		"user that fails":          {args: whole, env: inEnvironment, faults: []string{"POST /v1/users:500"}, code: 5},
		"secret with a bad letter": {args: whole, env: []string{"VONAGE_API_KEY=" + canaryKey, "VONAGE_API_SECRET=" + canarySecret + "é"}, code: 2},
		"wrong flag":               {args: append([]string{"--expires", "banana"}, whole...), env: inEnvironment, code: 2},
		"missing answers":          {args: []string{"--no-input"}, env: inEnvironment, code: 2},
	} {
		for _, debug := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, log %t", name, debug), func(t *testing.T) {
				for _, row := range []string{"S2", "S3", "S9"} {
					t.Attr("fault", row)
				}
				t.Parallel()
				w := witnessed(t, test.wrap, test.faults...)
				args := append([]string{"--api-host", w.URL}, test.args...)
				if debug {
					args = append(args, "--debug", "debug.log")
				}
				dir := t.TempDir()
				noError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o700))
				r := runs(t, dir, test.stdin, test.env, args...).ends(t, test.code)
				all := left(t, dir, map[string]string{"stdout": r.stdout, "stderr": r.stderr})
				w.keeps(t, all)
				if test.code == 0 && (len(w.admins) == 0 || len(w.users) == 0 || all["private.key"] == "" || all[".gitignore"] == "") {
					t.Errorf("there was nothing to look for: %d admin tokens, %d tokens", len(w.admins), len(w.users))
				}
				if debug {
					wantLog(t, all["debug.log"], test.code)
				}
			})
		}
	}
}

// wantLog looks for what a log should have, and for what it should not.
func wantLog(t *testing.T, log string, code int) {
	t.Helper()
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %q", line)
		}
	}
	want := []string{`"msg":"credwiz begins"`, `"version":`, `"os":`, `"term":`}
	if code == 0 {
		want = append(want, `"msg":"step begins","step":"connect"`, `"method":"POST","path":"/v2/applications","status":`, `"took_ms":`,
			`"skew_s":`, `"msg":"file","step":"application","path":"private.key"`, `"path":".env"`, `"msg":"step ends","step":"token"`)
	}
	has(t, log, want...)
	for _, text := range []string{"Authorization", "page_size", "api_secret", "VONAGE_", "eyJ"} {
		if strings.Contains(log, text) {
			t.Errorf("the log has %s:\n%s", text, log)
		}
	}
}

func TestADemoShowsNothingOfTheRealAccount(t *testing.T) {
	t.Attr("fault", "S8")
	t.Attr("fault", "B5")
	t.Parallel()
	p := sit(t, setting{
		args: demoWith("--debug", "debug.log", "--dir", "."),
		env:  []string{"VONAGE_API_KEY=" + canaryKey, "VONAGE_API_SECRET=" + canarySecret, "NEXMO_API_SECRET=" + canarySecret},
	})
	p.sees("● Account", "practice sandbox", sandbox.DefaultAPIKey).press("enter").sees("200 OK", "● Application").press("ctrl+c").ends(130)
	w := &witness{}
	all := left(t, p.dir, map[string]string{"tty": string(p.Raw()), "stdout": p.stdout.String()})
	w.keeps(t, all)
	for where, text := range all {
		if strings.Contains(text, canaryKey) || strings.Contains(text, sandbox.DefaultAPISecret) {
			t.Errorf("the account is in %s", where)
		}
	}
}

func TestAMaskTellsTheLengthOfASecretAndNothingElse(t *testing.T) {
	t.Attr("fault", "S2")
	t.Attr("fault", "S8")
	t.Parallel()
	screens := map[string]bool{}
	for _, secret := range []string{"abcd1234", "~~~~~~~~"} {
		p := sit(t, setting{args: demo})
		p.sees("API secret").press("tab").writes(secret).sees("8 characters")
		screens[p.Screen()] = true
		p.press("ctrl+c").ends(130)
	}
	if len(screens) != 1 {
		t.Errorf("two secrets of one length make %d screens", len(screens))
	}
}

func TestRealCredentialsAreRefusedByTheSandboxAndKeptNowhere(t *testing.T) {
	t.Attr("fault", "B5")
	t.Parallel()
	dir := t.TempDir()
	r := runs(t, dir, canarySecret+"\n", nil,
		demoWith("--dir", ".", "--api-key", canaryKey, "--api-secret-stdin", "--no-input", "--app-name", "A", "--user", "alice")...)
	r.ends(t, 4, "sandbox")
	all := left(t, dir, map[string]string{"stdout": r.stdout, "stderr": r.stderr})
	(&witness{}).keeps(t, all)
	for where, text := range all {
		if where != "stderr" && strings.Contains(text, canaryKey) {
			t.Errorf("the key is in %s", where)
		}
	}
}

func TestASecretForStandardInputIsAskedForAtATerminal(t *testing.T) {
	t.Attr("fault", "S8")
	t.Parallel()
	p := sit(t, setting{args: []string{"--demo", "--api-secret-stdin", "--latency", "0"}})
	p.sees("Hidden as you type").writes(sandbox.DefaultAPISecret + "\r")
	p.sees("✓ Account", "200 OK", "● Application").press("ctrl+c").ends(130)
	if strings.Contains(string(p.Raw()), sandbox.DefaultAPISecret) {
		t.Error("the secret was shown")
	}
	for name, args := range map[string][]string{
		"the wizard":  {"--demo", "--api-secret-stdin", "--no-input"},
		"the sandbox": {"sandbox", "--addr", "127.0.0.1:0", "--api-secret-stdin"},
	} {
		t.Run("left: "+name, func(t *testing.T) {
			p := sit(t, setting{args: args})
			p.sees("Hidden as you type").writes("half").press("ctrl+c").ends(130)
		})
	}
}

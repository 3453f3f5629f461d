package serve_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"credwiz/client/guard"
	"credwiz/client/sandbox"
	"credwiz/steps/advice"
	"credwiz/steps/serve"
)

const alice = `{"user":"alice"}`

func TestForeignHostsAndPagesGetNothing(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves(func(o *serve.Options) {
		o.AllowOrigins, o.AllowHosts = []string{"https://app.example.com"}, []string{"host.docker.internal"}
	})
	for name, test := range map[string]struct {
		change change
		status int
	}{
		"a rebound name":            {host("evil.example.com"), 421},
		"a rebound name and port":   {host("evil.example.com" + b.URL()[strings.LastIndex(b.URL(), ":"):]), 421},
		"a name that is allowed":    {host("host.docker.internal:4011"), 200},
		"the emulator's name":       {host("10.0.2.2:4011"), 200},
		"another site":              {with("Origin", "https://evil.example.com"), 403},
		"a page without an origin":  {with("Origin", "null"), 403},
		"a site that begins alike":  {with("Origin", "https://app.example.com.evil.example"), 403},
		"an image of another site":  {with("Sec-Fetch-Site", "cross-site"), 403},
		"a site that is allowed":    {with("Origin", "https://app.example.com"), 200},
		"a page of this computer":   {with("Origin", "http://localhost:3000"), 200},
		"this page":                 {with("Sec-Fetch-Site", "same-origin"), 200},
		"a form":                    {with("Content-Type", "application/x-www-form-urlencoded"), 415},
		"a form with files":         {with("Content-Type", "multipart/form-data; boundary=x"), 415},
		"a form of plain text":      {with("Content-Type", "text/plain"), 415},
		"JSON with a character set": {with("Content-Type", "application/json; charset=utf-8"), 200},
		"something that is no type": {with("Content-Type", "application/json;;"), 415},
	} {
		got := b.send("POST", "/token", alice, test.change).wants(t, test.status)
		if origin := got.header.Get("Access-Control-Allow-Origin"); test.status != 200 && origin != "" {
			t.Errorf("%s: a page of %s may read it", name, origin)
		}
		if got.header.Get("Access-Control-Allow-Credentials") != "" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: header %v", name, got.header)
		}
	}
	p := decoded[problem](t, b.send("GET", "/users", "", host("gateway.example.com")).wants(t, 421))
	if !strings.Contains(p.Detail, "run credwiz serve --allow-host gateway.example.com.") {
		t.Errorf("%s", p.Detail)
	}
	p = decoded[problem](t, b.send("GET", "/users", "", with("Origin", "https://other.example.com")).wants(t, 403))
	if !strings.Contains(p.Detail, "run credwiz serve --allow-origin https://other.example.com.") {
		t.Errorf("%s", p.Detail)
	}
}

func TestBodiesThatAreNoQuestionAreRefused(t *testing.T) {
	t.Parallel()
	b := develops(t, sandbox.Config{}).serves()
	for body, code := range map[string]string{
		`{}`: "invalid", `[]`: "invalid", `{"user":7}`: "invalid", `{"user":"  "}`: "invalid", `{"username":"alice"}`: "invalid",
		alice + alice: "invalid", alice + "x": "invalid", `{"user":"alice"`: "invalid", `{"user":"` + strings.Repeat("a", 201) + `"}`: "invalid",
		`{"user":"` + strings.Repeat("a", 5000) + `"}`: "too-large",
	} {
		status := map[string]int{"invalid": 400, "too-large": 413}[code]
		if p := decoded[problem](t, b.send("POST", "/token", body).wants(t, status)); p.Code != code {
			t.Errorf("%.40s: %+v", body, p)
		}
	}
}

func TestTricksWithPathsAndMethodsGetNothing(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves()
	for _, path := range []string{
		"//token", "/token/", "/./token", "/x/../token", "/%74oken/..", "/TOKEN", "/token%2f", "/token%00", "/.env", "/.credwiz.json", "/private.key",
		"/..%2fprivate.key", "/../private.key", "/page/../../serve.go", "/page.js/", "/sdk.js", "/sdk.js/../private.key", "/page/index.html", "/users/alice",
	} {
		for _, method := range []string{"GET", "POST"} {
			b.send(method, path, map[string]string{"POST": alice}[method]).wants(t, 404)
		}
	}
	for path, allow := range map[string]string{"/token": "POST", "/users": "GET, HEAD", "/": "GET, HEAD"} {
		for _, method := range []string{"PUT", "DELETE", "OPTIONS", "TRACE"} {
			if got := b.send(method, path, "").wants(t, 405).header.Get("Allow"); got != allow {
				t.Errorf("%s %s: Allow %s", method, path, got)
			}
		}
	}
	b.send("GET", "/token", "").wants(t, 405)
	b.send("HEAD", "/users", "").wants(t, 200)
	// The path of a request need not begin with a slash.
	for _, line := range []string{"OPTIONS * HTTP/1.1", "GET http://evil.example.com/token HTTP/1.1", "CONNECT evil.example.com:443 HTTP/1.1"} {
		conn := dial(t, b.URL())
		fmt.Fprintf(conn, "%s\r\nHost: %s\r\n\r\n", line, strings.TrimPrefix(b.URL(), "http://"))
		response := must(http.ReadResponse(bufio.NewReader(conn), nil))
		text := string(must(io.ReadAll(io.LimitReader(response.Body, 1<<10))))
		response.Body.Close()
		if response.StatusCode < 400 || strings.Contains(text, "eyJ") {
			t.Errorf("%s: status %d, %s", line, response.StatusCode, text)
		}
	}
}

// TestSlowAndManyConnectionsDoNotKeepAnAppFromItsToken opens 1,000 connections of each kind, and 10,000 when everything is
// tried. The attacker keeps some hundreds open: the backend closes all but a few.
func TestSlowAndManyConnectionsDoNotKeepAnAppFromItsToken(t *testing.T) {
	n := 1_000
	if os.Getenv("CREDWIZ_CRASH") == "all" {
		n = 10_000
	}
	b := develops(t, sandbox.Config{}).serves()
	address := strings.TrimPrefix(b.URL(), "http://")
	for _, says := range []string{
		"", "POST /token HTTP/1.1\r\nHost: x", "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
	} {
		open := make([]net.Conn, 300)
		for i := range n {
			if old := open[i%len(open)]; old != nil {
				old.Close()
			}
			conn := must(net.Dial("tcp", address))
			fmt.Fprint(conn, says)
			open[i%len(open)] = conn
		}
		began := time.Now()
		b.gets("alice")
		if took := time.Since(began); took > 1800*time.Millisecond { // the first deadline of such a connection comes after 2 s
			t.Errorf("with %.20q it took %v", says, took)
		}
		for _, conn := range open {
			conn.Close()
		}
	}
}

func TestAnotherAddressThanLoopbackNeedsAYes(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	if _, err := serve.Start(t.Context(), "0.0.0.0:0", d.options); !errors.Is(err, guard.ErrNotLoopback) {
		t.Errorf("error %v", err)
	}
}

// remote is a backend that other machines reach, asked without a network: a test should not listen on all addresses.
type remote struct {
	*serve.Backend
	t    *testing.T
	d    *developer
	now  time.Time
	code string
}

func reachable(t *testing.T) *remote {
	t.Helper()
	r := &remote{t: t, d: develops(t, sandbox.Config{}), now: time.Now()}
	r.d.options.AllowRemote = true
	r.d.options.Env.Now = func() time.Time { return r.now }
	server := r.d.serves().Server
	r.Backend = server.Backend
	_, r.code, _ = strings.Cut(server.Address(), "/?code=")
	return r
}

func (r *remote) asks(from, method, path string, changes ...change) reply {
	r.t.Helper()
	request := httptest.NewRequestWithContext(r.t.Context(), method, path, strings.NewReader(map[string]string{"POST": alice}[method]))
	request.Host, request.RemoteAddr = "192.0.2.1:4011", from
	request.Header.Set("Content-Type", "application/json")
	for _, change := range changes {
		change(request)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return reply{w.Code, w.Header(), w.Body.String()}
}

const phone, attacker = "192.0.2.7:5555", "192.0.2.66:666"

func TestOtherMachinesNeedTheCode(t *testing.T) {
	t.Parallel()
	r := reachable(t)
	if len(r.code) < 32 {
		t.Fatalf("the code is %q", r.code)
	}
	for _, from := range []string{phone, "127.0.0.1:5555"} {
		for _, path := range []string{"/", "/users", "/settings", "/page.js", "/nothing"} {
			r.asks(from, "GET", path).wants(t, 401)
		}
		r.asks(from, "POST", "/token").wants(t, 401)
	}
	// A browser exchanges it for a cookie, and is sent to an address without it.
	opened := r.asks(phone, "GET", "/?code="+r.code)
	cookie, _, _ := strings.Cut(opened.header.Get("Set-Cookie"), ";")
	if opened.status != 303 || opened.header.Get("Location") != "/" || strings.Contains(cookie, r.code) ||
		!strings.HasSuffix(opened.header.Get("Set-Cookie"), "; Path=/; HttpOnly; SameSite=Strict") {
		t.Fatalf("status %d, header %v", opened.status, opened.header)
	}
	r.asks(phone, "GET", "/", with("Cookie", cookie)).wants(t, 200)
	r.asks(phone, "POST", "/token", with("Cookie", cookie)).wants(t, 200)
	// An app sends it in a header.
	r.asks(phone, "POST", "/token", with("Authorization", "Bearer "+r.code)).wants(t, 200)
	// What is not quite it is nothing.
	for _, wrong := range []change{
		with("Authorization", "Bearer "+r.code[1:]), with("Authorization", "Bearer "+r.code+"x"), with("Authorization", "Bearer "+strings.ToUpper(r.code)),
		with("Authorization", r.code), with("Cookie", cookie+"x"), with("Cookie", "credwiz-serve="+r.code), with("Cookie", "credwiz-serve="),
	} {
		r.asks(phone, "POST", "/token", wrong).wants(t, 401)
	}
	r.asks(phone, "POST", "/token?code="+r.code).wants(t, 401)
	// The page of another site cannot use a browser that has the cookie.
	r.asks(phone, "POST", "/token", with("Cookie", cookie), with("Origin", "http://192.0.2.1:3000")).wants(t, 403)
	for _, secret := range []string{r.code, strings.TrimPrefix(cookie, "credwiz-serve="), "eyJ"} {
		if strings.Contains(r.d.log(), secret) {
			t.Errorf("%.8s... is in the log", secret)
		}
	}
	if other := reachable(t); other.code == r.code {
		t.Error("the code is the same the next time")
	}
}

func TestTheCodeCannotBeGuessed(t *testing.T) {
	t.Parallel()
	r := reachable(t)
	guess := func(from, code string) int { return r.asks(from, "GET", "/?code="+code).status }
	cookie := r.asks(attacker, "GET", "/?code="+r.code).header.Get("Set-Cookie")
	for range 10 {
		if got := guess(attacker, "guess"); got != 401 {
			t.Fatalf("status %d", got)
		}
	}
	// From now on not even the right code helps, over any path.
	for range 3 {
		got := r.asks(attacker, "GET", "/?code="+r.code).wants(t, 429)
		if got.header.Get("Retry-After") != "60" {
			t.Errorf("header %v", got.header)
		}
		r.asks(attacker, "POST", "/token", with("Authorization", "Bearer "+r.code)).wants(t, 429)
	}
	// A browser that is in stays in, and another machine may come in.
	r.asks(attacker, "GET", "/", with("Cookie", cookie)).wants(t, 200)
	if got := guess(phone, r.code); got != 303 {
		t.Errorf("the phone: status %d", got)
	}
	r.now = r.now.Add(time.Minute)
	if got := guess(attacker, r.code); got != 303 {
		t.Errorf("a minute later: status %d", got)
	}
}

func TestGuessersInOneNetworkCountAsOneAndDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	r := reachable(t)
	guess := func(from string) int { return r.asks(from, "GET", "/?code=guess").status }
	for i := range 10 {
		guess(fmt.Sprintf("[2001:db8::%x]:1", i))
	}
	if got := guess("[2001:db8::ffff]:1"); got != 429 {
		t.Errorf("another address of that network: status %d", got)
	}
	if got := guess("[2001:db8:0:1::1]:1"); got != 401 {
		t.Errorf("another network: status %d", got)
	}
	for i := range 2000 {
		guess(fmt.Sprintf("[2001:db8:1:%x::1]:1", i))
	}
	if got := guess("[2001:db8:2::1]:1"); got != 429 {
		t.Errorf("with too many guessers, one more: status %d", got)
	}
	r.now = r.now.Add(time.Minute)
	if got := guess("[2001:db8:2::1]:1"); got != 401 {
		t.Errorf("a minute later: status %d", got)
	}
}

func TestTheLogSaysWhoGotATokenAndNotTheToken(t *testing.T) {
	t.Parallel()
	d := develops(t, sandbox.Config{})
	b := d.serves()
	token := b.gets("alice").Token
	b.send("GET", "/users?token="+token, "").wants(t, 200)
	b.send("POST", "/token", `{"user":"`+token+`"}`).wants(t, 400)
	b.send("GET", "/", "").wants(t, 200)
	waitFor(t, func() bool { return strings.Count(d.log(), `"Method"`) == 4 })
	for _, part := range []string{token[len(token)-40:], token[:len(token)/2]} {
		if strings.Contains(d.log(), part) {
			t.Errorf("a token is in %s", d.log())
		}
	}
	for _, want := range []string{`"Path":"/token","Status":200,"Reason":"","User":"alice"`, `"Path":"/users","Status":200`, `"Path":"/","Status":200`} {
		if !strings.Contains(d.log(), want) {
			t.Errorf("no %s in %s", want, d.log())
		}
	}
}

func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	conn := must(net.Dial("tcp", strings.TrimPrefix(url, "http://")))
	t.Cleanup(func() { conn.Close() })
	return conn
}

func noWait(context.Context, time.Duration) error { return nil }

// waitFor waits for what another goroutine does.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(5 * time.Second); !done(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("it did not come")
		}
	}
}

func wantAdvice(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	a := advice.For(err)
	for _, text := range texts {
		if !strings.Contains(a.What+" "+a.Do, text) {
			t.Errorf("no %q in %q, %q", text, a.What, a.Do)
		}
	}
}

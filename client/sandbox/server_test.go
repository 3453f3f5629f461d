package sandbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"credwiz/client/sandbox"
)

func TestAServerListensOnLoopbackAlone(t *testing.T) {
	t.Attr("fault", "B1")
	server := start(t, sandbox.Config{})
	wantMatch(t, `^http://127\.0\.0\.1:[0-9]+$`, server.URL())
	if port := strings.TrimPrefix(server.URL(), "http://127.0.0.1:"); port == "0" {
		t.Error("the port is not known")
	}
	// All of 127.0.0.0/8 is this machine; only one address of it is listened on.
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL(), "http://"))
	for _, host := range []string{"127.0.0.2", "::1"} {
		if conn, err := net.Dial("tcp", net.JoinHostPort(host, port)); err == nil {
			conn.Close()
			t.Errorf("it listens on %s too", host)
		}
	}
}

// TestCloseEndsWhatWaits closes a server in the middle of requests, with another connection that has sent nothing.
// What Observe notes is read without a lock, so the race detector sees a Close that does not wait.
func TestCloseEndsWhatWaits(t *testing.T) {
	for name, config := range map[string]sandbox.Config{
		"for the latency": {Latency: time.Hour}, "because of a fault": {Faults: faults(t, "* /:hang")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Attr("fault", "B7")
			before := goleak.IgnoreCurrent()
			begun := make(chan struct{}, 8)
			var told []sandbox.Request
			config.Now = func() time.Time { begun <- struct{}{}; return noon }
			config.Observe = func(r sandbox.Request) { told = append(told, r) }
			server := must(sandbox.Start(config))
			silent := dial(t, server.URL())
			waiting := dial(t, server.URL())
			host := strings.TrimPrefix(server.URL(), "http://")
			// While the first request waits, the second one is already there, and longer than what net/http reads ahead.
			line := "GET /v2/applications HTTP/1.1\r\nHost: " + host + "\r\n"
			fmt.Fprint(waiting, line+"\r\n"+line+"X-Filler: "+strings.Repeat("x", 6<<10)+"\r\n\r\n")
			<-begun

			for range 2 {
				if err := server.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}
			if len(told) != 1 || told[0].Status != 0 {
				t.Errorf("told %+v", told)
			}
			goleak.VerifyNone(t, before)
			for _, conn := range []net.Conn{silent, waiting} {
				if text, _ := io.ReadAll(conn); len(text) != 0 {
					t.Errorf("answered %q", text)
				}
			}
			if conn, err := net.Dial("tcp", host); err == nil {
				conn.Close()
				t.Error("it still listens")
			}
		})
	}
}

func TestConnectionsHaveALimit(t *testing.T) {
	t.Attr("fault", "B4")
	server := start(t, sandbox.Config{})
	var held []net.Conn
	for range 65 {
		conn := dial(t, server.URL())
		ask(t, conn, server.URL())
		held = append(held, conn)
	}
	// The 65th connection replaces the longest idle one.
	if n, err := held[0].Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("the first connection gave %d bytes, %v", n, err)
	}
	for _, conn := range held[1:] {
		ask(t, conn, server.URL())
	}
	// And a full server closes as well as any other, in start's cleanup.
	dial(t, server.URL())
}

// ask makes a request on a connection, and waits for its answer.
func ask(t *testing.T, conn net.Conn, url string) {
	t.Helper()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(url, "http://"))
	response := must(http.ReadResponse(bufio.NewReader(conn), nil))
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
}

// TestSlowAndSilentClientsDoNotStarveOthers has more of them than there may be connections. Another client is answered before
// the first of their deadlines, which is that of a header.
func TestSlowAndSilentClientsDoNotStarveOthers(t *testing.T) {
	t.Attr("fault", "field-D9")
	for name, says := range map[string]string{
		"nothing at all": "",
		"half a header":  "POST /v2/applications HTTP/1.1\r\nHost: x",
		"half a body":    "POST /v2/applications HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
		"a socket without a login": "GET /v2/rtc/?transport=websocket&EIO=3 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n" +
			"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			server, app, _ := practice(t, sandbox.Config{}, "alice")
			in, _ := server.login(asked(userToken(t, app, "alice")))
			began := time.Now()
			for range 100 {
				fmt.Fprint(dial(t, server.URL()), says)
			}
			server.client.CloseIdleConnections()
			server.want(200, "GET", "/v2/applications", "", owner)
			server.want(201, "POST", "/v1/users", `{}`, server.admin(app))
			if took := time.Since(began); took > 1500*time.Millisecond {
				t.Errorf("it took %v", took)
			}
			// A logged-in client stays.
			in.send(`427["any",{}]`)
			in.want(`^437\[\]$`)
		})
	}
}

// The other pairs are what a user may type by mistake: real credentials.
func TestTheDefaultPairIsTheOnlyOneThatIsKnown(t *testing.T) {
	t.Attr("fault", "B3")
	t.Attr("fault", "B5")
	server := start(t, sandbox.Config{})
	server.want(200, "GET", "/v2/applications", "", owner)
	const key, secret = sandbox.DefaultAPIKey, sandbox.DefaultAPISecret
	for _, pattern := range []string{`^[a-zA-Z0-9]{16}$`, `[a-z]`, `[A-Z]`, `[0-9]`} {
		wantMatch(t, pattern, secret)
	}
	for _, pair := range [][2]string{
		{"c4n4ry00", "CanarySecret99"}, {key, "CanarySecret99"}, {"c4n4ry00", secret}, {key, ""}, {"", secret}, {"", ""},
		{secret, key}, {key, secret + "\x00"}, {key, secret[:15]}, {key + ":", secret}, {strings.ToUpper(key), secret},
	} {
		got := server.want(401, "GET", "/v2/applications", "", func(r *http.Request) { r.SetBasicAuth(pair[0], pair[1]) })
		if strings.Contains(got.text, "anary") || strings.Contains(fmt.Sprint(got.header), "anary") {
			t.Errorf("repeated: %s", got.text)
		}
	}
	for _, text := range []string{"CanarySecret99", "c4n4ry00", secret} {
		if strings.Contains(fmt.Sprintf("%+v", server.Sandbox), text) {
			t.Errorf("%s is kept", text)
		}
	}
}

func TestOptionsForTheServerPassesTheGuards(t *testing.T) {
	t.Attr("fault", "B2")
	server := start(t, sandbox.Config{})
	for host, status := range map[string]int{
		"evil.example.com":                          421,
		strings.TrimPrefix(server.URL(), "http://"): 404,
	} {
		conn := dial(t, server.URL())
		fmt.Fprintf(conn, "OPTIONS * HTTP/1.1\r\nHost: %s\r\n\r\n", host)
		response := must(http.ReadResponse(bufio.NewReader(conn), nil))
		response.Body.Close()
		equal(t, response.StatusCode, status, "Host %s: status", host)
	}
}

func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	conn := must(net.Dial("tcp", strings.TrimPrefix(url, "http://")))
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestTheSandboxFillsUp reaches the limit, which is the sandbox's own, by way of
// the handler: a connection would add nothing but time.
func TestTheSandboxFillsUp(t *testing.T) {
	t.Attr("fault", "B4")
	if testing.Short() {
		t.Skip("SKIPPED: filling a sandbox takes too long for -short")
	}
	t.Parallel()
	full := sandbox.New(sandbox.Config{Now: atNoon})
	app := callOK(t, full, "POST", "/v2/applications", withKey(t, "x", ownKey()), owner).at(t, "id").(string)
	admin := bearer(sign(t, ownKey(), claims(app)))
	var user string
	for range 24_999 {
		user = callOK(t, full, "POST", "/v1/users", `{}`, admin).at(t, "id").(string)
	}

	got := call(t, full, "POST", "/v1/users", `{}`, admin)
	if code := got.at(t, "code"); got.status != http.StatusTooManyRequests || code != "http:error:too-many-request" {
		t.Errorf("one more user: status %d, code %v", got.status, code)
	}
	got = call(t, full, "POST", "/v2/applications", withKey(t, "y", ownKey()), owner)
	if title := got.at(t, "title"); got.status != http.StatusTooManyRequests || title != "Rate Limit Hit" {
		t.Errorf("one more application: status %d, title %v", got.status, title)
	}

	// Deleting a user frees a place, and deleting an application those of its
	// users, too.
	call(t, full, "DELETE", "/v1/users/"+user, "", admin)
	callOK(t, full, "POST", "/v1/users", `{}`, admin)
	call(t, full, "DELETE", "/v2/applications/"+app, "", owner)
	for range 2 {
		callOK(t, full, "POST", "/v2/applications", `{"name":"z"}`, owner)
	}
}

// TestLargeUsersFillTheSandboxEarlier counts bytes: 25,000 users of 50 KB would take gigabytes.
func TestLargeUsersFillTheSandboxEarlier(t *testing.T) {
	t.Attr("fault", "field-D9")
	if testing.Short() {
		t.Skip("SKIPPED: filling a sandbox takes too long for -short")
	}
	t.Parallel()
	box := sandbox.New(sandbox.Config{Now: atNoon})
	own := withKey(t, "x", ownKey())
	app := callOK(t, box, "POST", "/v2/applications", own, owner).at(t, "id").(string)
	admin := bearer(sign(t, ownKey(), claims(app)))
	// A < is six bytes where it is kept, as \u003c.
	large := `{"properties":{"custom_data":{"x":"` + strings.Repeat("<", 60_000) + `"}}}`
	var ids []string
	for {
		got := call(t, box, "POST", "/v1/users", large, admin)
		if got.status != 201 {
			wantFull(t, got)
			break
		}
		if ids = append(ids, got.at(t, "id").(string)); len(ids) > 64<<20/60_000 {
			t.Fatalf("%d users of 60 KB", len(ids))
		}
	}
	if len(ids) < 64<<20/(6*61_000) {
		t.Errorf("it is full with %d users", len(ids))
	}
	// Small users still find room, but none of them can grow.
	small := callOK(t, box, "POST", "/v1/users", `{}`, admin).at(t, "id").(string)
	wantFull(t, call(t, box, "PATCH", "/v1/users/"+small, large, admin))
	// Replacing and deleting frees room.
	call(t, box, "PATCH", "/v1/users/"+ids[0], `{"properties":{}}`, admin)
	if got := call(t, box, "PATCH", "/v1/users/"+small, large, admin); got.status != 200 {
		t.Error(got.text)
	}
	call(t, box, "DELETE", "/v1/users/"+ids[1], "", admin)
	callOK(t, box, "POST", "/v1/users", large, admin)
	wide := strings.Replace(own, `"name":"x"`, `"name":"`+strings.Repeat("x", 60_000)+`"`, 1)
	var apps int
	for ; call(t, box, "POST", "/v2/applications", wide, owner).status == 201; apps++ {
		if apps > 10 {
			t.Fatal("applications take no room")
		}
	}
	wantFull(t, call(t, box, "PUT", "/v2/applications/"+app, wide, owner))
	call(t, box, "DELETE", "/v2/applications/"+app, "", owner)
	for range 64<<20/62_000 - apps {
		callOK(t, box, "POST", "/v2/applications", wide, owner)
	}
}

func wantFull(t *testing.T, got answer) {
	t.Helper()
	if detail, _ := got.at(t, "detail").(string); got.status != 429 || !strings.HasPrefix(detail, "The practice sandbox is full") {
		t.Errorf("status %d: %.200s", got.status, got.text)
	}
}

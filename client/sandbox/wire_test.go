package sandbox_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/sandbox"
)

// wire is a WebSocket to the sandbox, on which a test speaks as an SDK would.
type wire struct {
	t    testing.TB
	conn *websocket.Conn
}

// dialWire opens a socket at a path with a query.
func dialWire(t testing.TB, client *http.Client, base, path string, query url.Values, headers ...header) *wire {
	t.Helper()
	request := must(http.NewRequest("GET", base, nil))
	for _, set := range headers {
		set(request)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, base+path+"?"+query.Encode(), &websocket.DialOptions{
		HTTPClient: client,
		HTTPHeader: request.Header,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return &wire{t, conn}
}

func (a *api) dial(path string, query url.Values, headers ...header) *wire {
	a.t.Helper()
	return dialWire(a.t, a.client, a.URL(), path, query, headers...)
}

// asked is the query of today's SDKs.
func asked(token string) url.Values {
	return url.Values{
		"EIO": {"4"}, "transport": {"websocket"}, "token": {token},
		"SDK_version": {"2.3.1"}, "OS_family": {"JS"}, "acknowledge_events": {"false"},
	}
}

// askedEarlier is the query of nexmo-client up to 9.1; up to 8 it had no token.
func askedEarlier(token string) url.Values {
	query := asked(token)
	query.Set("EIO", "3")
	if token == "" {
		query.Del("token")
	}
	return query
}

func (w *wire) send(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		if err := w.conn.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// read returns the next frame, or the error that it has none.
func (w *wire) read() (string, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	_, text, err := w.conn.Read(ctx)
	return string(text), err
}

// want reads frames that match patterns, and returns the last one.
func (w *wire) want(patterns ...string) string {
	w.t.Helper()
	var text string
	for _, pattern := range patterns {
		var err error
		if text, err = w.read(); err != nil {
			w.t.Fatalf("no frame that matches %s: %v", pattern, err)
		}
		if !regexp.MustCompile(pattern).MatchString(text) {
			w.t.Fatalf("frame %s does not match %s", text, pattern)
		}
	}
	return text
}

// wantEnd reads until the end of the connection, and compares its status.
func (w *wire) wantEnd(status websocket.StatusCode) {
	w.t.Helper()
	for {
		if _, err := w.read(); err != nil {
			if got := websocket.CloseStatus(err); got != status {
				w.t.Errorf("ended with %v (%v), want %v", got, err, status)
			}
			return
		}
	}
}

// The frames that every login begins with.
const (
	openFrame    = `^0\{"sid":"[0-9a-f]{20}","upgrades":\[\],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000\}$`
	connectFrame = `^40\{"sid":"[0-9a-f]{20}"\}$`
	successFrame = `^42\["session:success",`
)

// login logs in by today's frames, and returns the session's id.
func (a *api) login(query url.Values) (*wire, string) {
	a.t.Helper()
	w := a.dial("/v2/rtc/", query)
	w.want(`^0\{`)
	w.send("40")
	w.want(connectFrame)
	return w, sessionID(w.want(successFrame))
}

// sessionID is the id in a success frame.
func sessionID(frame string) string {
	_, after, _ := strings.Cut(frame, `"id":"`)
	id, _, _ := strings.Cut(after, `"`)
	return id
}

// sdkACL is what a Client SDK's token permits.
func sdkACL() map[string]any {
	return map[string]any{"paths": map[string]any{
		"/*/users/**": map[string]any{}, "/*/sessions/**": map[string]any{},
	}}
}

// userClaims are those of a user's token that is good at noon.
func userClaims(application, name string) jwt.MapClaims {
	all := claims(application)
	all["sub"] = name
	all["acl"] = sdkACL()
	return all
}

func userToken(t testing.TB, application, name string) string {
	t.Helper()
	return sign(t, ownKey(), userClaims(application, name))
}

// practice returns a sandbox with an application and some users. The channel has
// what Observe reports of each socket when it ends.
func practice(t testing.TB, cfg sandbox.Config, names ...string) (server *api, app string, ended <-chan sandbox.Request) {
	t.Helper()
	sockets := make(chan sandbox.Request, 128)
	cfg.Observe = func(r sandbox.Request) {
		if strings.HasSuffix(strings.TrimSuffix(r.Path, "/"), "/rtc") {
			sockets <- r
		}
	}
	server = start(t, cfg)
	app = server.application("x", ownKey())
	for _, name := range names {
		server.want(201, "POST", "/v1/users", encode(t, map[string]any{"name": name}), server.admin(app))
	}
	return server, app, sockets
}

// pipes is a network in memory: a listener, and a client for it. In a bubble of
// synctest, a real one would stop the clock.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "pipe"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// piped serves a handler over pipes until the test ends.
func piped(t testing.TB, handler http.Handler) *http.Client {
	t.Helper()
	network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(network)
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
	})
	return &http.Client{Transport: &http.Transport{DialContext: network.dial, DisableKeepAlives: true}}
}

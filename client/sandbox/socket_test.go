package sandbox_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"credwiz/client/sandbox"
)

// bubbled returns a sandbox with a user for a bubble of synctest, and a way to open sockets to it.
func bubbled(t *testing.T) (box *sandbox.Sandbox, token string, dial func(query url.Values) *wire) {
	t.Helper()
	box = sandbox.New(sandbox.Config{Now: atNoon})
	app := callOK(t, box, "POST", "/v2/applications", withKey(t, "x", ownKey()), owner).at(t, "id").(string)
	callOK(t, box, "POST", "/v1/users", `{"name":"alice"}`, bearer(sign(t, ownKey(), claims(app))))
	client := piped(t, box)
	return box, userToken(t, app, "alice"), func(query url.Values) *wire {
		t.Helper()
		return dialWire(t, client, "http://sandbox", "/v2/rtc/", query)
	}
}

// ping pings as an earlier SDK does.
func (w *wire) ping(times int, every time.Duration) {
	w.t.Helper()
	for range times {
		<-time.After(every)
		w.send("2")
		w.want(`^3$`)
	}
}

func TestAClientThatAnswersPingsStays(t *testing.T) {
	ownKey() // outside of the bubble, whose clock waits for it
	synctest.Test(t, func(t *testing.T) {
		_, token, dial := bubbled(t)
		w := dial(asked(token))
		w.want(openFrame)
		opened := time.Now()
		w.send("40")
		w.want(connectFrame, successFrame)
		for n := range 10 {
			w.want(`^2$`)
			if passed, want := time.Since(opened), time.Duration(n+1)*25*time.Second; passed != want {
				t.Errorf("ping %d after %v, want %v", n, passed, want)
			}
			<-time.After(19 * time.Second)
			w.send("3")
		}
		w.want(`^2$`)
		w.wantEnd(-1)
		equal(t, time.Since(opened), 10*25*time.Second+19*time.Second+45*time.Second, "it ended after")
	})
}

func TestAClientThatDoesNotAnswerIsDropped(t *testing.T) {
	ownKey()
	for _, c := range []struct {
		name  string
		query func(token string) url.Values
		says  []string
		pings int
	}{
		{"today", asked, []string{"40"}, 0},
		{"earlier", askedEarlier, nil, 0},
		{"without a login", func(string) url.Values { return askedEarlier("") }, nil, 0},
		{"not connected", asked, nil, 0},
		{"pings without a login", func(string) url.Values { return askedEarlier("") }, nil, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box, token, dial := bubbled(t)
				w := dial(c.query(token))
				opened := time.Now()
				w.want(openFrame)
				w.send(c.says...)
				if c.pings > 0 {
					w.want(`^40$`)
					w.ping(c.pings, 10*time.Second)
				}
				w.wantEnd(-1)
				equal(t, time.Since(opened), 45*time.Second, "it ended after")
				synctest.Wait()
				for _, one := range box.Sessions() {
					if one.Open {
						t.Errorf("session %+v", one)
					}
				}
			})
		})
	}
}

// TestALogoutWaitsForAnotherLogin drops a client that stays without one.
func TestALogoutWaitsForAnotherLogin(t *testing.T) {
	ownKey()
	synctest.Test(t, func(t *testing.T) {
		_, token, dial := bubbled(t)
		w := dial(askedEarlier(token))
		w.want(openFrame, `^40$`, successFrame)
		w.ping(5, 20*time.Second)
		w.send(`42["session:logout",{}]`)
		w.want(`^42\["session:logged-out",`)
		left := time.Now()
		w.ping(2, 20*time.Second)
		w.wantEnd(-1)
		equal(t, time.Since(left), 45*time.Second, "it ended after")
	})
}

func TestTheKeepAliveIntervalsAreSent(t *testing.T) {
	server, app, ended := practice(t, sandbox.Config{PingInterval: time.Millisecond, PingTimeout: 2 * time.Millisecond}, "alice")
	w := server.dial("/v2/rtc/", asked(userToken(t, app, "alice")))
	w.want(`"pingInterval":1,"pingTimeout":2,`)
	w.wantEnd(-1)
	equal(t, (<-ended).Status, 101, "told")
}

func TestFramesThatEndTheConnection(t *testing.T) {
	server, app, ended := practice(t, sandbox.Config{}, "alice")
	for _, c := range []struct {
		name  string
		says  []string
		after websocket.StatusCode
	}{
		{"empty", []string{""}, websocket.StatusPolicyViolation},
		{"no packet", []string{"hello"}, websocket.StatusPolicyViolation},
		{"no message", []string{"40", "49"}, websocket.StatusPolicyViolation},
		{"no event", []string{"40", "42[1]"}, websocket.StatusPolicyViolation},
		{"another namespace", []string{"40/admin,"}, websocket.StatusPolicyViolation},
		{"an event before the connection", []string{`42["session:logout",{}]`}, websocket.StatusPolicyViolation},
		{"a ping of the client", []string{"40", "2"}, websocket.StatusPolicyViolation},
		{"not UTF-8", []string{"40", "42[\"\xff\"", "x"}, websocket.StatusPolicyViolation},
		{"too large", []string{"40", `42["` + strings.Repeat("x", 1_000_000) + `"]`}, websocket.StatusMessageTooBig},
		{"disconnect", []string{"40", "41"}, websocket.StatusNormalClosure},
		{"close", []string{"1"}, websocket.StatusNormalClosure},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := server.dial("/v2/rtc/", asked(userToken(t, app, "alice")))
			for _, text := range c.says {
				// The server may have gone before all of it is sent.
				if w.conn.Write(t.Context(), websocket.MessageText, []byte(text)) != nil {
					break
				}
			}
			w.wantEnd(c.after)
			<-ended
		})
	}
	t.Run("binary", func(t *testing.T) {
		w := server.dial("/v2/rtc/", asked(userToken(t, app, "alice")))
		if err := w.conn.Write(t.Context(), websocket.MessageBinary, []byte("40")); err != nil {
			t.Fatal(err)
		}
		w.wantEnd(websocket.StatusUnsupportedData)
		<-ended
	})
	// nexmo-client up to 9.1 receives pongs, and never sends one.
	w := server.dial("/rtc/", askedEarlier(""))
	w.send("3")
	w.wantEnd(websocket.StatusPolicyViolation)

	w, _ = server.login(asked(userToken(t, app, "alice")))
	w.send("5", "6", "430[]", `421["x",7]`, `422["x",{"body":"text"}]`, "43", `429["x"]`)
	w.want(`^431\[\]$`, `^432\[\]$`, `^439\[\]$`)

	// A message of the announced size is read.
	const frame = `428["x",""]`
	w.send(strings.Replace(frame, `""`, `"`+strings.Repeat("x", 1_000_000-len(frame))+`"`, 1))
	w.want(`^438\[\]$`)
}

// TestCloseEndsSockets closes a server with sockets in every state, of which none is read from on the other side.
func TestCloseEndsSockets(t *testing.T) {
	t.Attr("fault", "B7")
	before := goleak.IgnoreCurrent()
	// What Observe notes is read without the lock, so the race detector sees a
	// Close that does not wait.
	var noting sync.Mutex
	told := 0
	server, err := sandbox.Start(sandbox.Config{Now: atNoon, Observe: func(sandbox.Request) {
		noting.Lock()
		defer noting.Unlock()
		told++
	}})
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(server.URL(), "http://")
	for _, eio := range []string{"3", "4"} {
		conn := dial(t, server.URL())
		fmt.Fprintf(conn, "GET /v2/rtc/?transport=websocket&EIO=%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", eio, host)
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if eio == "3" {
			// An empty text, after which the server waits for a farewell.
			conn.Write([]byte{0x81, 0x80, 0, 0, 0, 0})
			all := make([]byte, 0, 4096)
			for !bytes.Contains(all, []byte("not an Engine.IO packet")) {
				n, err := conn.Read(all[len(all):cap(all)])
				if err != nil {
					t.Fatalf("%q: %v", all, err)
				}
				all = all[:len(all)+n]
			}
		}
		defer io.Copy(io.Discard, conn)
	}
	began := time.Now()
	if err := server.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if told != 2 {
		t.Errorf("%d sockets had ended", told)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("Close took %v", took)
	}
	goleak.VerifyNone(t, before)
}

// TestSocketsAreConnections has the limit of connections apply to sockets.
func TestSocketsAreConnections(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "alice", "bob")
	server.client.CloseIdleConnections()
	var held []*wire
	for n := range 64 {
		w, _ := server.login(asked(userToken(t, app, []string{"alice", "bob"}[n%2])))
		held = append(held, w)
	}
	next := dial(t, server.URL())
	fmt.Fprintf(next, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", strings.TrimPrefix(server.URL(), "http://"))
	next.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := next.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Fatal("there is a 65th connection")
	}
	next.SetReadDeadline(time.Time{})
	held[0].conn.CloseNow()
	if _, err := next.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

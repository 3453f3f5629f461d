package guard

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a handler that takes its time.
func slow(wait time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			_, _ = io.WriteString(w, "{}")
		case <-r.Context().Done():
		}
	})
}

func refuse(w http.ResponseWriter, _ *http.Request, why Refusal) {
	http.Error(w, why.Detail, why.Status)
}

// pipes is a listener whose connections are in memory, so that their deadlines keep synctest's time.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p.conns
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error { return nil }

func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4020} }

func TestAConnectionThatIsTooSlowIsEnded(t *testing.T) {
	t.Attr("fault", "B4")
	const head = "POST /v2/applications HTTP/1.1\r\nHost: 127.0.0.1:4020\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
	for name, test := range map[string]struct {
		sends   string
		reads   bool
		latency time.Duration
		want    time.Duration // when it ends
	}{
		"half a header":               {head[:40], true, 0, readHeaderTimeout},
		"nothing at all":              {"", true, 0, readHeaderTimeout},
		"half a body":                 {head + `{"name":`, true, 0, readTimeout},
		"an answer that is not taken": {"GET / HTTP/1.1\r\nHost: 127.0.0.1:4020\r\n\r\n", false, 0, WriteTimeout},
		"one that is made slowly":     {"GET / HTTP/1.1\r\nHost: 127.0.0.1:4020\r\n\r\n", false, time.Minute, WriteTimeout + time.Minute},
		"no further request":          {"GET / HTTP/1.1\r\nHost: 127.0.0.1:4020\r\n\r\n", true, 0, idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener := pipes{make(chan net.Conn)}
				guard := New(Config{BodyLimit: 1 << 10, Slack: test.latency})
				server := guard.serve(listener, guard.Wrap(slow(test.latency), refuse), "")
				client, conn := net.Pipe()
				ended := make(chan time.Duration, 1)
				began := time.Now()
				listener.conns <- &toldConn{Conn: conn, closed: func() {
					select {
					case ended <- time.Since(began):
					default:
					}
				}}
				if _, err := fmt.Fprint(client, test.sends); err != nil {
					t.Fatal(err)
				}
				if test.reads {
					go func() { _, _ = io.Copy(io.Discard, client) }()
				}
				if took := <-ended; took < test.want || took > test.want+time.Second {
					t.Errorf("it ended after %v, want %v", took, test.want)
				}
				_ = client.Close()
				close(listener.conns)
				if err := server.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// toldConn reports its end.
type toldConn struct {
	net.Conn
	closed func()
}

func (c *toldConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// It opens no listener: a test should not listen on all addresses, or on port 80.
func TestWhichHostsAnAddressAnswers(t *testing.T) {
	everywhere := &net.TCPAddr{IP: net.IPv4zero, Port: 4010}
	for name, test := range map[string]struct {
		address *net.TCPAddr
		url     string
		hosts   map[string]int
	}{
		"all addresses": {everywhere, "http://127.0.0.1:4010", map[string]int{
			"127.0.0.1:4010": 200, "192.0.2.1:4010": 200, "my-computer:4010": 200, "[2001:db8::1]:4010": 200,
			"my-computer": 421, "my-computer:1": 421, "localhost:8080": 200,
		}},
		"loopback, the port of HTTP": {&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, "http://127.0.0.1:80", map[string]int{
			"127.0.0.1": 200, "localhost": 200, "127.0.0.1:80": 200, "my-computer": 421,
		}},
		"all addresses, the port of HTTP": {&net.TCPAddr{IP: net.IPv4zero, Port: 80}, "http://127.0.0.1:80", map[string]int{
			"127.0.0.1": 200, "localhost": 200, "my-computer:80": 200, "my-computer": 200,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(Config{AllowRemote: true})
			if url := g.knowHosts("", test.address); url != test.url {
				t.Errorf("its URL is %s, want %s", url, test.url)
			}
			for host, status := range test.hosts {
				r := httptest.NewRequest(http.MethodGet, "/", nil)
				r.Host = host
				w := httptest.NewRecorder()
				g.Wrap(slow(0), refuse).ServeHTTP(w, r)
				if w.Code != status {
					t.Errorf("%s: answered %d, want %d", host, w.Code, status)
				}
			}
		})
	}
}

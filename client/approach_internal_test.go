package client

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// door is an API that counts who comes to it, and what they ask. Its network is in memory, so that a test knows when
// nothing is under way any more.
type door struct {
	*httptest.Server
	comes            chan net.Conn
	opened, requests atomic.Int32
}

func newDoor(t *testing.T, start func(*httptest.Server)) *door {
	t.Helper()
	d := &door{comes: make(chan net.Conn)}
	d.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		d.requests.Add(1)
		_, _ = w.Write([]byte(`{"total_items":0,"_embedded":{"applications":[]}}`))
	}))
	_ = d.Listener.Close()
	d.Listener = &doorway{comes: d.comes, closed: make(chan struct{})}
	start(d.Server)
	t.Cleanup(d.Close)
	return d
}

// doorway is the listener of a door.
type doorway struct {
	comes  chan net.Conn
	closed chan struct{}
	ended  atomic.Bool
}

func (d *doorway) Accept() (net.Conn, error) {
	select {
	case conn := <-d.comes:
		return conn, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

func (d *doorway) Close() error {
	if d.ended.CompareAndSwap(false, true) {
		close(d.closed)
	}
	return nil
}

func (d *doorway) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4010} }

// visitor is a client that trusts the door.
func (d *door) visitor(t *testing.T) *Client {
	t.Helper()
	host, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Host: host})
	c.approachable.DialContext = approached(func(context.Context, string, string) (net.Conn, error) {
		d.opened.Add(1)
		near, far := net.Pipe()
		d.comes <- far
		return near, nil
	})
	if trusted, ok := d.Client().Transport.(*http.Transport); ok {
		c.approachable.TLSClientConfig = trusted.TLSClientConfig
	}
	t.Cleanup(c.approachable.CloseIdleConnections)
	return c
}

func TestTheFirstCallUsesTheConnectionThatWasOpenedBefore(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){
		"http":   (*httptest.Server).Start,
		"https":  (*httptest.Server).StartTLS,
		"http/2": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(t, start)
				c := d.visitor(t)
				c.Approach(t.Context())
				synctest.Wait()
				if opened, requests := d.opened.Load(), d.requests.Load(); opened != 1 || requests != 0 {
					t.Errorf("%d connections and %d requests before there is anything to ask, want 1 and 0", opened, requests)
				}
				for range 2 {
					if _, err := c.ListApplications(t.Context(), Credentials{APIKey: "abcd1234"}, 1, 1); err != nil {
						t.Fatal(err)
					}
				}
				if opened, requests := d.opened.Load(), d.requests.Load(); opened != 1 || requests != 2 {
					t.Errorf("%d connections for %d requests, want 1 for 2", opened, requests)
				}
			})
		})
	}
}

func TestAConnectionThatCannotBeOpenedIsToldByTheCall(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c := New(Options{Host: &url.URL{Scheme: "http", Host: l.Addr().String()}})
	c.Approach(t.Context())
	if _, err := c.ListApplications(t.Context(), Credentials{}, 1, 1); err == nil {
		t.Error("there was nobody, and nothing was told")
	}
}

func TestATransportOfSomebodyElseIsNotApproached(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	host, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	New(Options{Host: host, Transport: server.Client().Transport}).Approach(t.Context())
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"
)

// silent is the far end of a connection that takes everything and says nothing.
func silent(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, far) }()
	return near, nil
}

// Each stage of an exchange has an end of its own, well before that of the whole.
func TestEveryStageOfAnExchangeHasAnEnd(t *testing.T) {
	t.Attr("fault", "N5")
	t.Attr("fault", "N10")
	for name, test := range map[string]struct {
		host   string
		dialer net.Dialer
		dial   func(context.Context, string, string) (net.Conn, error) // nil for the dialer's own
		want   time.Duration
		again  bool
	}{
		"a resolver that is silent": {
			host:   "https://api.nexmo.com",
			dialer: net.Dialer{Timeout: connectTimeout, Resolver: &net.Resolver{PreferGo: true, Dial: silent}},
			want:   4 * time.Second,
		},
		"no TLS":     {host: "https://127.0.0.1", dial: silent, want: 5 * time.Second, again: true},
		"no headers": {host: "http://127.0.0.1", dial: silent, want: 10 * time.Second, again: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := newTransport(test.dialer.DialContext)
				transport.Proxy = nil // whatever the environment of the tests says
				if test.dial != nil {
					transport.DialContext = test.dial
				}
				defer func() {
					transport.CloseIdleConnections()
					<-time.After(time.Minute) // the resolver takes its time, which costs nothing here
				}()
				host, err := url.Parse(test.host)
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err = New(Options{Host: host, Transport: transport}).ListApplications(t.Context(), Credentials{}, 1, 1)
				if took := time.Since(began); took != test.want {
					t.Errorf("it took %v, want %v: %v", took, test.want, err)
				}
				var timeout net.Error
				if !errors.As(err, &timeout) || !timeout.Timeout() {
					t.Errorf("got %v", err)
				}
				if _, again := (Attempt{Err: err, Tries: 1}).Next(func() float64 { return 0 }); again != test.again {
					t.Errorf("tried again %t: %v", again, err)
				}
			})
		})
	}
}

func TestTheDefaultTransportIsBoundedAndUsesTheProxy(t *testing.T) {
	t.Attr("fault", "N5")
	t.Attr("fault", "N8")
	t.Attr("fault", "N9")
	c := New(Options{})
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok || transport.Proxy == nil || transport.OnProxyConnectResponse == nil || transport.TLSClientConfig != nil ||
		transport.MaxResponseHeaderBytes != maxHeader || transport.DialContext == nil {
		t.Errorf("%+v", transport)
	}
	login, ok := c.loginClient().Transport.(*http.Transport)
	if !ok || login.Proxy == nil || login.OnProxyConnectResponse == nil || login.TLSHandshakeTimeout != handshakeTimeout ||
		login.MaxResponseHeaderBytes != maxHeader || login.TLSClientConfig != nil && login.TLSClientConfig.InsecureSkipVerify {
		t.Errorf("the login's: %+v", login)
	}
}

package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// Bounds of one exchange.
const (
	callTimeout = 15 * time.Second
	// The name and the connection together. A silent resolver must be an error within five seconds.
	connectTimeout   = 4 * time.Second
	handshakeTimeout = 5 * time.Second
	headerTimeout    = 10 * time.Second
	maxBody          = 1 << 20 // bytes, after decompression
	maxHeader        = 64 << 10
	idleConnections  = 16
)

// Dial opens a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// newTransport is the way to the API: bounded, through the proxy of the environment (HTTPS_PROXY, NO_PROXY; never for
// loopback), trusting the system's authorities, or on Linux those of SSL_CERT_FILE and SSL_CERT_DIR.
func newTransport(dial Dial) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		OnProxyConnectResponse: judgeProxy,
		DialContext:            dial,
		TLSHandshakeTimeout:    handshakeTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    idleConnections,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
	}
}

// ProxyError is a proxy that refuses the connection to the API.
type ProxyError struct {
	Status int // of its answer to CONNECT
}

// Error names the status, and never the proxy: its address may hold a password.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy refused the connection: %d %s", e.Status, http.StatusText(e.Status))
}

func judgeProxy(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &ProxyError{Status: answer.StatusCode}
	}
	return nil
}

// journey is how far a request came. Other goroutines set it.
type journey struct{ sent, handshakeFailed atomic.Bool }

// traced returns a context whose request reports to j.
func (j *journey) traced(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaderField:  func(string, []string) { j.sent.Store(true) },
		TLSHandshakeStart: func() { j.handshakeFailed.Store(false) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				j.handshakeFailed.Store(true)
			}
		},
	})
}

// failed is the error of a request that got no whole answer.
func (j *journey) failed(method, path string, err error) error {
	// A url.Error repeats the query, and with it a token: keep only its cause.
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return &NetworkError{Method: method, Path: path, Sent: j.sent.Load(), Handshake: j.handshakeFailed.Load(), Err: err}
}

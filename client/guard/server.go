package guard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// What one client may cost. No API client is slower or sends more.
const (
	headerLimit       = 8 << 10
	connectionLimit   = 64
	readHeaderTimeout = 2 * time.Second
	readTimeout       = 5 * time.Second
	idleTimeout       = 30 * time.Second
)

// WriteTimeout is how long an answer may take to be read, plus Config.Slack.
const WriteTimeout = 10 * time.Second

// Server serves a handler on an address until Close. Listen makes one.
type Server struct {
	url    string
	http   *http.Server
	cancel context.CancelFunc
	served chan struct{}  // closed when no connection is accepted any more
	open   sync.WaitGroup // the connections and the requests whose goroutine runs
}

// ErrNotLoopback is why Listen refuses an address unless Config.AllowRemote is set.
var ErrNotLoopback = errors.New("not a loopback address: anyone who can reach this machine could use the server, and read what is sent to it")

// AllowError is one of Config.AllowOrigins or Config.AllowHosts that allows nothing.
type AllowError struct {
	Kind  string // "origin" or "host"
	Value string
	Err   error
}

// Error names the value.
func (e *AllowError) Error() string { return fmt.Sprintf("%s %q: %v", e.Kind, e.Value, e.Err) }

// Unwrap gives the reason.
func (e *AllowError) Unwrap() error { return e.Err }

// AddrError is an address that cannot be listened on.
type AddrError struct {
	Addr string
	Err  error
}

// Error names the address.
func (e *AddrError) Error() string {
	reason := e.Err.Error()
	if inner, ok := errors.AsType[*net.AddrError](e.Err); ok {
		reason = inner.Err // without the address, which it repeats for some reasons only
	}
	return fmt.Sprintf("address %q: %s", e.Addr, reason)
}

// Unwrap gives the reason.
func (e *AddrError) Unwrap() error { return e.Err }

// Listen serves a handler, which Wrap has made, on an address such as "127.0.0.1:4020" until Close. Port 0 is a free
// one. The host may be a name; with none, it listens on all addresses of the machine.
func (g *Guard) Listen(addr string, handler http.Handler) (*Server, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &AddrError{addr, err}
	}
	address, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, &AddrError{addr, err}
	}
	if !address.IP.IsLoopback() && !g.cfg.AllowRemote {
		return nil, fmt.Errorf("%s: %w", addr, ErrNotLoopback)
	}
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		return nil, err
	}
	bound, _ := listener.Addr().(*net.TCPAddr) // a TCP listener has no other
	url := g.knowHosts(host, bound)
	return g.serve(newLimitListener(listener, connectionLimit), handler, url), nil
}

// check refuses what would allow nothing.
func (g *Guard) check() error {
	for _, origin := range g.cfg.AllowOrigins {
		if _, err := parseOrigin(origin); err != nil {
			return &AllowError{Kind: "origin", Value: origin, Err: err}
		}
	}
	for _, host := range g.cfg.AllowHosts {
		if err := checkHost(host); err != nil {
			return &AllowError{Kind: "host", Value: host, Err: err}
		}
	}
	return nil
}

func (g *Guard) serve(listener net.Listener, handler http.Handler, url string) *Server {
	base, cancel := context.WithCancel(context.Background())
	s := &Server{url: url, cancel: cancel, served: make(chan struct{})}
	s.http = &http.Server{
		Handler:           s.counted(handler),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      WriteTimeout + g.cfg.Slack,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerLimit,
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnContext:       withPlace,
		ConnState:         s.connState,
		// The terminal belongs to the wizard; a line of a log would tear it.
		ErrorLog: log.New(io.Discard, "", 0),
		// "OPTIONS *" would be answered past every guard.
		DisableGeneralOptionsHandler: true,
	}
	go func() {
		defer close(s.served)
		// It returns when the listener is closed, and Close closes it.
		_ = s.http.Serve(listener)
	}()
	return s
}

// URL returns the server's address, like "http://127.0.0.1:4010". A server that
// listens on all addresses has the loopback one.
func (s *Server) URL() string { return s.url }

// Close breaks the connections at once, and waits for everything that the server
// started. A second Close does nothing.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.served
	// A connection that was being accepted escaped the first Close; without a
	// second, Wait would last until its header is overdue.
	err = errors.Join(err, s.http.Close())
	// Cancel requests last: one that returned while its connection was still open
	// would be answered with an empty 200. Cancel them explicitly: net/http does
	// not notice a closed connection whose next request has begun to arrive.
	s.cancel()
	s.open.Wait()
	return err
}

// counted counts requests. net/http no longer counts a socket as a connection, but
// its request lasts as long.
func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.open.Add(1)
		defer s.open.Done()
		next.ServeHTTP(w, r)
	})
}

// connState counts connections. A connection is new before Serve accepts the
// next one, and closed after its last request was dealt with.
func (s *Server) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Done()
	case http.StateActive, http.StateIdle:
	}
}

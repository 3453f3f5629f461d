package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// What one client may cost. A request that is slower or larger is no request of
// an API client.
const (
	headerLimit       = 8 << 10
	connectionLimit   = 64
	readHeaderTimeout = 2 * time.Second
	readTimeout       = 5 * time.Second
	writeTimeout      = 10 * time.Second // beside Config.Latency
	idleTimeout       = 30 * time.Second
)

// Server is a Sandbox that listens on the loopback interface.
type Server struct {
	*Sandbox
	url    string
	http   *http.Server
	cancel context.CancelFunc
	served chan struct{}  // closed when no connection is accepted any more
	open   sync.WaitGroup // the connections whose goroutine runs
}

// Start serves a new sandbox on a free port of 127.0.0.1 until Close.
func Start(cfg Config) (*Server, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return serve(listener, New(cfg)), nil
}

// serve serves a sandbox on a listener, under the listener's own address and the
// name localhost.
func serve(listener *net.TCPListener, sandbox *Sandbox) *Server {
	address, _ := listener.Addr().(*net.TCPAddr) // a TCP listener has no other
	sandbox.hosts = []string{address.String(), net.JoinHostPort("localhost", strconv.Itoa(address.Port))}

	base, cancel := context.WithCancel(context.Background())
	s := &Server{
		Sandbox: sandbox,
		url:     "http://" + address.String(),
		cancel:  cancel,
		served:  make(chan struct{}),
	}
	s.http = &http.Server{
		Handler:           sandbox,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout + sandbox.cfg.Latency,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerLimit,
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnState:         s.connState,
		// The terminal belongs to the wizard; a line of a log would tear it.
		ErrorLog: log.New(io.Discard, "", 0),
		// "OPTIONS *" would be answered past every guard.
		DisableGeneralOptionsHandler: true,
	}
	go func() {
		defer close(s.served)
		// It returns when the listener is closed, and Close closes it.
		_ = s.http.Serve(newLimitListener(listener, connectionLimit))
	}()
	return s
}

// URL returns the address to use as the API's: "http://127.0.0.1:" and the port.
func (s *Server) URL() string { return s.url }

// Close stops at once: it breaks the connections, and then waits until all that
// the server has started has ended. A second Close does nothing.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.served
	// A connection that was being accepted during the first Close has escaped
	// it, and would be waited for until its header is overdue.
	err = errors.Join(err, s.http.Close())
	// Requests are given up last: one that returned while its connection was
	// still there would be answered with an empty 200. And they are given up by
	// name, because net/http does not notice that a connection has gone whose
	// next request has already begun to arrive.
	s.cancel()
	s.open.Wait()
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return nil
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

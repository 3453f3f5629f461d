package sandbox

import (
	"errors"
	"fmt"
	"net"
)

// ErrNotLoopback is why Listen refuses an address unless Config.AllowRemote is
// set.
var ErrNotLoopback = errors.New("not a loopback address: whoever can reach this machine could use the sandbox, and read what is sent to it")

// AllowError is one of Config.AllowOrigins or Config.AllowHosts that allows
// nothing.
type AllowError struct {
	Kind  string // "origin" or "host"
	Value string
	Err   error
}

// Error names the value.
func (e *AllowError) Error() string { return fmt.Sprintf("%s %q: %v", e.Kind, e.Value, e.Err) }

// Unwrap gives the reason.
func (e *AllowError) Unwrap() error { return e.Err }

// AddrError is an address that is none.
type AddrError struct {
	Addr string
	Err  error
}

// Error names the address.
func (e *AddrError) Error() string {
	reason := e.Err.Error()
	if inner := (*net.AddrError)(nil); errors.As(e.Err, &inner) {
		reason = inner.Err // without the address, which it repeats for some reasons only
	}
	return fmt.Sprintf("address %q: %s", e.Addr, reason)
}

// Unwrap gives the reason.
func (e *AddrError) Unwrap() error { return e.Err }

// Listen serves a new sandbox on an address, such as "127.0.0.1:4020", until
// Close. Port 0 is a free one. The host may be a name; with none the sandbox
// listens on all addresses of the machine.
func Listen(addr string, cfg Config) (*Server, error) {
	for _, origin := range cfg.AllowOrigins {
		if _, err := parseOrigin(origin); err != nil {
			return nil, fmt.Errorf("sandbox: %w", &AllowError{Kind: "origin", Value: origin, Err: err})
		}
	}
	for _, host := range cfg.AllowHosts {
		if err := checkHost(host); err != nil {
			return nil, fmt.Errorf("sandbox: %w", &AllowError{Kind: "host", Value: host, Err: err})
		}
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", &AddrError{addr, err})
	}
	address, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", &AddrError{addr, err})
	}
	if !address.IP.IsLoopback() && !cfg.AllowRemote {
		return nil, fmt.Errorf("sandbox: %s: %w", addr, ErrNotLoopback)
	}
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	sandbox := New(cfg)
	bound, _ := listener.Addr().(*net.TCPAddr) // a TCP listener has no other
	url := sandbox.knowHosts(host, bound)
	return serve(newLimitListener(listener, connectionLimit), sandbox, url), nil
}

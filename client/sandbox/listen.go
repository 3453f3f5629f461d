package sandbox

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// ErrNotLoopback is why Listen refuses an address unless Config.AllowRemote is
// set.
var ErrNotLoopback = errors.New("not a loopback address: whoever can reach this machine could use the sandbox, and read what is sent to it")

// OriginError is one of Config.AllowOrigins that is no origin of a web page.
type OriginError struct {
	Origin string
	Err    error
}

// Error names the origin.
func (e *OriginError) Error() string { return fmt.Sprintf("origin %q: %v", e.Origin, e.Err) }

// Unwrap gives the reason.
func (e *OriginError) Unwrap() error { return e.Err }

// Listen serves a new sandbox on an address, such as "127.0.0.1:4020", until
// Close. Port 0 is a free one. The host may be a name; with none the sandbox
// listens on all addresses of the machine.
func Listen(addr string, cfg Config) (*Server, error) {
	for _, origin := range cfg.AllowOrigins {
		if _, err := parseOrigin(origin); err != nil {
			return nil, fmt.Errorf("sandbox: %w", &OriginError{Origin: origin, Err: err})
		}
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	address, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
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

// knowHosts sets which values of the Host header are answered by a listener at
// address, and returns its URL.
func (s *Sandbox) knowHosts(host string, address *net.TCPAddr) (url string) {
	port := strconv.Itoa(address.Port)
	names := []string{address.IP.String()}
	if address.IP.IsLoopback() {
		names = append(names, "localhost")
	}
	if host != "" {
		names = append(names, strings.ToLower(host))
	}
	if address.IP.IsUnspecified() {
		// Which names and addresses the machine has for others cannot be known.
		s.anyHostAt = port
		names = []string{"127.0.0.1"}
	}
	for _, name := range names {
		s.hosts = append(s.hosts, net.JoinHostPort(name, port))
		if port == "80" {
			// Clients leave out the port that http has anyway.
			s.hosts = append(s.hosts, strings.TrimSuffix(net.JoinHostPort(name, port), ":80"))
		}
	}
	return "http://" + s.hosts[0]
}

// hostKnown says whether a Host header names the sandbox.
func (s *Sandbox) hostKnown(host string) bool {
	host = strings.ToLower(host)
	if len(s.hosts) == 0 || slices.Contains(s.hosts, host) {
		return true
	}
	if s.anyHostAt == "" {
		return false
	}
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		port = "80"
	}
	return port == s.anyHostAt
}

// hostsAnswered is which hosts hostKnown takes, in words.
func (s *Sandbox) hostsAnswered() string {
	if s.anyHostAt != "" {
		return "any name with port " + s.anyHostAt
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(s.hosts))), " or ")
}

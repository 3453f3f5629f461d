package sandbox

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// checkHost reports whether a host can be allowed: a name as it is in a Host header,
// without the port, which makes no difference.
func checkHost(host string) error {
	for _, r := range strings.ToLower(host) {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-._", r) {
			return errors.New("must be a name without a port, like host.docker.internal")
		}
	}
	if strings.Trim(host, ".") == "" {
		return errors.New("must be a name, like host.docker.internal")
	}
	return nil
}

// knowHosts sets which names in the Host header are answered by a listener at
// address, in addition to those that hostKnown always knows, and returns its URL.
func (s *Sandbox) knowHosts(host string, address *net.TCPAddr) (url string) {
	port := strconv.Itoa(address.Port)
	own := address.IP.String()
	if address.IP.IsUnspecified() {
		// Which names and addresses the machine has for others cannot be known.
		s.anyHostAt = port
		own = "127.0.0.1"
	}
	s.hosts = append(s.hosts, own)
	for _, name := range append(s.cfg.AllowHosts, host) {
		if name != "" {
			s.hosts = append(s.hosts, strings.ToLower(name))
		}
	}
	return "http://" + net.JoinHostPort(own, port)
}

// hostKnown reports whether a Host header names the sandbox. No page can have an
// address, localhost, or a name under it resolve to what it likes, so these are
// answered whatever they are: a request may have come through a mapped port, a
// tunnel, or an emulator that calls this machine 10.0.2.2. For the same reason the
// port does not matter.
func (s *Sandbox) hostKnown(header string) bool {
	if len(s.hosts) == 0 {
		return true
	}
	host, port := splitHost(header)
	if _, err := netip.ParseAddr(host); err == nil || isLocalhost(host) || slices.Contains(s.hosts, host) {
		return true
	}
	return host != "" && port == s.anyHostAt
}

// splitHost returns the name of a Host header in lower case, and its port, which
// is that of HTTP if it says none.
func splitHost(header string) (host, port string) {
	host, port, err := net.SplitHostPort(header)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]"), "80"
	}
	return strings.ToLower(host), port
}

// isLocalhost reports whether a name, in lower case, is one of the loopback interface
// (RFC 6761, section 6.3).
func isLocalhost(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

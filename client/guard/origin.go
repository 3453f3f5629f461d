package guard

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// parseOrigin returns an origin as browsers send it (RFC 6454, section 6.2): in
// lower case, and without the port that its scheme has anyway.
func parseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", strings.Contains(u.Host, "*"):
		return "", errors.New("must be the address of one site, like http://localhost:3000")
	case u.User != nil, u.Path != "", u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return "", errors.New("must end after the host and the port, like http://localhost:3000")
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host, nil
}

// originAllowed reports whether the request comes from no page, as those of
// programs, from a page of the server's own origin, or from one that originKnown
// knows.
func (g *Guard) originAllowed(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	origin := r.Header.Get("Origin")
	return g.originKnown(origin) || (site == "" || site == "same-origin" || site == "none") &&
		(origin == "" || strings.EqualFold(origin, "http://"+r.Host))
}

// originKnown reports whether an origin is one of Config.AllowOrigins, or of the
// loopback interface: an application under development is a page of that, on a
// port of its own.
func (g *Guard) originKnown(origin string) bool {
	if slices.Contains(g.origins, strings.ToLower(origin)) {
		return true
	}
	page, err := url.Parse(origin)
	if err != nil || page.Scheme != "http" && page.Scheme != "https" {
		return false
	}
	host := strings.ToLower(page.Hostname())
	address, err := netip.ParseAddr(host)
	return isLocalhost(host) || err == nil && address.IsLoopback()
}

// shared lets the browser give answers to the pages that originKnown knows (the
// Fetch standard, "CORS protocol"). There are no credentials in its sense, which
// are those that a browser adds by itself: a page of another origin has to bring the
// Authorization header.
func (g *Guard) shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if !g.originKnown(origin) {
			next.ServeHTTP(w, r)
			return
		}
		header.Set("Access-Control-Allow-Origin", origin)
		method := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || method == "" {
			// The standard lets a page read some others anyway.
			header.Set("Access-Control-Expose-Headers", "Date, Retry-After, WWW-Authenticate")
			next.ServeHTTP(w, r)
			return
		}
		header.Set("Access-Control-Allow-Methods", method)
		if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
			header.Set("Access-Control-Allow-Headers", asked)
		}
		// Chrome asks this before a public page reaches a loopback address.
		if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
			header.Set("Access-Control-Allow-Private-Network", "true")
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// checkHost returns why a host cannot be allowed: it must be a name as in a Host
// header, without the port, which makes no difference.
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
func (g *Guard) knowHosts(host string, address *net.TCPAddr) (url string) {
	port := strconv.Itoa(address.Port)
	own := address.IP.String()
	if address.IP.IsUnspecified() {
		// Which names and addresses the machine has for others cannot be known.
		g.anyHostAt = port
		own = "127.0.0.1"
	}
	g.hosts = append(g.hosts, own)
	for _, name := range append(g.cfg.AllowHosts, host) {
		if name != "" {
			g.hosts = append(g.hosts, strings.ToLower(name))
		}
	}
	return "http://" + net.JoinHostPort(own, port)
}

// hostKnown reports whether a Host header names the server. No page controls how
// an address, localhost, or a name under it resolves, so all of these are
// answered, whatever the port: a request may have come through a mapped port, a
// tunnel, or an emulator that calls this machine 10.0.2.2.
func (g *Guard) hostKnown(header string) bool {
	if len(g.hosts) == 0 {
		return true
	}
	host, port := splitHost(header)
	if _, err := netip.ParseAddr(host); err == nil || isLocalhost(host) || slices.Contains(g.hosts, host) {
		return true
	}
	return host != "" && port == g.anyHostAt
}

// splitHost returns the name of a Host header in lower case, and its port, by
// default that of HTTP.
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

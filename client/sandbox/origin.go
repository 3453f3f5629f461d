package sandbox

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
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

// parseOrigins leaves out what is no origin; Listen has refused it, and nothing
// that a browser sends would be equal to it.
func parseOrigins(texts []string) []string {
	var origins []string
	for _, text := range texts {
		if origin, err := parseOrigin(text); err == nil {
			origins = append(origins, origin)
		}
	}
	return origins
}

// originAllowed reports whether the request may come from where it says that it
// comes from: from no page at all, as programs do, from a page of the sandbox's
// own origin, or from one that originKnown knows.
func (s *Sandbox) originAllowed(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	origin := r.Header.Get("Origin")
	return s.originKnown(origin) || (site == "" || site == "same-origin" || site == "none") &&
		(origin == "" || strings.EqualFold(origin, "http://"+r.Host))
}

// originKnown reports whether an origin is one of Config.AllowOrigins, or of the
// loopback interface: an application under development is a page of that, on a
// port of its own.
func (s *Sandbox) originKnown(origin string) bool {
	if slices.Contains(s.origins, strings.ToLower(origin)) {
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
// are those that a browser adds by itself: the sandbox sets no cookie, and a
// page has to bring the Authorization header.
func (s *Sandbox) shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if !s.originKnown(origin) {
			next.ServeHTTP(w, r)
			return
		}
		header.Set("Access-Control-Allow-Origin", origin)
		method := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || method == "" {
			// What a page may read beside these, the standard says itself.
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

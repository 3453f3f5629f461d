package client

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// DefaultHost is where the Applications and Users APIs live. The name is older than the brand: no api.vonage.com
// serves them.
const DefaultHost = "https://api.nexmo.com"

// ParseHost reads the base URL of an API. It accepts https, and http on the loopback interface only, because the
// secret travels in each request. A path is kept as a prefix. The errors say what is wrong with the URL; the
// caller adds where it came from.
func ParseHost(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		if parse, ok := errors.AsType[*url.Error](err); ok {
			err = parse.Err
		}
		return nil, err
	}
	switch {
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("it must be a full URL, like %s", DefaultHost)
	case u.User != nil:
		return nil, errors.New("it must not contain a username or password")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("it must not have a query or fragment")
	case u.Scheme == "http" && !IsLoopback(u):
		return nil, errors.New("plain http would expose the secret on the network: use https")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("it must be https, not %q", u.Scheme)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// IsVonage reports whether the URL's host is one of Vonage's, in either of its domains.
func IsVonage(u *url.URL) bool {
	name := "." + strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return strings.HasSuffix(name, ".nexmo.com") || strings.HasSuffix(name, ".vonage.com")
}

// IsLoopback reports whether the URL's host is this machine.
func IsLoopback(u *url.URL) bool {
	name := u.Hostname()
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

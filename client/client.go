// Package client speaks the Vonage API that a Client SDK login needs: applications, users and the login itself.
//
// One method makes one HTTP exchange. Every exchange has a deadline and bounds on what it reads; nothing is repeated
// here (see Attempt) and no redirect is followed, because a redirect would carry the credentials along. The
// application's private key is made here and never travels.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"credwiz/client/redact"
)

// Credentials are the API key and secret of a Vonage account.
type Credentials struct {
	APIKey    string
	APISecret redact.Secret
}

// Client speaks to one API host. It is safe for concurrent use.
type Client struct {
	host      *url.URL
	http      *http.Client
	userAgent string
	now       func() time.Time
	observer  Observer
}

// Options are what New needs; the zero value is the real API.
type Options struct {
	Host      *url.URL          // from ParseHost; default DefaultHost
	UserAgent string            // NAME/VERSION go/VERSION, as Vonage's libraries identify themselves
	Transport http.RoundTripper // default: a transport of its own with proxies from the environment
	Dial      Dial              // of that transport; default: a net.Dialer's
	Now       func() time.Time  // default time.Now
}

// New returns a client of the API at o.Host.
func New(o Options) *Client {
	c := &Client{host: o.Host, userAgent: o.UserAgent, now: o.Now}
	if c.host == nil {
		c.host = &url.URL{Scheme: "https", Host: "api.nexmo.com"}
	}
	if c.now == nil {
		c.now = time.Now
	}
	transport := o.Transport
	if transport == nil {
		dial := o.Dial
		if dial == nil {
			dial = (&net.Dialer{Timeout: connectTimeout}).DialContext
		}
		transport = newTransport(dial)
	}
	c.http = &http.Client{
		Transport: transport,
		Timeout:   callTimeout,
		// Go sends Authorization again to another port of the same host, and a body to any host (RFC 9110 15.4.8).
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// Host is the base URL of the API.
func (c *Client) Host() *url.URL {
	u := *c.host
	return &u
}

// request is one exchange to make.
type request struct {
	method    string
	path      string // escaped
	query     url.Values
	authorize func(http.Header)
	body      any // encoded as JSON; nil sends none
}

func basic(creds Credentials) func(http.Header) {
	return func(h http.Header) {
		r := http.Request{Header: h}
		r.SetBasicAuth(creds.APIKey, creds.APISecret.Reveal())
	}
}

func bearer(token redact.Secret) func(http.Header) {
	return func(h http.Header) { h.Set("Authorization", "Bearer "+token.Reveal()) }
}

// do makes the exchange and decodes the answer into out; out may be nil. Its errors are *Error, *UnexpectedError and
// *NetworkError.
func (c *Client) do(ctx context.Context, r request, out any) error {
	return c.observe(r.method, r.path, func(x *Exchange) error {
		body, err := c.send(ctx, r, x)
		if err == nil {
			err = c.decode(r, x.Status, body, out)
		}
		header := http.Header{}
		r.authorize(header)
		withoutSecrets(err, secretsOf(header)...)
		return err
	})
}

// send makes the exchange up to the whole body of a good answer, and notes in exchange what it learns on the way.
func (c *Client) send(ctx context.Context, r request, exchange *Exchange) ([]byte, error) {
	// A create that got no answer must be looked up if, and only if, it may have arrived.
	var way journey
	failed := func(err error) error { return way.failed(r.method, r.path, err) }

	req, err := c.newRequest(way.traced(ctx), r)
	if err != nil {
		return nil, failed(err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	exchange.Status = resp.StatusCode
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		exchange.Skew = floor(date.Sub(c.now()))
	}

	// The whole body first: a decoder on the stream would take a truncated answer for a good one.
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return nil, failed(fmt.Errorf("the answer was cut short: %w", err))
	}
	return body, c.judge(r, resp, body)
}

// floor cuts the part of a second off, downwards. The date has lost its own, and an answer takes its time: so the
// difference is already less than that of the clocks, and rounding must not make it more.
func floor(d time.Duration) time.Duration {
	whole := d.Truncate(time.Second)
	if whole > d && whole > math.MinInt64+time.Second {
		whole -= time.Second
	}
	return whole
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	u := *c.host
	// The path is escaped already. As a Path it would be escaped again, and a typed id asked for as another one.
	u.RawPath = u.EscapedPath() + r.path
	var err error
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return nil, err
	}
	u.RawQuery = r.query.Encode()
	var content io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), content)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.userAgent != "" {
		req.Header.Set("User-Agent", c.userAgent)
	}
	r.authorize(req.Header)
	return req, nil
}

// judge returns the refusal in an answer, or how it is not the API's.
func (c *Client) judge(r request, resp *http.Response, body []byte) error {
	unexpected := func(reason string) error { return r.unexpected(resp.StatusCode, reason) }
	switch status := resp.StatusCode; {
	case len(body) > maxBody:
		return unexpected("the answer is over 1 MiB")
	case status >= 300 && status < 400:
		to := "a different address"
		if u, err := resp.Location(); err == nil && u.Hostname() != "" {
			to = redact.Printable(u.Host)
		}
		return unexpected("a redirect to " + to + ", which was not followed")
	// Gateways in front of the API answer with pages when it is overloaded or down; 511 is a portal's own.
	case status >= 500 && status != http.StatusNetworkAuthenticationRequired, status == http.StatusTooManyRequests:
		return c.refusal(r.method, r.path, resp, body)
	case status >= 400 && isHTML(resp.Header):
		return unexpected("a web page instead of JSON")
	case status >= 400:
		return c.refusal(r.method, r.path, resp, body)
	}
	return nil
}

func isHTML(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/html"
}

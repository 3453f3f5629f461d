package client

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"credwiz/client/redact"
)

// maxWire bounds what is kept of a body for showing it.
const maxWire = 64 << 10

// Wire is one exchange as it went over the wire, for showing it. What is private is hidden already:
// credentials and tokens wherever they turn up, private keys and secrets in bodies, and every header that is not known
// to be harmless. Its texts come from elsewhere; Lines makes them safe for a terminal.
type Wire struct {
	Method string
	URL    string
	// Authorization is the scheme of the credentials that went along: "Basic", "Bearer", or empty if there were none.
	Authorization  string
	RequestHeader  http.Header
	RequestBody    string
	Status         int // 0 if no answer came
	ResponseHeader http.Header
	ResponseBody   string
	Cut            bool          // a body was over 64 KiB, and its end is left out
	Took           time.Duration // until the whole body was read
}

// shownHeaders say something about the exchange and nothing about its sender.
func shownHeaders() []string {
	return []string{
		"Accept", "Allow", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Date", "Location",
		"Retry-After", "Server", "Upgrade", "User-Agent", "Www-Authenticate",
	}
}

// recorder is a transport that reports what passes through it.
type recorder struct {
	next http.RoundTripper
	tell func(Wire)
	now  func() time.Time
}

// recording is the transport, reporting to the client's observer and to no other.
func (c *Client) recording(t http.RoundTripper) http.RoundTripper {
	t = unrecorded(t)
	if c.observer.Wire == nil {
		return t
	}
	return recorder{next: t, tell: c.observer.Wire, now: c.now}
}

// unrecorded is the transport under a recorder.
func unrecorded(t http.RoundTripper) http.RoundTripper {
	if r, ok := t.(recorder); ok {
		return r.next
	}
	return t
}

// RoundTrip passes the request on. It reports the Wire when the answer's body is closed.
func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	began := r.now()
	sent := requestBody(req)
	w := Wire{Method: req.Method, Cut: len(sent) > maxWire}
	w.Authorization, _, _ = strings.Cut(req.Header.Get("Authorization"), " ")
	hide := hiding(req)
	w.URL = shownURL(hide, req.URL)
	w.RequestHeader = shownHeader(hide, req.Header)
	w.RequestBody = hide.Body(sent[:min(len(sent), maxWire)])
	done := func(received []byte) {
		w.Took = r.now().Sub(began)
		w.Cut = w.Cut || len(received) > maxWire
		w.ResponseBody = hide.Body(received[:min(len(received), maxWire)])
		r.tell(w)
	}
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		done(nil)
		return resp, err
	}
	w.Status, w.ResponseHeader = resp.StatusCode, shownHeader(hide, resp.Header)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// What follows is no body, and the caller writes to it as well.
		done(nil)
		return resp, nil
	}
	resp.Body = &heardBody{ReadCloser: resp.Body, done: done}
	return resp, nil
}

// requestBody reads the body without using it up.
func requestBody(req *http.Request) []byte {
	if req.GetBody == nil {
		return nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil
	}
	defer func() { _ = body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(body, maxWire+1)) // it is in memory
	return text
}

// heardBody keeps the beginning of what is read.
type heardBody struct {
	io.ReadCloser
	heard bytes.Buffer
	done  func([]byte)
	once  sync.Once
}

func (b *heardBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	// One byte more than is shown tells that there is more.
	b.heard.Write(p[:min(n, max(0, maxWire+1-b.heard.Len()))])
	return n, err
}

func (b *heardBody) Close() error {
	err := b.ReadCloser.Close()
	b.once.Do(func() { b.done(b.heard.Bytes()) })
	return err
}

// Lines is the exchange for a reader: the request after >, the answer after <, bodies in JSON with a member a line.
// Every line is safe to print.
func (w Wire) Lines() []string {
	lines := []string{"> " + w.Method + " " + w.URL}
	lines = append(lines, headerLines("> ", w.RequestHeader)...)
	lines = append(lines, bodyLines("> ", w.RequestBody)...)
	status := "no answer"
	if w.Status != 0 {
		status = strings.TrimSpace(strconv.Itoa(w.Status) + " " + http.StatusText(w.Status))
	}
	lines = append(lines, "< "+status+", after "+w.Took.Round(time.Millisecond).String())
	lines = append(lines, headerLines("< ", w.ResponseHeader)...)
	lines = append(lines, bodyLines("< ", w.ResponseBody)...)
	if w.Cut && w.Status != 0 {
		lines = append(lines, "  (truncated: over 64 KiB)")
	}
	for i := range lines {
		lines[i] = redact.Printable(lines[i])
	}
	return lines
}

func headerLines(prefix string, h http.Header) []string {
	var lines []string
	for name, values := range h {
		for _, value := range values {
			lines = append(lines, prefix+name+": "+value)
		}
	}
	slices.Sort(lines)
	return lines
}

// authorizationShown is what a header with credentials looks like: the scheme is worth seeing.
func authorizationShown(value string) string {
	scheme, _, ok := strings.Cut(value, " ")
	if !ok || scheme != "Basic" && scheme != "Bearer" {
		return redact.Hidden
	}
	return scheme + " " + redact.Hidden
}

// hiding is a redactor of the secrets in this request.
func hiding(req *http.Request) *redact.Redactor {
	var r redact.Redactor
	r.Hide(append(secretsOf(req.Header), redact.NewSecret(req.URL.Query().Get("token")))...)
	return &r
}

// shownURL is the URL with the token of a login hidden.
func shownURL(hide *redact.Redactor, u *url.URL) string {
	shown := *u
	shown.User = nil
	if query := shown.Query(); query.Has("token") {
		query.Del("token")
		shown.RawQuery = strings.TrimSuffix("token="+redact.Hidden+"&"+query.Encode(), "&")
	}
	return hide.Redact(shown.String())
}

func shownHeader(hide *redact.Redactor, h http.Header) http.Header {
	shown := http.Header{}
	for _, name := range shownHeaders() {
		for _, value := range h.Values(name) {
			shown.Add(name, hide.Redact(value))
		}
	}
	if value := h.Get("Authorization"); value != "" {
		shown.Set("Authorization", authorizationShown(value))
	}
	return shown
}

// bodyLines are the lines of a body, JSON with a member a line.
func bodyLines(prefix, body string) []string {
	if body == "" {
		return nil
	}
	var pretty bytes.Buffer
	if !isDeep(body) && json.Indent(&pretty, []byte(body), "", "  ") == nil {
		body = pretty.String()
	}
	lines := []string{prefix}
	for line := range strings.SplitSeq(strings.TrimRight(body, "\n"), "\n") {
		lines = append(lines, prefix+strings.TrimSuffix(line, "\r"))
	}
	return lines
}

// isDeep reports whether a body has so many levels that indenting them would make a hundred megabytes of it. Brackets in
// texts count too, which costs no more than the indents.
func isDeep(body string) bool {
	const levels = 64
	depth := 0
	for i := range len(body) {
		switch body[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > levels {
			return true
		}
	}
	return false
}

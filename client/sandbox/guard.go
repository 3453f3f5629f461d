package sandbox

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"
)

// bodyLimit is the size of the largest request body that is read. The API's own
// limit is not documented; no body that it can use comes near this one.
const bodyLimit = 64 << 10

// guarded puts next behind everything that is the same for all endpoints. The
// order matters: what is refused is observed and dated as well, and a request
// from another site is turned away before its body is read.
func (s *Sandbox) guarded(next http.Handler) http.Handler {
	next = s.faulty(next)
	next = s.delayed(next)
	next = s.bounded(next)
	next = s.shared(next)
	next = s.sameOrigin(next)
	next = s.sameHost(next)
	next = s.dated(next)
	return s.observed(next)
}

// Request is a finished request, as told to Config.Observe. There is no secret
// in it: no query, no body, and of the headers only a Host or an Origin that is
// the reason.
type Request struct {
	Method string
	Path   string // percent-encoded, so that it can be printed as it is
	Status int    // 0 when there was no answer
	Reason string // of a refusal that is the sandbox's own and not the API's, else ""
	At     time.Time
	Took   time.Duration // by the sandbox's clock
}

// observed tells Config.Observe of each request.
func (s *Sandbox) observed(next http.Handler) http.Handler {
	if s.cfg.Observe == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := s.cfg.Now()
		noted := &notedWriter{ResponseWriter: w}
		// A fault ends with a panic, and is told as well.
		defer func() {
			s.cfg.Observe(Request{
				Method: r.Method,
				Path:   r.URL.EscapedPath(),
				Status: noted.status,
				Reason: noted.reason,
				At:     at,
				Took:   s.cfg.Now().Sub(at),
			})
		}()
		next.ServeHTTP(noted, r)
	})
}

// notedWriter notes the status of the answer, which every endpoint sets, and the
// reason of a refusal.
type notedWriter struct {
	http.ResponseWriter
	status int
	reason string
}

func (w *notedWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController reach the connection.
func (w *notedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// dated sets the Date header from the sandbox's clock, which a client compares
// with its own, and the headers that keep keys out of caches.
func (s *Sandbox) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Date", s.cfg.Now().UTC().Format(http.TimeFormat))
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// sameHost refuses a Host that hostKnown does not know. A page of another
// site can have its name resolve to the loopback address (DNS rebinding), and is
// then of one origin with the sandbox; only the Host still tells them apart.
func (s *Sandbox) sameHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hostKnown(r.Host) {
			s.refuse(w, misdirected(r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a browser sends for a page of another site, unless
// originKnown knows it. Unlike http.CrossOriginProtection it refuses reads too: no
// other page has anything to read here. And it refuses sockets, which browsers do
// not hold back as they do requests.
func (s *Sandbox) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.originAllowed(r) {
			s.refuse(w, foreignPage(r.Header.Get("Origin")))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bounded reads the whole body before anything else happens, and refuses one
// over the limit. As long as there is body left to read, net/http does not
// notice that the client has gone; a request would outlast its caller in
// delayed and still take effect.
func (s *Sandbox) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
			if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
				s.refuse(w, bodyTooLarge)
				return
			}
			if err != nil {
				s.refuse(w, notJSON.saying("the request body ended early"))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		} else {
			r.Body = http.NoBody
		}
		if !keepPlace(r.Context()) {
			panic(http.ErrAbortHandler) // before it takes effect: the answer would reach no one
		}
		defer leavePlace(r.Context())
		next.ServeHTTP(w, r)
	})
}

// delayed waits for Config.Latency. When the request's context ends first, the
// client has gone or the server is closing, and nobody would read an answer.
func (s *Sandbox) delayed(next http.Handler) http.Handler {
	if s.cfg.Latency <= 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait := time.NewTimer(s.cfg.Latency)
		defer wait.Stop()
		select {
		case <-wait.C:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

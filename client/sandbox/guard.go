package sandbox

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"
)

// bodyLimit is the size of the largest request body that is read. The API's own
// limit is not documented; no real body comes near this one.
const bodyLimit = 64 << 10

// guarded puts next behind everything that is the same for all endpoints. The
// order matters: a refusal is observed and dated as well, and a request from
// another site is refused before its body is read.
func (s *Sandbox) guarded(next http.Handler) http.Handler {
	next = s.faulty(next)
	next = s.delayed(next)
	next = s.bounded(next)
	next = s.shared(next)
	next = s.sameSite(next)
	next = s.dated(next)
	return s.observed(next)
}

// Request is a finished request, for Config.Observe. It holds no secret: no query,
// no body, and of the headers only a Host or an Origin that is the reason.
type Request struct {
	Method string
	Path   string // percent-encoded, safe to print
	Status int    // 0 when there was no answer
	Reason string // of a refusal that is the sandbox's own and not the API's, else ""
	At     time.Time
	Took   time.Duration // by the sandbox's clock
}

// observed passes each finished request to Config.Observe.
func (s *Sandbox) observed(next http.Handler) http.Handler {
	if s.cfg.Observe == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := s.cfg.Now()
		noted := &notedWriter{ResponseWriter: w}
		// Also after a fault, which panics.
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

// notedWriter notes the status of the answer and the reason of a refusal.
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

// sameSite refuses what the page of another site can have a browser send.
//
// Its name may resolve to the loopback address (DNS rebinding): then it is of one
// origin with the sandbox, and only the Host tells them apart. Unlike
// http.CrossOriginProtection, sameSite refuses reads too, as no other page has
// anything to read here, and sockets, which browsers do not hold back.
func (s *Sandbox) sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.hostKnown(r.Host):
			s.refuse(w, misdirected(r.Host))
		case !s.originAllowed(r):
			s.refuse(w, foreignPage(r.Header.Get("Origin")))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// bounded reads the whole body first, and refuses one over the limit. While there
// is body left to read, net/http does not notice that the client has gone: in
// delayed, a request would outlast its caller and still take effect.
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
			panic(http.ErrAbortHandler) // the connection is gone: it must not take effect
		}
		defer leavePlace(r.Context())
		next.ServeHTTP(w, r)
	})
}

// delayed waits for Config.Latency. If the request's context ends first, the client
// has gone or the server is closing.
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

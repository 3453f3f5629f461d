package guard

import (
	"net/http"
	"time"
)

// Request is a finished request, for a log. It holds no secret: no query, no body, and of the headers only a Host or an
// Origin that is the reason.
type Request struct {
	Method string
	Path   string // percent-encoded, so that it can be printed as it is
	Status int    // 0 when there was no answer
	Reason string // of a refusal that is the server's own, else ""
	User   string // whom a token was signed for, else ""
	At     time.Time
	Took   time.Duration // by the server's clock
}

// Observed passes each finished request to observe, which may be nil.
func Observed(next http.Handler, now func() time.Time, observe func(Request)) http.Handler {
	if observe == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noted := &notedWriter{ResponseWriter: w, noted: Request{Method: r.Method, Path: r.URL.EscapedPath(), At: now()}}
		// Also after a panic, with which a handler breaks the connection.
		defer func() {
			noted.noted.Took = now().Sub(noted.noted.At)
			observe(noted.noted)
		}()
		next.ServeHTTP(noted, r)
	})
}

// Note returns what is noted about the request that w answers, for the handler to add to.
func Note(w http.ResponseWriter) *Request {
	if noted, ok := w.(*notedWriter); ok {
		return &noted.noted
	}
	return &Request{} // which no one observes
}

// notedWriter notes the status of the answer.
type notedWriter struct {
	http.ResponseWriter
	noted Request
}

func (w *notedWriter) WriteHeader(status int) {
	w.noted.Status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *notedWriter) Write(text []byte) (int, error) {
	if w.noted.Status == 0 {
		w.noted.Status = http.StatusOK // as net/http has it
	}
	return w.ResponseWriter.Write(text)
}

// Unwrap lets an http.ResponseController reach the connection.
func (w *notedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

package sandbox

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// page is what a proxy or a captive portal answers in the place of the API.
const page = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head>
<body><h1>Sign in to the network</h1></body></html>
`

// faulty makes the faults of Config.Faults come true. It stands behind the
// guards of host and origin, so that no page of another site uses a fault up,
// and before the credentials are looked at: a gateway that is overloaded asks
// nobody who he is.
func (s *Sandbox) faulty(next http.Handler) http.Handler {
	if len(s.faults) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.nextFault(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		switch f.kind {
		case faultTooMany:
			if f.retryAfter >= 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(f.retryAfter.Seconds())))
			}
			s.outage(w, r, http.StatusTooManyRequests)
		case faultInternal:
			s.outage(w, r, http.StatusInternalServerError)
		case faultDown:
			s.outage(w, r, http.StatusServiceUnavailable)
		case faultHTML:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Length", strconv.Itoa(len(page)))
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, page)
		case faultCut:
			kept := &keptAnswer{header: make(http.Header)}
			next.ServeHTTP(kept, r)
			kept.cut(w)
		case faultDropBefore:
			panic(http.ErrAbortHandler)
		case faultDropAfter:
			next.ServeHTTP(&keptAnswer{header: make(http.Header)}, r)
			panic(http.ErrAbortHandler)
		case faultHang:
			<-r.Context().Done()
			panic(http.ErrAbortHandler)
		}
	})
}

// outage answers what the family of the path says to everybody on a bad day.
func (s *Sandbox) outage(w http.ResponseWriter, r *http.Request, status int) {
	switch familyOf(r.URL.Path) {
	case accountFamily:
		s.answer(w, status, balanceOutage(status))
	case userFamily:
		s.refuse(w, userOutage(status))
	case olderUserFamily:
		s.refuseOlder(w, userOutage(status))
	case genericFamily:
		s.refuse(w, genericOutage(status))
	}
}

// keptAnswer keeps an answer to itself. It is no Hijacker, so nothing gets past
// it to the connection.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *keptAnswer) Header() http.Header { return a.header }

func (a *keptAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *keptAnswer) Write(text []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(text)
}

// cut sends the header, which promises all of the body, and half of the body,
// and then breaks the connection. Of an answer without a body, nothing is sent.
func (a *keptAnswer) cut(w http.ResponseWriter) {
	if a.body.Len() > 0 {
		maps.Copy(w.Header(), a.header)
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body.Bytes()[:a.body.Len()/2])
		// Without it, what was written would be lost with the connection.
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler)
}

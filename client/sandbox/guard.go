package sandbox

import (
	"net/http"
	"time"

	"credwiz/client/guard"
)

// bodyLimit is the size of the largest request body that is read. The API's own
// limit is not documented; no real body comes near this one.
const bodyLimit = 64 << 10

// guarded puts next behind everything that is the same for all endpoints. The
// order matters: a refusal is observed and dated as well.
func (s *Sandbox) guarded(next http.Handler) http.Handler {
	next = s.faulty(next)
	next = s.delayed(next)
	next = s.guard.Wrap(next, s.refuseUnsafe)
	next = s.dated(next)
	return guard.Observed(next, s.cfg.Now, s.cfg.Observe)
}

// refuseUnsafe answers what the guard does not let through, in the API's words where it has any.
func (s *Sandbox) refuseUnsafe(w http.ResponseWriter, _ *http.Request, why guard.Refusal) {
	switch why.Status {
	case http.StatusMisdirectedRequest:
		s.refuse(w, misdirected.sayingOwn(why.Detail))
	case http.StatusForbidden:
		s.refuse(w, foreignPage.sayingOwn(why.Detail))
	case http.StatusRequestEntityTooLarge:
		s.refuse(w, bodyTooLarge.saying(why.Detail))
	default:
		s.refuse(w, notJSON.saying(why.Detail))
	}
}

// Request is a finished request, for Config.Observe.
type Request = guard.Request

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

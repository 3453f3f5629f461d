package serve

import (
	"crypto/subtle"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"credwiz/client/redact"
)

// What a client may guess of the code: so many times in such a time.
const (
	guessLimit  = 10
	guessWindow = time.Minute
	guesserMax  = 1024 // clients that are counted at once
)

const cookieName = "credwiz-serve"

// entry lets in who has the code of this run, or the cookie that a browser gets for it.
type entry struct {
	code, cookie redact.Secret
	now          func() time.Time

	mu       sync.Mutex
	guessers map[netip.Prefix]guesses
}

type guesses struct {
	count int
	until time.Time
}

// admitted asks for the code, if one is needed. The address with the code is exchanged for a cookie at once, so that the
// code is not in the browser's history.
func (b *Backend) admitted(next http.Handler) http.Handler {
	e := b.entry
	if e == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie(cookieName); err == nil && same(cookie.Value, e.cookie) {
			next.ServeHTTP(w, r)
			return
		}
		given, inHeader := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case inHeader:
		case r.URL.Path == "/":
			given = r.URL.Query().Get("code")
		default:
			given = ""
		}
		from := clientOf(r)
		switch {
		case given == "":
			refuse(w, problem{Status: http.StatusUnauthorized, Code: "code-needed", Detail: needsCode})
		case !e.mayGuess(from):
			w.Header().Set("Retry-After", "60")
			refuse(w, problem{Status: http.StatusTooManyRequests, Code: "too-many-codes",
				Detail: "Too many wrong codes came from this address. Wait a minute, then open the address that credwiz serve has printed."})
		case !same(given, e.code):
			e.noteGuess(from)
			refuse(w, problem{Status: http.StatusUnauthorized, Code: "wrong-code", Detail: "The code is wrong. " + needsCode})
		case inHeader:
			next.ServeHTTP(w, r)
		default:
			http.SetCookie(w, &http.Cookie{ //nolint:gosec // there is no TLS on a development machine
				Name: cookieName, Value: e.cookie.Reveal(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
			})
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	})
}

const needsCode = "Other machines can reach this server, so it needs its code: open the address that credwiz serve has printed, " +
	"or send Authorization: Bearer with the code."

// same compares in constant time.
func same(given string, secret redact.Secret) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(secret.Reveal())) == 1
}

// clientOf returns who sent a request: an IPv4 address, or the network of an IPv6 one, in which a client has all
// addresses.
func clientOf(r *http.Request) netip.Prefix {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	address, _ := netip.ParseAddr(host)
	address = address.Unmap().WithZone("")
	bits := 32
	if address.Is6() {
		bits = 64
	}
	network, _ := address.Prefix(bits)
	return network
}

func (e *entry) mayGuess(from netip.Prefix) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	maps.DeleteFunc(e.guessers, func(_ netip.Prefix, g guesses) bool { return !g.until.After(now) })
	g, known := e.guessers[from]
	return g.count < guessLimit && (known || len(e.guessers) < guesserMax)
}

func (e *entry) noteGuess(from netip.Prefix) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g, known := e.guessers[from]
	if !known {
		g.until = e.now().Add(guessWindow)
	}
	g.count++
	e.guessers[from] = g
}

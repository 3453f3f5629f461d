// Package guard keeps a server on a developer's computer from pages of other sites, and from slow, silent and
// greedy clients.
package guard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Config says what a guard lets through; the zero value lets pages of this computer and programs in.
type Config struct {
	// Name is how refusals call the server, like "The sandbox", and Command is what starts it, like "credwiz sandbox".
	Name, Command string

	// AllowOrigins are the origins whose pages may use the server in a browser, each as a browser sends it, like
	// "https://app.example.com". Pages of the loopback interface may anyway.
	AllowOrigins []string

	// AllowHosts are the names in the Host header that a listener answers, like "host.docker.internal", in addition
	// to the host that it listens on, localhost and every address.
	AllowHosts []string

	// AllowRemote lets Listen take an address that is not a loopback one.
	AllowRemote bool

	// BodyLimit is the size of the largest request body that is read.
	BodyLimit int64

	// Slack is how much longer than usual an answer may take.
	Slack time.Duration
}

// Guard decides which requests a handler gets. Make one with New.
type Guard struct {
	cfg     Config
	origins []string // Config.AllowOrigins as browsers send them

	// hosts are names in the Host header that are answered, and anyHostAt is the port at which every name is; with
	// neither, every host is. Listen sets them, before the first request.
	hosts     []string
	anyHostAt string
}

// New returns a guard. It knows every host until Listen.
func New(cfg Config) *Guard {
	g := &Guard{cfg: cfg}
	for _, text := range cfg.AllowOrigins {
		if origin, err := parseOrigin(text); err == nil { // else check refuses it
			g.origins = append(g.origins, origin)
		}
	}
	return g
}

// Refusal is why a request does not reach the handler.
type Refusal struct {
	Status int
	Detail string // what happened, and what to do about it
}

// Wrap puts next behind the guard, with refuse to answer what does not get through. A request from another site is
// refused before its body is read.
func (g *Guard) Wrap(next http.Handler, refuse func(http.ResponseWriter, *http.Request, Refusal)) http.Handler {
	return g.sameSite(g.shared(g.bounded(next, refuse)), refuse)
}

// sameSite refuses what the page of another site can have a browser send.
//
// Its name may resolve to the loopback address (DNS rebinding): then it is of one
// origin with the server, and only the Host tells them apart. Unlike
// http.CrossOriginProtection, sameSite refuses reads too, as no other page has
// anything to read here, and sockets, which browsers do not hold back.
func (g *Guard) sameSite(next http.Handler, refuse func(http.ResponseWriter, *http.Request, Refusal)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !g.hostKnown(r.Host):
			refuse(w, r, g.misdirected(r.Host))
		case !g.originAllowed(r):
			refuse(w, r, g.foreignPage(r.Header.Get("Origin")))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// bounded reads the whole body first, and refuses one over the limit. While there
// is body left to read, net/http does not notice that the client has gone: a
// request would outlast its caller and still take effect.
func (g *Guard) bounded(next http.Handler, refuse func(http.ResponseWriter, *http.Request, Refusal)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, g.cfg.BodyLimit))
			if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
				refuse(w, r, Refusal{http.StatusRequestEntityTooLarge,
					fmt.Sprintf("The request body must not be larger than %d bytes", g.cfg.BodyLimit)})
				return
			}
			if err != nil {
				refuse(w, r, Refusal{http.StatusBadRequest, "the request body ended early"})
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		} else {
			r.Body = http.NoBody
		}
		if !KeepPlace(r.Context()) {
			panic(http.ErrAbortHandler) // the connection is gone: it must not take effect
		}
		defer LeavePlace(r.Context())
		next.ServeHTTP(w, r)
	})
}

// misdirected refuses a Host that the server does not know.
func (g *Guard) misdirected(header string) Refusal {
	host, _ := splitHost(header)
	detail := fmt.Sprintf("%s doesn't accept the host %q. If that is a name of this computer, run %s --allow-host %s.",
		g.cfg.Name, host, g.cfg.Command, host)
	if checkHost(host) != nil {
		detail = "The Host header doesn't name " + strings.ToLower(g.cfg.Name) + "."
	}
	return Refusal{http.StatusMisdirectedRequest, detail}
}

// foreignPage refuses what a page of another site sends.
func (g *Guard) foreignPage(origin string) Refusal {
	allowed, err := parseOrigin(origin)
	detail := fmt.Sprintf("A web page sent this request without its origin. Send it with fetch, from a page on this computer "+
		"or one that %s --allow-origin names.", g.cfg.Command)
	switch {
	case err == nil:
		detail = fmt.Sprintf("%s doesn't accept requests from pages on %s. To let them use it, run %s --allow-origin %s.",
			g.cfg.Name, allowed, g.cfg.Command, allowed)
	case origin == "null":
		detail = g.cfg.Name + " doesn't accept requests from a page without an origin, such as a local file. Serve the page from http://localhost."
	}
	return Refusal{http.StatusForbidden, detail}
}

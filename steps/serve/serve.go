// Package serve is the backend that an app under development lacks: tokens for its users over HTTP, and a page that logs
// in with them.
package serve

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"credwiz/client/guard"
	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps"
	"credwiz/steps/task"
)

// DefaultAddr is where credwiz serve listens, and DefaultLifetime is how long its tokens live.
const (
	DefaultAddr     = "127.0.0.1:4011"
	DefaultLifetime = 15 * time.Minute
)

const (
	bodyLimit = 4 << 10
	apiLimit  = 20 * time.Second // for what the API is asked while a request waits
)

// Options say whom the backend serves, and how.
type Options struct {
	Env     steps.Env
	Session steps.Session // the folder, the API, the application and its key

	Lifetime time.Duration // of a token; the default is DefaultLifetime
	ACL      jwt.ACL       // of a token; the default is jwt.ACLClientSDK

	CreateUsers bool // a user who does not exist

	SDK SDK // where the page gets the Client SDK from; see FindSDK

	AllowOrigins, AllowHosts []string // see guard.Config
	// AllowRemote lets other machines in. Every request then needs the code that Server.Address has.
	AllowRemote bool

	Observe func(guard.Request) // gets each finished request; may be nil
	Report  task.Report         // gets what the API is asked; may be nil
}

// Backend is the backend as an http.Handler. Make one with New.
type Backend struct {
	Options
	users   *users
	entry   *entry // nil if everyone may come in
	guard   *guard.Guard
	handler http.Handler
}

// New returns a backend, which answers under any host until it listens.
func New(o Options) *Backend {
	o.Lifetime = cmp.Or(o.Lifetime, DefaultLifetime)
	if o.ACL.IsZero() {
		o.ACL = jwt.ACLClientSDK()
	}
	if o.Report == nil {
		o.Report = func(task.Event) {}
	}
	b := &Backend{Options: o, users: newUsers(o)}
	if o.AllowRemote {
		code, cookie := redact.NewSecret(o.Env.NewID()), redact.NewSecret(o.Env.NewID())
		b.entry = &entry{code: code, cookie: cookie, now: o.Env.Now, guessers: map[netip.Prefix]guesses{}}
	}
	b.guard = guard.New(guard.Config{
		Name: "This server", Command: "credwiz serve",
		AllowOrigins: o.AllowOrigins, AllowHosts: o.AllowHosts, AllowRemote: o.AllowRemote,
		BodyLimit: bodyLimit, Slack: apiLimit,
	})
	inside := b.guard.Wrap(b.admitted(b.routed()), func(w http.ResponseWriter, _ *http.Request, why guard.Refusal) {
		refuse(w, problem{Status: why.Status, Code: guardCode(why.Status), Detail: sentence(why.Detail)})
	})
	b.handler = guard.Observed(plainHeaders(inside), o.Env.Now, o.Observe)
	return b
}

// ServeHTTP answers one request.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.handler.ServeHTTP(w, r) }

// Server is a backend that listens. Start makes one.
type Server struct {
	*guard.Server
	*Backend
}

// Start serves a backend on an address, such as DefaultAddr, until ctx ends or Close. Port 0 is a free one.
func Start(ctx context.Context, addr string, o Options) (*Server, error) {
	b := New(o)
	server, err := b.guard.Listen(addr, b)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return &Server{server, b}, nil
}

// Address returns the address of the page, as a browser on this computer opens it.
func (s *Server) Address() string { return s.AddressAt(s.URL()) }

// AddressAt is Address for another URL of this server. It has the code, if one is needed.
func (s *Server) AddressAt(url string) string {
	if s.entry == nil {
		return url + "/"
	}
	return url + "/?code=" + s.entry.code.Reveal()
}

// routed sends each request to its endpoint.
func (b *Backend) routed() http.Handler {
	read := b.pageRoutes()
	read["/users"] = b.listUsers
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, serve := http.MethodGet, read[r.URL.Path]
		if r.URL.Path == "/token" {
			method, serve = http.MethodPost, b.giveToken
		}
		switch {
		case serve == nil || r.URL.RawPath != "":
			refuse(w, problem{Status: http.StatusNotFound, Code: "no-such-path",
				Detail: "There is nothing at this path. Get a token with POST /token, the users with GET /users, and the page with GET /."})
		case r.Method == method || r.Method == http.MethodHead && method == http.MethodGet:
			serve(w, r)
		default:
			w.Header().Set("Allow", strings.Replace(method, "GET", "GET, HEAD", 1))
			refuse(w, problem{Status: http.StatusMethodNotAllowed, Code: "wrong-method", Detail: "Use " + method + " at this path."})
		}
	})
}

// plainHeaders keeps tokens out of caches, and answers from being taken for what they are not.
func plainHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

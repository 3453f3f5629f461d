package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Fault is a misbehavior on demand, to try a client against what the API does on
// its bad days. ParseFault makes one; the zero Fault does nothing.
type Fault struct {
	method     string // or "*"
	path       string // without a slash at its end
	kind       string
	retryAfter time.Duration // of a 429 that has one, otherwise negative
	count      int           // how often, or 0 for always
}

// faultMethods are those that a fault can be set for. A misspelled one
// would never match.
func faultMethods() []string { return strings.Fields("GET HEAD POST PUT PATCH DELETE OPTIONS *") }

// The kinds of faults.
const (
	faultTooMany    = "429"
	faultInternal   = "500"
	faultDown       = "503"
	faultHTML       = "html"        // a page where JSON is expected
	faultCut        = "cut"         // an answer that ends in its middle
	faultDropBefore = "drop-before" // no answer, and nothing was done
	faultDropAfter  = "drop-after"  // no answer, but it was done
	faultHang       = "hang"        // no answer, and no end
)

func faultKinds() []string {
	return []string{
		faultTooMany, faultInternal, faultDown, faultHTML,
		faultCut, faultDropBefore, faultDropAfter, faultHang,
	}
}

// ParseFault reads a fault of the form "METHOD PATH:KIND[:COUNT]", as in
// "POST /v2/applications:drop-after:1".
//
// METHOD may be * for all of them. PATH matches what lies under it too, and / is
// everything. KIND is 429, 429+ and the time that Retry-After names (429+2s),
// 500, 503, html, cut, drop-before, drop-after or hang. COUNT is how many such
// requests it affects; the default is all.
func ParseFault(text string) (Fault, error) {
	f, err := parseFault(text)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	return f, nil
}

func parseFault(text string) (Fault, error) {
	method, rest, found := strings.Cut(strings.TrimSpace(text), " ")
	if !found {
		return Fault{}, errors.New(`must be "METHOD PATH:KIND[:COUNT]", like "POST /v1/users:429+2s:1"`)
	}
	f := Fault{method: strings.ToUpper(method), retryAfter: -1}
	if !slices.Contains(faultMethods(), f.method) {
		return Fault{}, fmt.Errorf("the method must be one of %s", strings.Join(faultMethods(), ", "))
	}
	parts := strings.Split(strings.TrimSpace(rest), ":")
	if !strings.HasPrefix(parts[0], "/") || strings.ContainsAny(parts[0], "?# ") {
		return Fault{}, errors.New("the path must begin with / and have no query")
	}
	f.path = strings.TrimRight(parts[0], "/")
	if len(parts) < 2 || len(parts) > 3 {
		return Fault{}, errors.New("the path must be followed by :KIND or :KIND:COUNT")
	}
	kind, wait, waits := strings.Cut(parts[1], "+")
	f.kind = kind
	if !slices.Contains(faultKinds(), kind) || waits && kind != faultTooMany {
		return Fault{}, fmt.Errorf("the kind must be one of %s; 429 may have a time, as in 429+2s", strings.Join(faultKinds(), ", "))
	}
	if waits {
		after, err := time.ParseDuration(wait)
		// Retry-After counts whole seconds (RFC 9110, section 10.2.3).
		if err != nil || after < 0 || after%time.Second != 0 {
			return Fault{}, errors.New("the time after 429+ must be whole seconds, like 2s or 1m30s")
		}
		f.retryAfter = after
	}
	if len(parts) == 3 {
		count, err := strconv.Atoi(parts[2])
		if err != nil || count < 1 {
			return Fault{}, errors.New("the count must be a whole number from 1 on")
		}
		f.count = count
	}
	return f, nil
}

// String returns the text from which ParseFault makes the same fault.
func (f Fault) String() string {
	if f.kind == "" {
		return ""
	}
	var text strings.Builder
	text.WriteString(f.method + " " + f.path)
	if f.path == "" {
		text.WriteString("/")
	}
	text.WriteString(":" + f.kind)
	if f.retryAfter >= 0 {
		text.WriteString("+" + f.retryAfter.String())
	}
	if f.count > 0 {
		text.WriteString(":" + strconv.Itoa(f.count))
	}
	return text.String()
}

// covers reports whether the fault is for such a request.
func (f Fault) covers(method, path string) bool {
	if f.method != "*" && f.method != method {
		return false
	}
	under, ok := strings.CutPrefix(path, f.path)
	return f.kind != "" && ok && (under == "" || under[0] == '/')
}

// dueFault is a fault, and how often it was due.
type dueFault struct {
	Fault
	times atomic.Int64
}

// take uses the fault once, unless it is used up. Of several requests at once,
// no more than the count get it.
func (f *dueFault) take() bool {
	return f.count == 0 || f.times.Add(1) <= int64(f.count)
}

// nextFault takes the first fault for the request that is not used up, so that
// faults for the same requests come one after the other.
func (s *Sandbox) nextFault(r *http.Request) (Fault, bool) {
	for _, f := range s.faults {
		if f.covers(r.Method, r.URL.Path) && f.take() {
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// page is what a proxy or a captive portal answers instead of the API.
const page = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head>
<body><h1>Sign in to the network</h1></body></html>
`

// faulty performs the faults of Config.Faults. It stands behind the guards of
// host and origin, so that no page of another site uses a fault up, and before
// the check of the credentials, as an overloaded gateway does.
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
		case faultTooMany, faultInternal, faultDown:
			if f.retryAfter >= 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(f.retryAfter.Seconds())))
			}
			status, _ := strconv.Atoi(f.kind)
			s.answerOutage(w, r, status)
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

// answerOutage answers a 429, 500 or 503 in the shape that the path has. The words of
// the account's are inferred.
func (s *Sandbox) answerOutage(w http.ResponseWriter, r *http.Request, status int) {
	outages := map[int]*refusal{429: tooManyApplications, 500: internalError, 503: unavailable}
	switch familyOf(r.URL.Path) {
	case accountFamily:
		s.answer(w, status, balanceRefusal{Code: strconv.Itoa(status), Label: strings.ToLower(http.StatusText(status))})
		return
	case userFamily, olderUserFamily:
		outages = map[int]*refusal{429: tooManyUsers, 500: internalUserError, 503: usersUnavailable}
	case genericFamily:
	}
	s.refuseFor(r.URL.Path)(w, outages[status])
}

// keptAnswer holds an answer back. It is no Hijacker, so nothing gets past it to
// the connection.
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

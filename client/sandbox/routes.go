package sandbox

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// verbs are the methods that a path answers to.
type verbs map[string]http.Handler

// routes is all that the sandbox serves. Each API has its own credentials and its
// own refusals: account guards applications, member guards users.
func (s *Sandbox) routes() map[string]verbs {
	socket := verbs{http.MethodGet: http.HandlerFunc(s.openSocket)}
	older := verbs{
		http.MethodGet:  s.member(s.listOlderUsers),
		http.MethodPost: s.member(s.createUser),
	}
	olderOne := verbs{
		http.MethodGet:    s.member(s.getUser),
		http.MethodPut:    s.member(s.changeUser),
		http.MethodDelete: s.member(s.deleteUser),
	}
	routes := map[string]verbs{
		loginPath:       socket,
		legacyLoginPath: socket,
		"/v0.2/sessions/{id}": {
			http.MethodPut: http.HandlerFunc(s.refreshSession),
		},
		"/v0.3/users/{id}": {
			http.MethodGet:    http.HandlerFunc(s.getProfile),
			http.MethodPatch:  s.member(s.changeUser),
			http.MethodDelete: s.member(s.deleteUser),
		},
		"/v0.3/users": {
			http.MethodGet:  s.member(s.listUsers),
			http.MethodPost: s.member(s.createUser),
		},
		"/v0.2/users": {
			http.MethodGet: s.member(s.listNestedUsers),
		},
		"/v0.1/users":      older,
		"/v0.1/users/{id}": olderOne,
		"/beta/users":      older,
		"/beta/users/{id}": olderOne,
		"/account/get-balance": {
			http.MethodGet: s.ofAccount(balance{Value: 10.171275}),
		},
		"/account/numbers": {
			http.MethodGet: s.ofAccount(numberList{Numbers: []struct{}{}}),
		},
		loginPath + "/metrics": {
			http.MethodPost: http.HandlerFunc(s.takeMetrics),
		},
		"/v2/applications": {
			http.MethodGet:  s.account(s.listApplications),
			http.MethodPost: s.account(s.createApplication),
		},
		"/v2/applications/{id}": {
			http.MethodGet:    s.account(s.getApplication),
			http.MethodPut:    s.account(s.replaceApplication),
			http.MethodDelete: s.account(s.deleteApplication),
		},
		"/v1/users": {
			http.MethodGet:  s.member(s.listUsers),
			http.MethodPost: s.member(s.createUser),
		},
		"/v1/users/{id}": {
			http.MethodGet:    s.member(s.getUser),
			http.MethodPatch:  s.member(s.changeUser),
			http.MethodDelete: s.member(s.deleteUser),
		},
	}
	maps.Copy(routes, s.conversationRoutes())
	return routes
}

// routed sends each request to its endpoint.
func (s *Sandbox) routed() http.Handler {
	mux := http.NewServeMux()
	for pattern, verbs := range s.routes() {
		for method, endpoint := range verbs {
			mux.Handle(method+" "+pattern, endpoint)
		}
		mux.Handle(pattern, s.wrongVerb(verbs))
	}
	mux.HandleFunc("/", s.noSuchPath)

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withoutLastSlash(r)
		// A ServeMux redirects to the tidy form of a path, with a page in HTML.
		// The API knows only the tidy form.
		if r.URL.Path != path.Clean(r.URL.Path) || !strings.HasPrefix(r.URL.Path, "/") {
			s.noSuchPath(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// withoutLastSlash takes one slash off the end of a path. SPEC application.v2.yml
// has the slash in the paths of list and create, and vonage-go-sdk sends it; the
// Client SDKs send it for the socket. Other clients leave it out. That it makes
// no difference elsewhere is inferred.
func withoutLastSlash(r *http.Request) *http.Request {
	tidy, found := strings.CutSuffix(r.URL.Path, "/")
	if !found || tidy == "" || strings.HasSuffix(r.URL.RawPath, "%2f") || strings.HasSuffix(r.URL.RawPath, "%2F") {
		return r
	}
	shorter, address := *r, *r.URL
	address.Path, address.RawPath = tidy, strings.TrimSuffix(address.RawPath, "/")
	shorter.URL = &address
	return &shorter
}

// wrongVerb refuses the methods that a path does not have (SPEC common_errors.yml,
// InvalidRequestMethod). The users API documents no answer to a wrong method;
// that it is the same is inferred.
func (s *Sandbox) wrongVerb(has verbs) http.Handler {
	var allowed []string
	for method := range has {
		allowed = append(allowed, method)
		if method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	allow := strings.Join(allowed, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		s.refuseFor(r.URL.Path)(w, wrongVerb(r.Method))
	})
}

// noSuchPath refuses a path that the sandbox does not have.
func (s *Sandbox) noSuchPath(w http.ResponseWriter, r *http.Request) {
	switch familyOf(r.URL.Path) {
	case userFamily, olderUserFamily:
		f := endOfSandbox
		if isCallPath(r.URL.Path) {
			f = noCalls
		}
		s.refuseFor(r.URL.Path)(w, f)
	case accountFamily, genericFamily:
		s.refuse(w, endOfGenericSandbox)
	}
}

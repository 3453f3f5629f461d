package sandbox

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// routes is all that the sandbox serves, by method and path. Each API has its own
// credentials and its own refusals: account guards applications, member guards users,
// and talker guards conversations.
func (s *Sandbox) routes() map[string]http.Handler {
	routes := map[string]http.Handler{
		"GET " + loginPath:               http.HandlerFunc(s.openSocket),
		"GET " + legacyLoginPath:         http.HandlerFunc(s.openSocket),
		"POST " + loginPath + "/metrics": http.HandlerFunc(s.takeMetrics),
		"PUT /v0.2/sessions/{id}":        http.HandlerFunc(s.refreshSession),

		"GET /account/get-balance": s.ofAccount(balance{Value: 10.171275}),
		"GET /account/numbers":     s.ofAccount(numberList{Numbers: []struct{}{}}),

		"GET /v2/applications":         s.account(s.listApplications),
		"POST /v2/applications":        s.account(s.createApplication),
		"GET /v2/applications/{id}":    s.account(s.getApplication),
		"PUT /v2/applications/{id}":    s.account(s.replaceApplication),
		"DELETE /v2/applications/{id}": s.account(s.deleteApplication),

		"GET /v1/users/{id}":   s.member(s.getUser),
		"GET /v0.3/users/{id}": http.HandlerFunc(s.getProfile),
		"GET /v0.2/users":      s.member(s.listNestedUsers),
	}
	for _, version := range []string{"/v1", "/v0.3"} {
		users := version + "/users"
		routes["GET "+users] = s.member(s.listUsers)
		routes["POST "+users] = s.member(s.createUser)
		routes["PATCH "+users+"/{id}"] = s.member(s.changeUser)
		routes["DELETE "+users+"/{id}"] = s.member(s.deleteUser)
	}
	for _, version := range []string{"/v0.1", "/beta"} {
		users := version + "/users"
		routes["GET "+users] = s.member(s.listOlderUsers)
		routes["POST "+users] = s.member(s.createUser)
		routes["GET "+users+"/{id}"] = s.member(s.getUser)
		routes["PUT "+users+"/{id}"] = s.member(s.changeUser)
		routes["DELETE "+users+"/{id}"] = s.member(s.deleteUser)
	}
	maps.Copy(routes, s.conversationRoutes())
	return routes
}

// routed sends each request to its endpoint.
func (s *Sandbox) routed() http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for route, endpoint := range s.routes() {
		mux.Handle(route, endpoint)
		method, pattern, _ := strings.Cut(route, " ")
		methods[pattern] = append(methods[pattern], method)
	}
	for pattern, has := range methods {
		mux.Handle(pattern, s.wrongVerb(has))
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
func (s *Sandbox) wrongVerb(has []string) http.Handler {
	if slices.Contains(has, http.MethodGet) {
		has = append(has, http.MethodHead)
	}
	slices.Sort(has)
	allow := strings.Join(has, ", ")
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

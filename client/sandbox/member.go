package sandbox

import (
	"errors"
	"net/http"
	"strings"
)

// member lets the bearer of an application's token through, and tells the
// endpoint which application that is. It guards the users.
func (s *Sandbox) member(next memberFunc) http.Handler { return s.bearing(s.refuse, next) }

// olderMember is member for the users API before v0.3.
func (s *Sandbox) olderMember(next memberFunc) http.Handler { return s.bearing(s.refuseOlder, next) }

// memberFunc is an endpoint of the users of an application.
type memberFunc func(w http.ResponseWriter, r *http.Request, applicationID string)

func (s *Sandbox) bearing(refuse func(http.ResponseWriter, *refusal), next memberFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, f := s.verify(bearer(r))
		if f != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, f)
			return
		}
		// An admin token, which has no sub, needs no acl. That a user's token
		// works here when its acl has the path is inferred from what the path
		// "/*/users/**" is documented to be for: "create and manage users".
		// That an acl binds an admin token too is inferred as well.
		admin := t.subject == "" && t.acl == nil
		if !admin && !t.acl.permits(r.Method, r.URL.Path) {
			refuse(w, noPermission())
			return
		}
		next(w, r, t.application)
	})
}

// bearer returns the token of the Authorization header, or "". The scheme's case
// does not matter (RFC 9110, section 11.1); nexmo-client sends "bearer".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// userFault is the refusal for what the store could not do.
func userFault(err error) *refusal {
	switch {
	case errors.Is(err, errNoUser):
		return noSuchUser()
	case errors.Is(err, errNameTaken):
		return nameTaken()
	case errors.Is(err, errFull):
		return full(tooManyUsers())
	default:
		// The application was deleted after its token had been verified.
		return invalidToken()
	}
}

package sandbox

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"credwiz/client/sandbox/token"
)

// authentic reports whether the request carries the sandbox's key and secret.
func (s *Sandbox) authentic(r *http.Request) bool {
	key, secret, ok := r.BasicAuth()
	return s.knows(key, secret) && ok
}

// knows reports whether a key and a secret are the sandbox's. It compares hashes,
// in a time that does not depend on where they differ or how long they are.
func (s *Sandbox) knows(key, secret string) bool {
	keyHash, secretHash := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(secret))
	same := subtle.ConstantTimeCompare(keyHash[:], s.keyHash[:]) &
		subtle.ConstantTimeCompare(secretHash[:], s.secretHash[:])
	return same == 1
}

// challengeAccount adds the header that RFC 9110, section 11.6.1, requires of a
// 401. Some HTTP libraries reject a 401 without it.
func challengeAccount(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
}

// reply returns a function that writes what an endpoint returns. With a refusal, the
// other results count for nothing.
func (s *Sandbox) reply(w http.ResponseWriter, refuse func(http.ResponseWriter, *refusal)) func(int, any, *refusal) {
	return func(status int, body any, f *refusal) {
		if f != nil {
			refuse(w, f)
			return
		}
		s.answer(w, status, body)
	}
}

// account lets the owner of the account through, if it can read JSON. It guards
// the applications.
func (s *Sandbox) account(next func(*http.Request) (status int, body any, f *refusal)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.authentic(r) {
			challengeAccount(w)
			s.refuse(w, badCredentials)
			return
		}
		if !acceptsJSON(r.Header.Values("Accept")) {
			s.refuse(w, unacceptable)
			return
		}
		s.reply(w, s.refuse)(next(r))
	})
}

// acceptsJSON reports whether the media ranges of an Accept header include JSON;
// no header includes all (RFC 9110, section 12.5.1).
func acceptsJSON(accept []string) bool {
	ranges := strings.Join(accept, ",")
	if ranges == "" {
		return true
	}
	for part := range strings.SplitSeq(ranges, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if weight, err := strconv.ParseFloat(params["q"], 64); err == nil && weight == 0 {
			continue
		}
		switch media {
		case "*/*", "application/*", "application/json":
			return true
		}
	}
	return false
}

// memberFunc is an endpoint of the users of an application.
type memberFunc func(r *http.Request, applicationID string) (status int, body any, f *refusal)

// member lets the bearer of an application's token through to next. It guards the
// users.
func (s *Sandbox) member(next memberFunc) http.Handler { return s.bearing(s.refuse, next.of) }

// olderMember is member for the users API before v0.3.
func (s *Sandbox) olderMember(next memberFunc) http.Handler {
	return s.bearing(s.refuseOlder, next.of)
}

// of is the endpoint for the bearer of any token.
func (f memberFunc) of(r *http.Request, t token.Token) (int, any, *refusal) {
	return f(r, t.Application)
}

// bearing lets the bearer of a token whose acl has the path through to next.
func (s *Sandbox) bearing(
	refuse func(http.ResponseWriter, *refusal), next func(*http.Request, token.Token) (int, any, *refusal),
) http.Handler {
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
		admin := t.Subject == "" && t.ACL == nil
		if !admin && !t.ACL.Permits(r.Method, r.URL.Path) {
			refuse(w, noPermission)
			return
		}
		s.reply(w, refuse)(next(r, t))
	})
}

// verify checks a token.
func (s *Sandbox) verify(signed string) (token.Token, *refusal) {
	t, err := token.Verify(signed, s.cfg.Now(), func(applicationID string) (*rsa.PublicKey, error) {
		a, err := s.store.application(applicationID)
		if err != nil {
			return nil, err
		}
		return a.key.rsa, nil
	})
	switch {
	case errors.Is(err, token.ErrExpired):
		return token.Token{}, expiredToken
	case err != nil:
		return token.Token{}, invalidToken
	}
	return t, nil
}

// bearer returns the token of the Authorization header, or "". The scheme's case
// does not matter (RFC 9110, section 11.1); nexmo-client sends "bearer".
func bearer(r *http.Request) string {
	scheme, signed, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return signed
}

// bearingUser returns the user whose token the request carries.
func (s *Sandbox) bearingUser(r *http.Request) (user, bool) {
	t, f := s.verify(bearer(r))
	if f != nil {
		return user{}, false
	}
	u, err := s.store.userNamed(t.Application, t.Subject)
	return u, err == nil
}

// balance is SPEC account.yml, AccountBalance, with the value of its example.
type balance struct {
	Value      float64 `json:"value"`
	AutoReload bool    `json:"autoReload"`
}

// numberList is the phone numbers that an account rents (Numbers API).
type numberList struct {
	Count   int        `json:"count"`
	Numbers []struct{} `json:"numbers"`
}

// ofAccount answers about the account itself, if the request has the key and the
// secret. SPEC account.yml has them in the query, and NCLI sends them so in "nexmo
// setup"; every current SDK sends Basic, because queries end up in logs.
func (s *Sandbox) ofAccount(body any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := s.authentic(r)
		if r.Header.Get("Authorization") == "" {
			query := r.URL.Query()
			known = s.knows(query.Get("api_key"), query.Get("api_secret"))
		}
		if !known {
			challengeAccount(w)
			s.answer(w, http.StatusUnauthorized, balanceRefusal{Code: "401", Label: "authentication failed"})
			return
		}
		s.answer(w, http.StatusOK, body)
	})
}

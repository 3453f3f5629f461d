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

// reply returns a function that writes what an endpoint returns, in the shape that the
// path has. With a refusal, the other results count for nothing.
func (s *Sandbox) reply(w http.ResponseWriter, r *http.Request) func(int, any, *refusal) {
	return func(status int, body any, f *refusal) {
		if f != nil {
			s.refuseFor(r.URL.Path)(w, f)
			return
		}
		s.answer(w, status, body)
	}
}

// account lets the owner of the account through, if it can read JSON. It guards
// the applications.
func (s *Sandbox) account(next func(*http.Request) (status int, body any, f *refusal)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.authentic(r):
			challengeAccount(w)
			s.refuse(w, badCredentials)
		case !acceptsJSON(r.Header.Values("Accept")):
			s.refuse(w, unacceptable)
		default:
			s.reply(w, r)(next(r))
		}
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

// member lets the bearer of an application's token whose acl has the path through to
// next. It guards the users and, by talker, the conversations.
func (s *Sandbox) member(next func(*http.Request, token.Token) (status int, body any, f *refusal)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, f := s.verify(bearer(r))
		// An admin token, which has no sub, needs no acl. That a user's token
		// works here when its acl has the path is inferred from what the path
		// "/*/users/**" is documented to be for: "create and manage users".
		// That an acl binds an admin token too is inferred as well.
		admin := t.Subject == "" && t.ACL == nil
		switch {
		case f != nil:
			w.Header().Set("WWW-Authenticate", "Bearer")
			s.reply(w, r)(0, nil, f)
		case !admin && !t.ACL.Permits(r.Method, r.URL.Path):
			s.reply(w, r)(0, nil, noPermission)
		default:
			s.reply(w, r)(next(r, t))
		}
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

// bearingUser returns the token that the request carries, and the user that it is for.
func (s *Sandbox) bearingUser(r *http.Request) (token.Token, user, bool) {
	t, f := s.verify(bearer(r))
	if f != nil {
		return token.Token{}, user{}, false
	}
	u, err := s.store.userNamed(t.Application, t.Subject)
	return t, u, err == nil
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

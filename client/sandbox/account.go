package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// authentic says whether the request carries the sandbox's key and secret.
func (s *Sandbox) authentic(r *http.Request) bool {
	key, secret, ok := r.BasicAuth()
	return s.knows(key, secret) && ok
}

// knows says whether a key and a secret are the sandbox's. Both are compared as
// hashes, in a time that tells nothing about where they differ or how long they
// are.
func (s *Sandbox) knows(key, secret string) bool {
	keyHash, secretHash := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(secret))
	same := subtle.ConstantTimeCompare(keyHash[:], s.keyHash[:]) &
		subtle.ConstantTimeCompare(secretHash[:], s.secretHash[:])
	return same == 1
}

// challengeAccount is what RFC 9110, section 11.6.1, wants beside a 401. Some
// HTTP libraries take a 401 without it for a broken answer.
func challengeAccount(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
}

// account lets the owner of the account through who can read JSON. It guards
// the applications.
func (s *Sandbox) account(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.authentic(r) {
			challengeAccount(w)
			s.refuse(w, badCredentials())
			return
		}
		if !acceptsJSON(r.Header.Values("Accept")) {
			s.refuse(w, unacceptable())
			return
		}
		next(w, r)
	})
}

// acceptsJSON says whether the media ranges of an Accept header include JSON;
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

// balance is SPEC account.yml, AccountBalance, with the value of its example.
type balance struct {
	Value      float64 `json:"value"`
	AutoReload bool    `json:"autoReload"`
}

// balanceRefusal is SPEC account.yml, ErrorAuthenticationFailedAccountBalance:
// this API has an error body of its own.
type balanceRefusal struct {
	Code  string `json:"error-code"`
	Label string `json:"error-code-label"`
}

// getBalance answers GET /account/get-balance. SPEC account.yml has the key and
// the secret in the query, and NCLI sends them so in "nexmo setup"; every current
// SDK sends Basic, because queries end up in logs.
func (s *Sandbox) getBalance(w http.ResponseWriter, r *http.Request) {
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
	s.answer(w, http.StatusOK, balance{Value: 10.171275})
}

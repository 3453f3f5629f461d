package sandbox

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// How long a token is honored. It is counted from iat, whatever exp says
// (api.support.vonage.com, article 360000958407).
const (
	longestLife = 24 * time.Hour
	defaultLife = 15 * time.Minute // without exp
)

// leeway is how far in the future an iat may be. The API's own is not
// documented; clocks that differ by seconds are normal, and half a minute is
// common practice.
const leeway = 30 * time.Second

// token is what a verified token says about its bearer.
type token struct {
	application string
	subject     string // the name of a user; an admin token has none
	acl         acl
	life        time.Duration // how much is left of it
}

// verify checks a token. The order matters: only a holder of the application's
// private key learns that a token was valid once.
func (s *Sandbox) verify(signed string) (token, *refusal) {
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(
		// RS256 only. An alg of none needs no key at all, and an HS256 token
		// could be made with the public key as its secret.
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithJSONNumber(),
		jwt.WithoutClaimsValidation(), // lifetime does it, by other rules
	)
	_, err := parser.ParseWithClaims(signed, claims, func(*jwt.Token) (any, error) {
		return s.keyOf(claims)
	})
	if err != nil || checkForm(signed) != nil {
		return token{}, invalidToken
	}
	if id, _ := claims["jti"].(string); id == "" {
		return token{}, invalidToken
	}
	life, f := s.lifetime(claims)
	if f != nil {
		return token{}, f
	}
	application, _ := claims["application_id"].(string)
	subject, _ := claims["sub"].(string)
	_, hasSubject := claims["sub"]
	if hasSubject && subject == "" {
		return token{}, invalidToken
	}
	return token{application: application, subject: subject, acl: readACL(claims["acl"]), life: life}, nil
}

// keyOf returns the current public key of the application that a token names.
func (s *Sandbox) keyOf(claims jwt.MapClaims) (*rsa.PublicKey, error) {
	id, _ := claims["application_id"].(string)
	a, err := s.store.application(id)
	if err != nil {
		return nil, err
	}
	return a.key.rsa, nil
}

// lifetime returns how long a token is good for, and refuses one before its time
// and after it. iat is required, as the documentation has it; a token with exp
// alone is refused because there is nothing to count its life from, which is
// inferred.
func (s *Sandbox) lifetime(claims jwt.MapClaims) (time.Duration, *refusal) {
	clock := s.cfg.Now()
	now := clock.Unix()
	ahead := now + int64(leeway.Seconds())

	issued, ok := wholeClaim(claims, "iat")
	if !ok || issued > ahead {
		return 0, invalidToken
	}
	if _, has := claims["nbf"]; has {
		if start, ok := wholeClaim(claims, "nbf"); !ok || start > ahead {
			return 0, invalidToken
		}
	}
	end := issued + int64(defaultLife.Seconds())
	if _, has := claims["exp"]; has {
		expires, ok := wholeClaim(claims, "exp")
		if !ok {
			return 0, invalidToken
		}
		end = min(expires, issued+int64(longestLife.Seconds()))
	}
	// RFC 7519, section 4.1.4: not accepted "on or after" the time of exp.
	if now >= end {
		return 0, expiredToken
	}
	return time.Unix(end, 0).Sub(clock), nil
}

// wholeClaim returns a claim that is a whole number. A string of digits is not
// one, though a sample in the API's documentation has exp in quotes.
func wholeClaim(claims jwt.MapClaims, name string) (int64, bool) {
	number, _ := claims[name].(json.Number)
	n, err := number.Int64()
	return n, err == nil
}

// What is wrong with the form of a token that golang-jwt takes.
var (
	errCritical = errors.New("the header has a crit")
	errTwice    = errors.New("a name appears twice")
	errTrailing = errors.New("unexpected data after the object")
)

// checkForm refuses tokens that two readers could read differently. A crit names
// extensions that must be understood, and the sandbox knows none (RFC 7515,
// section 4.1.11); names must be unique (RFC 7519, section 4). golang-jwt ignores
// a crit and what follows an object, and takes the last of two names.
func checkForm(signed string) error {
	segments := strings.Split(signed, ".")
	for i, segment := range segments[:len(segments)-1] {
		text, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			return err
		}
		dec := json.NewDecoder(strings.NewReader(string(text)))
		names, err := uniqueNames(dec)
		if err != nil {
			return err
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return errTrailing
		}
		if i == 0 && names["crit"] {
			return errCritical
		}
	}
	return nil
}

// uniqueNames reads a value, and returns the names in it if it is an object. No
// object in it may have a name twice.
func uniqueNames(dec *json.Decoder) (map[string]bool, error) {
	opening, err := dec.Token()
	if err != nil {
		return nil, err
	}
	kind, nested := opening.(json.Delim)
	if !nested {
		return nil, nil
	}
	names := map[string]bool{}
	for dec.More() {
		if kind == '{' {
			token, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ := token.(string) // the decoder lets nothing else pass
			if names[name] {
				return nil, errTwice
			}
			names[name] = true
		}
		if _, err := uniqueNames(dec); err != nil {
			return nil, err
		}
	}
	_, err = dec.Token() // the closing one
	return names, err
}

// acl is the paths that a token can access, each with its methods, or nil for all.
// A token without the claim has a nil acl.
//
// The grammar is the aclSchema.json of Vonage CLI 3. What the wildcards mean is
// inferred from their use: "*" is one segment of a path, "**" is any number of
// them. Filters, which look into messages, are not evaluated.
type acl map[string][]string

// readACL reads the claim. One that breaks the grammar permits nothing.
func readACL(claim any) acl {
	if claim == nil {
		return nil
	}
	permitted := acl{}
	outer, _ := claim.(map[string]any)
	for path, rule := range object(outer, "paths") {
		rule, ok := rule.(map[string]any)
		if !ok {
			continue
		}
		var methods []string
		if listed, has := rule["methods"]; has {
			methods = []string{}
			list, _ := listed.([]any)
			for _, method := range list {
				if method, ok := method.(string); ok {
					methods = append(methods, method)
				}
			}
		}
		permitted[path] = methods
	}
	return permitted
}

// permits reports whether a token with this acl may use a method on a path.
func (a acl) permits(method, path string) bool {
	for pattern, methods := range a {
		if (methods == nil || slices.Contains(methods, method)) &&
			matches(strings.Split(pattern, "/"), strings.Split(path, "/")) {
			return true
		}
	}
	return false
}

// matches backtracks only to the last "**", which is enough: a pattern full of
// them costs no more than its length times the path's.
func matches(pattern, path []string) bool {
	p, i := 0, 0
	star, resume := -1, 0
	for i < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, resume = p, i
			p++
		case p < len(pattern) && (pattern[p] == "*" || pattern[p] == path[i]):
			p++
			i++
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

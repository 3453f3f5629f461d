// Package token verifies the bearer tokens of the API, and reads what they permit.
package token

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
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

// Why a token is refused.
var (
	ErrInvalid = errors.New("the token is not valid")
	ErrExpired = errors.New("the token has expired")
)

// Token is what a verified token says about its bearer.
type Token struct {
	Application string
	Subject     string // the name of a user; an admin token has none
	ACL         ACL
	Life        time.Duration // how much is left of it
}

// Verify checks a token at a time, with the current public key of the application
// that it names. The order matters: only a holder of the application's private key
// learns that a token was valid once.
func Verify(signed string, now time.Time, keyOf func(applicationID string) (*rsa.PublicKey, error)) (Token, error) {
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(
		// RS256 only. An alg of none needs no key at all, and an HS256 token
		// could be made with the public key as its secret.
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithJSONNumber(),
		jwt.WithoutClaimsValidation(), // lifetime does it, by other rules
	)
	_, err := parser.ParseWithClaims(signed, claims, func(*jwt.Token) (any, error) {
		id, _ := claims["application_id"].(string)
		return keyOf(id)
	})
	if err != nil || !unambiguous(signed) {
		return Token{}, ErrInvalid
	}
	if id, _ := claims["jti"].(string); id == "" {
		return Token{}, ErrInvalid
	}
	life, err := lifetime(claims, now)
	if err != nil {
		return Token{}, err
	}
	application, _ := claims["application_id"].(string)
	subject, _ := claims["sub"].(string)
	_, hasSubject := claims["sub"]
	if hasSubject && subject == "" {
		return Token{}, ErrInvalid
	}
	return Token{Application: application, Subject: subject, ACL: readACL(claims["acl"]), Life: life}, nil
}

// lifetime returns how long a token is good for, and refuses one before its time
// and after it. iat is required, as the documentation has it; a token with exp
// alone is refused because there is nothing to count its life from, which is
// inferred.
func lifetime(claims jwt.MapClaims, clock time.Time) (time.Duration, error) {
	now := clock.Unix()
	ahead := now + int64(leeway.Seconds())

	issued, ok := wholeClaim(claims, "iat")
	if !ok || issued > ahead {
		return 0, ErrInvalid
	}
	if _, has := claims["nbf"]; has {
		if start, ok := wholeClaim(claims, "nbf"); !ok || start > ahead {
			return 0, ErrInvalid
		}
	}
	end := issued + int64(defaultLife.Seconds())
	if _, has := claims["exp"]; has {
		expires, ok := wholeClaim(claims, "exp")
		if !ok {
			return 0, ErrInvalid
		}
		end = min(expires, issued+int64(longestLife.Seconds()))
	}
	// RFC 7519, section 4.1.4: not accepted "on or after" the time of exp.
	if now >= end {
		return 0, ErrExpired
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

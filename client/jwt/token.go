// Package jwt signs, verifies and reads the tokens of the Vonage API, with the key of an application.
package jwt

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/redact"
)

// Bounds of a token's life. The platform counts it from iat, whatever exp says.
const (
	MinLifetime = 30 * time.Second
	MaxLifetime = 24 * time.Hour
)

// ErrLifetime is a lifetime outside MinLifetime and MaxLifetime.
var ErrLifetime = fmt.Errorf("a token's lifetime must be between %v and %v", MinLifetime, MaxLifetime)

// ErrWrongKey is a token that the public key it should belong to does not verify.
var ErrWrongKey = errors.New("the private key does not belong to the application")

// Request says what to sign.
type Request struct {
	ApplicationID string
	// User is the name (not the id) of the user who logs in, the claim sub. Empty makes an admin token, which can
	// create users and cannot log in.
	User     string
	ACL      ACL // what the user can access; the zero ACL, for an admin token, is left out
	IssuedAt time.Time
	Lifetime time.Duration
	ID       string // unique, a UUID v4 as Vonage's SDKs use
}

// Token is a signed JWT and what it claims, to the second, as it was signed.
type Token struct {
	JWT       redact.Secret
	ID        string
	Subject   string
	ACL       ACL
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// claims are those of the platform's tokens; every SDK sends these and no others.
type claims struct {
	ApplicationID string `json:"application_id"`
	jwt.RegisteredClaims
	ACL *ACL `json:"acl,omitempty"`
}

// Sign signs a JWT with RS256, the only algorithm that the platform takes. It makes no call.
func Sign(key *Key, r Request) (Token, error) {
	if r.Lifetime < MinLifetime || r.Lifetime > MaxLifetime {
		return Token{}, fmt.Errorf("token: %w", ErrLifetime)
	}
	issued := r.IssuedAt.Truncate(time.Second)
	expires := r.IssuedAt.Add(r.Lifetime).Truncate(time.Second)
	c := claims{
		ApplicationID: r.ApplicationID,
		RegisteredClaims: jwt.RegisteredClaims{
			Subject:   r.User,
			ID:        r.ID,
			IssuedAt:  jwt.NewNumericDate(issued),
			ExpiresAt: jwt.NewNumericDate(expires),
		},
	}
	if !r.ACL.IsZero() {
		c.ACL = &r.ACL
	}
	signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, c).SignedString(key.rsa)
	if err != nil {
		return Token{}, fmt.Errorf("token: %w", err)
	}
	return Token{JWT: redact.NewSecret(signed), ID: r.ID, Subject: r.User, ACL: r.ACL, IssuedAt: issued, ExpiresAt: expires}, nil
}

// Verify checks a token's signature against a public key in PEM, and that it belongs to the application and has
// not expired at now.
func Verify(token redact.Secret, publicPEM, applicationID string, now time.Time) error {
	public, err := parsePublicKey(publicPEM)
	if err != nil {
		return err
	}
	var c claims
	_, err = jwt.ParseWithClaims(token.Reveal(), &c,
		func(*jwt.Token) (any, error) { return public, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return fmt.Errorf("token: %w", ErrWrongKey)
	case err != nil:
		return fmt.Errorf("token: %w", err)
	case c.ApplicationID != applicationID:
		return errors.New("token: it is for a different application")
	}
	return nil
}

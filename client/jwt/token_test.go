package jwt_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

// signedAt is not at the start of a second: what is claimed must be.
var signedAt = time.Date(2026, 3, 4, 12, 0, 0, 987_654_321, time.UTC)

func userRequest() jwt.Request {
	return jwt.Request{
		ApplicationID: someID, User: "alice", ACL: jwt.ACLClientSDK(),
		IssuedAt: signedAt, Lifetime: time.Hour, ID: "705b6f50-8c21-41e8-9bcb-595326422d60",
	}
}

func adminRequest() jwt.Request {
	r := userRequest()
	r.User, r.ACL = "", jwt.ACL{}
	return r
}

func signed(t testing.TB, r jwt.Request) jwt.Token {
	t.Helper()
	token := must(jwt.Sign(privateKey(t, own()), r))
	return token
}

// opened verifies a token by hand and returns its header and its claims. No JWT library has a part in it.
func opened(t *testing.T, token redact.Secret, key *rsa.PublicKey) (header string, claims map[string]json.RawMessage) {
	t.Helper()
	parts := strings.Split(token.Reveal(), ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts", len(parts))
	}
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], decoded[2]); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(decoded[1], &claims); err != nil {
		t.Fatal(err)
	}
	return string(decoded[0]), claims
}

func TestAUserTokenClaimsWhatTheContractHas(t *testing.T) {
	t.Attr("fault", "N13")
	header, claims := opened(t, signed(t, userRequest()).JWT, &own().PublicKey)
	equal(t, header, `{"alg":"RS256","typ":"JWT"}`, "the header")
	want := map[string]string{
		"application_id": `"` + someID + `"`,
		"iat":            fmt.Sprint(signedAt.Unix()),
		"exp":            fmt.Sprint(signedAt.Unix() + 3600),
		"jti":            `"705b6f50-8c21-41e8-9bcb-595326422d60"`,
		"sub":            `"alice"`,
		"acl":            aclText(t, jwt.ACLClientSDK()),
	}
	for name, value := range claims {
		equal(t, string(value), want[name], "%s is %s", name, value)
	}
	equal(t, len(claims), len(want), "the number of claims")
}

func TestAnAdminTokenHasNoSubjectAndNoACL(t *testing.T) {
	t.Attr("fault", "N13")
	_, claims := opened(t, signed(t, adminRequest()).JWT, &own().PublicKey)
	var names []string
	for name := range claims {
		names = append(names, name)
	}
	slices.Sort(names)
	equal(t, strings.Join(names, " "), "application_id exp iat jti", "it claims")
}

func TestTheACLIsSignedAsItWasWritten(t *testing.T) {
	t.Attr("fault", "N13")
	acl := must(jwt.ParseACL([]byte(`{ "paths": {"/z": {"methods": ["PUT","GET"]}, "/a/é": {"filters":{"n": 1.50}}} }`)))
	r := userRequest()
	r.ACL = acl
	_, claims := opened(t, signed(t, r).JWT, &own().PublicKey)
	if got, want := string(claims["acl"]), `{"paths":{"/z":{"methods":["PUT","GET"]},"/a/é":{"filters":{"n":1.50}}}}`; got != want {
		t.Errorf("signed %s", got)
	}
}

func TestASignedTokenTellsWhatItClaims(t *testing.T) {
	r := userRequest()
	got := signed(t, r)
	second := signedAt.Truncate(time.Second)
	if got.ID != r.ID || got.Subject != "alice" || !got.ACL.Equal(r.ACL) ||
		!got.IssuedAt.Equal(second) || !got.ExpiresAt.Equal(second.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
}

func TestATokenLivesFromThirtySecondsToADay(t *testing.T) {
	t.Attr("fault", "N13")
	for lifetime, want := range map[time.Duration]bool{
		0:                            false,
		-time.Hour:                   false,
		30*time.Second - 1:           false,
		30 * time.Second:             true,
		30*time.Second + 1:           true,
		90*time.Second + 500_000_000: true,
		24*time.Hour - 1:             true,
		24 * time.Hour:               true,
		24*time.Hour + 1:             false,
		365 * 24 * time.Hour:         false,
		time.Duration(1<<63 - 1):     false,
		time.Duration(-1 << 63):      false,
	} {
		r := userRequest()
		r.Lifetime = lifetime
		token, err := jwt.Sign(privateKey(t, own()), r)
		if !want {
			if !errors.Is(err, jwt.ErrLifetime) || !token.JWT.IsZero() {
				t.Errorf("%v: %v", lifetime, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", lifetime, err)
			continue
		}
		// The platform counts whole seconds from iat.
		if life := token.ExpiresAt.Sub(token.IssuedAt); life < 30*time.Second || life > 24*time.Hour {
			t.Errorf("%v: it lives %v", lifetime, life)
		}
	}
}

package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
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
	return must(jwt.Sign(privateKey(t, own()), r))
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
	equal(t, string(claims["acl"]), `{"paths":{"/z":{"methods":["PUT","GET"]},"/a/é":{"filters":{"n":1.50}}}}`, "signed")
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

func TestAGoodTokenIsVerified(t *testing.T) {
	t.Attr("fault", "N13")
	public := publicPEM(t, &own().PublicKey)
	for _, r := range []jwt.Request{userRequest(), adminRequest()} {
		token := signed(t, r)
		for _, now := range []time.Time{signedAt, token.ExpiresAt.Add(-time.Second)} {
			if err := jwt.Verify(token.JWT, public, someID, now); err != nil {
				t.Errorf("%q at %v: %v", r.User, now, err)
			}
		}
	}
}

// forged is a token with any header and claims and the own key's signature over them.
func forged(t *testing.T, header, claims string, sign func(text string) []byte) redact.Secret {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	return redact.NewSecret(text + "." + base64.RawURLEncoding.EncodeToString(sign(text)))
}

func TestABadTokenIsNotVerified(t *testing.T) {
	t.Attr("fault", "N13")
	const rs256 = `{"alg":"RS256","typ":"JWT"}`
	public := publicPEM(t, &own().PublicKey)
	rs512Sign := func(text string) []byte {
		sum := sha512.Sum512([]byte(text))
		return must(rsa.SignPKCS1v15(rand.Reader, own(), crypto.SHA512, sum[:]))
	}
	rsaSign := func(text string) []byte {
		sum := sha256.Sum256([]byte(text))
		return must(rsa.SignPKCS1v15(rand.Reader, own(), crypto.SHA256, sum[:]))
	}
	claims := func(rest string) string { return `{"application_id":"` + someID + `"` + rest + `}` }
	exp := fmt.Sprintf(`,"exp":%d`, signedAt.Unix()+60)
	good := signed(t, userRequest())
	parts := strings.Split(good.JWT.Reveal(), ".")
	swapped := strings.Split(signed(t, adminRequest()).JWT.Reveal(), ".")
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))

	// The forger works, or the forgeries below would prove nothing.
	if err := jwt.Verify(forged(t, rs256, claims(exp), rsaSign), public, someID, signedAt); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		token  redact.Secret
		public string
		app    string
		now    time.Time
		want   error // nil for any
	}{
		"another key":         {good.JWT, publicPEM(t, &other().PublicKey), someID, signedAt, jwt.ErrWrongKey},
		"another application": {good.JWT, public, "00000000-8ac6-487d-ac5c-be469e77ddb7", signedAt, nil},
		"expired":             {good.JWT, public, someID, good.ExpiresAt, nil},
		"long expired":        {good.JWT, public, someID, signedAt.AddDate(1, 0, 0), nil},
		"other claims":        {redact.NewSecret(parts[0] + "." + swapped[1] + "." + parts[2]), public, someID, signedAt, jwt.ErrWrongKey},
		"no signature":        {redact.NewSecret(parts[0] + "." + parts[1] + "."), public, someID, signedAt, jwt.ErrWrongKey},
		"two parts":           {redact.NewSecret(parts[0] + "." + parts[1]), public, someID, signedAt, nil},
		"nothing":             {redact.Secret{}, public, someID, signedAt, nil},
		"no expiry":           {forged(t, rs256, claims(""), rsaSign), public, someID, signedAt, nil},
		"not yet":             {forged(t, rs256, claims(exp+fmt.Sprintf(`,"nbf":%d`, signedAt.Unix()+30)), rsaSign), public, someID, signedAt, nil},
		"no application":      {forged(t, rs256, `{"exp":9999999999}`, rsaSign), public, someID, signedAt, nil},
		"a bad ACL":           {forged(t, rs256, claims(exp+`,"acl":{"paths":[]}`), rsaSign), public, someID, signedAt, nil},
		"not claims":          {forged(t, rs256, `[]`, rsaSign), public, someID, signedAt, nil},
		"RS512":               {forged(t, `{"alg":"RS512","typ":"JWT"}`, claims(exp), rs512Sign), public, someID, signedAt, nil},
		"alg none":            {forged(t, `{"alg":"none","typ":"JWT"}`, claims(exp), func(string) []byte { return nil }), public, someID, signedAt, nil},
		"HS256 with the public key": {forged(t, `{"alg":"HS256","typ":"JWT"}`, claims(exp), func(text string) []byte {
			mac := hmac.New(sha256.New, []byte(public))
			mac.Write([]byte(text))
			return mac.Sum(nil)
		}), public, someID, signedAt, nil},
		"no public key":     {good.JWT, "", someID, signedAt, jwt.ErrNotPEM},
		"broken public key": {good.JWT, encodePEM("PUBLIC KEY", nil), someID, signedAt, jwt.ErrBrokenKey},
		"EC public key":     {good.JWT, publicPEM(t, &curve.PublicKey), someID, signedAt, jwt.ErrNotRSA},
	} {
		t.Run(name, func(t *testing.T) {
			err := jwt.Verify(test.token, test.public, test.app, test.now)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			for part := range strings.SplitSeq(test.token.Reveal(), ".") {
				if part != "" && strings.Contains(err.Error(), part) {
					t.Errorf("the error tells the token: %v", err)
				}
			}
		})
	}
}

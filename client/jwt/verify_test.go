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
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

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
		signature := must(rsa.SignPKCS1v15(rand.Reader, own(), crypto.SHA512, sum[:]))
		return signature
	}
	rsaSign := func(text string) []byte {
		sum := sha256.Sum256([]byte(text))
		signature := must(rsa.SignPKCS1v15(rand.Reader, own(), crypto.SHA256, sum[:]))
		return signature
	}
	claims := func(rest string) string { return `{"application_id":"` + someID + `"` + rest + `}` }
	exp := fmt.Sprintf(`,"exp":%d`, signedAt.Unix()+60)
	good := signed(t, userRequest())
	parts := strings.Split(good.JWT.Reveal(), ".")
	swapped := strings.Split(signed(t, adminRequest()).JWT.Reveal(), ".")
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))

	// The forge is seen to work, or the forgeries below would be refused for nothing.
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

package sandbox_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/sandbox"
)

// TestWhichTokensAreHonoured sends each token at noon. Another test compares the words of the refusals.
func TestWhichTokensAreHonoured(t *testing.T) {
	t.Attr("fault", "B3")
	t.Attr("fault", "field-D8")
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())

	const (
		invalid    = "system:error:invalid-token"
		expired    = "system:error:expired-token"
		permission = "system:error:permission"
	)
	ago := func(d time.Duration) int64 { return noon.Add(-d).Unix() }
	set := func(changes jwt.MapClaims) jwt.MapClaims {
		all := claims(app)
		for name, value := range changes {
			if value == nil {
				delete(all, name)
			} else {
				all[name] = value
			}
		}
		return all
	}
	signed := func(changes jwt.MapClaims) string { return sign(t, ownKey(), set(changes)) }
	method := func(m jwt.SigningMethod, key any) string {
		return must(jwt.NewWithClaims(m, set(nil)).SignedString(key))
	}
	paths := func(rules map[string]any) jwt.MapClaims {
		return jwt.MapClaims{"sub": "alice", "acl": map[string]any{"paths": rules}}
	}
	// texts signs a header and claims as written.
	texts := func(header, claims string) string {
		t.Helper()
		text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
		signature := must(jwt.SigningMethodRS256.Sign(text, ownKey()))
		return text + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	const head = `{"alg":"RS256","typ":"JWT"}`
	written := strings.TrimSpace(encode(t, set(nil)))
	all := map[string]any{}
	der := must(x509.MarshalPKIXPublicKey(&ownKey().PublicKey))
	publicKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})

	for _, c := range []struct{ name, token, want string }{
		{"good", signed(nil), ""},
		{"exp 24 hours after iat", signed(jwt.MapClaims{"exp": noon.Add(24 * time.Hour).Unix()}), ""},

		{"in the last second of exp", signed(jwt.MapClaims{"iat": ago(time.Hour), "exp": noon.Unix() + 1}), ""},
		{"at the time of exp", signed(jwt.MapClaims{"iat": ago(time.Hour), "exp": noon.Unix()}), expired},
		{"after exp", signed(jwt.MapClaims{"iat": ago(time.Hour), "exp": ago(time.Minute)}), expired},
		{"exp before iat", signed(jwt.MapClaims{"exp": ago(time.Minute)}), expired},

		{"without exp, in the 15th minute", signed(jwt.MapClaims{"iat": ago(15*time.Minute - time.Second), "exp": nil}), ""},
		{"without exp, after 15 minutes", signed(jwt.MapClaims{"iat": ago(15 * time.Minute), "exp": nil}), expired},

		{"long exp, in the 24th hour after iat", signed(jwt.MapClaims{"iat": ago(24*time.Hour - time.Second)}), ""},
		{"long exp, 24 hours after iat", signed(jwt.MapClaims{"iat": ago(24 * time.Hour)}), expired},
		{"exp beyond all time", signed(jwt.MapClaims{"exp": int64(math.MaxInt64)}), ""},

		{"without iat and exp", signed(jwt.MapClaims{"iat": nil, "exp": nil}), invalid},
		{"without iat", signed(jwt.MapClaims{"iat": nil}), invalid},
		{"iat half a minute ahead", signed(jwt.MapClaims{"iat": ago(-30 * time.Second)}), ""},
		{"iat more than that ahead", signed(jwt.MapClaims{"iat": ago(-31 * time.Second)}), invalid},
		{"iat beyond all time", signed(jwt.MapClaims{"iat": int64(math.MaxInt64)}), invalid},
		{"iat before all time", signed(jwt.MapClaims{"iat": int64(math.MinInt64)}), expired},
		{"iat as a string", signed(jwt.MapClaims{"iat": "1772625600"}), invalid},
		{"exp as a string", signed(jwt.MapClaims{"exp": "1772629200"}), invalid},
		{"exp with a fraction", signed(jwt.MapClaims{"exp": float64(noon.Unix()) + 60.5}), invalid},
		{"nbf passed", signed(jwt.MapClaims{"nbf": noon.Unix()}), ""},
		{"nbf ahead", signed(jwt.MapClaims{"nbf": ago(-time.Minute)}), invalid},
		{"nbf as a string", signed(jwt.MapClaims{"nbf": "1772625600"}), invalid},

		{"without jti", signed(jwt.MapClaims{"jti": nil}), invalid},
		{"jti as a number", signed(jwt.MapClaims{"jti": 7}), invalid},
		{"without application", signed(jwt.MapClaims{"application_id": nil}), invalid},
		{"unknown application", signed(jwt.MapClaims{"application_id": "0c5e8a5c-7b9c-4a35-8a34-5a2b7f9a2f11"}), invalid},
		{"application as a number", signed(jwt.MapClaims{"application_id": 7}), invalid},

		{"signed with a foreign key", sign(t, foreignKey(), set(nil)), invalid},
		{"expired and signed with a foreign key", sign(t, foreignKey(), set(jwt.MapClaims{"exp": ago(time.Minute)})), invalid},
		{"alg none", method(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType), invalid},
		{"HS256 with the public key as secret", method(jwt.SigningMethodHS256, publicKey), invalid},
		{"RS384", method(jwt.SigningMethodRS384, ownKey()), invalid},
		{"PS256", method(jwt.SigningMethodPS256, ownKey()), invalid},
		{"signature cut off", signed(nil)[:300], invalid},
		{"empty", "", invalid},

		{"as it is written", texts(head, written), ""},
		{"with spaces around the claims", texts(head, " "+written+"\n"), ""},
		{"an unknown crit", texts(`{"alg":"RS256","crit":["x"],"x":1}`, written), invalid},
		{"a crit without names", texts(`{"alg":"RS256","crit":[]}`, written), invalid},
		{"text after the claims", texts(head, written+"x"), invalid},
		{"other claims after the claims", texts(head, written+`{"sub":"alice"}`), invalid},
		{"text after the header", texts(head+"{}", written), invalid},
		{"a claim twice", texts(head, `{"jti":"1",`+written[1:]), invalid},
		{"a name twice in the acl", texts(head, `{"acl":{"paths":{"/**":{}},"paths":{}},`+written[1:]), invalid},
		{"a name twice in a list", texts(head, `{"x":[{"a":1,"a":2}],`+written[1:]), invalid},
		{"one name in two objects", texts(head, `{"x":[{"a":1},{"a":2}],`+written[1:]), ""},
		{"alg twice", texts(`{"alg":"RS256","alg":"RS256"}`, written), invalid},

		{"sub without acl", signed(jwt.MapClaims{"sub": "alice"}), permission},
		{"empty sub", signed(jwt.MapClaims{"sub": ""}), invalid},
		{"sub as a number", signed(jwt.MapClaims{"sub": 7}), invalid},
		{"sub, acl of today", signed(paths(map[string]any{"/*/rtc/**": all, "/*/users/**": all})), ""},
		{"sub, acl of the tutorial", signed(paths(map[string]any{"/v1/users/**": all})), ""},
		{"sub, acl of another version", signed(paths(map[string]any{"/v2/users/**": all})), permission},
		{"sub, acl of another path", signed(paths(map[string]any{"/*/sessions/**": all})), permission},
		{"sub, acl of everything", signed(paths(map[string]any{"/**": all})), ""},
		{"sub, acl of the path alone", signed(paths(map[string]any{"/v1/users": all})), ""},
		{"sub, acl of one more segment", signed(paths(map[string]any{"/v1/users/*": all})), permission},
		{"sub, acl of one segment less", signed(paths(map[string]any{"/v1": all})), permission},
		{"sub, acl with the depth in the middle", signed(paths(map[string]any{"/**/v1/**/users/**": all})), ""},
		{"sub, acl with the depth and another end", signed(paths(map[string]any{"/**/v1/**/sessions": all})), permission},
		{"sub, acl with the method", signed(paths(map[string]any{"/**": map[string]any{"methods": []string{"POST", "GET"}}})), ""},
		{"sub, acl with another method", signed(paths(map[string]any{"/**": map[string]any{"methods": []string{"POST"}}})), permission},
		{"sub, acl with methods of a wrong form", signed(paths(map[string]any{"/**": map[string]any{"methods": "GET"}})), permission},
		{"sub, acl with a rule of a wrong form", signed(paths(map[string]any{"/**": "GET"})), permission},
		{"sub, acl of a wrong form", signed(jwt.MapClaims{"sub": "alice", "acl": []string{"/**"}}), permission},
		{"admin with an acl of another path", signed(jwt.MapClaims{"acl": map[string]any{"paths": map[string]any{"/*/sessions/**": all}}}), permission},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := server.send("GET", "/v1/users", "", bearer(c.token))
			want := map[string]int{"": 200, invalid: 401, expired: 401, permission: 403}[c.want]
			code, _ := got.at(t, "code").(string)
			if got.status != want || code != c.want {
				t.Errorf("status %d, code %q, want %d, %q", got.status, code, want, c.want)
			}
		})
	}
	server.want(200, "GET", "/v1/users", "", with("Authorization", "bearer "+signed(nil)))
	server.want(401, "GET", "/v1/users", "", with("Authorization", "Token "+signed(nil)))
	server.want(401, "GET", "/v1/users", "", with("Authorization", signed(nil)))
}

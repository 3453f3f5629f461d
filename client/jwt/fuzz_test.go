package jwt_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"credwiz/client/jwt"
	"credwiz/client/redact"
)

func FuzzParsePrivateKey(f *testing.F) {
	text := pkcs8(f, own())
	for _, seed := range []string{"", text, pkcs1(), pkcs8(f, short()), "\ufeff" + text, strings.ReplaceAll(text, "\n", "\r\n"),
		publicPEM(f, &own().PublicKey), encodePEM("ENCRYPTED PRIVATE KEY", []byte{48, 0}), encodePEM("EC PRIVATE KEY", nil),
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		f.Add([]byte(seed))
	}
	reasons := []error{jwt.ErrNotPEM, jwt.ErrEncryptedKey, jwt.ErrPublicKey, jwt.ErrNotRSA, jwt.ErrShortKey,
		jwt.ErrBrokenKey}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := jwt.ParseKey(text)
		if err != nil {
			for _, reason := range reasons {
				if err.Error() == "private key: "+reason.Error() && errors.Is(err, reason) {
					return
				}
			}
			t.Fatalf("refused with a reason of its own: %q", err)
		}
		written := must(key.PEM())
		read, err := jwt.ParseKey([]byte(written.Reveal()))
		if err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		if read.Fingerprint() != key.Fingerprint() {
			t.Fatal("it is another key after writing")
		}
	})
}

func FuzzParseACL(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"paths":{}}`, `{"paths":{"/**":{}}}`, `{"paths":{"/a":{},"/a":{}}}`,
		` {"paths" : {"/b":{"methods":["GET"],"filters":{"a":1e400}},"/a":{}}} `, `{"paths":{"/\u0061\ud800":{"methods":[]}}}`, `{"paths":{"/\u180c":{"\u180c":[]}}}`,
		"{\"paths\":{\"/\xff\":{}}}", aclText(f, jwt.ACLClientSDK()), aclText(f, jwt.ACLTutorial())} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		acl, err := jwt.ParseACL(text)
		if err != nil {
			if !acl.IsZero() || !strings.HasPrefix(err.Error(), "ACL: ") || err.Error() != redact.Printable(err.Error()) {
				t.Fatalf("refused with %q and %s", err, aclText(t, acl))
			}
			return
		}
		kept := aclText(t, acl)
		again, err := jwt.ParseACL([]byte(kept))
		if err != nil {
			t.Fatalf("%s is kept as %s, and that is refused: %v", text, kept, err)
		}
		if !again.Equal(acl) || strings.Join(again.Paths(), "\n") != strings.Join(acl.Paths(), "\n") {
			t.Fatalf("%s is kept as %s, and that as %s", text, kept, aclText(t, again))
		}
		if !utf8.ValidString(kept) || len(acl.Paths()) == 0 {
			t.Fatalf("%s is kept as %q", text, kept)
		}
	})
}

// FuzzSignToken signs for any names. What is signed says what was asked for, whole seconds included, and is verified.
func FuzzSignToken(f *testing.F) {
	f.Attr("fault", "N13")
	f.Add(someID, "alice", int64(1_772_625_600_000), int64(86_400_000))
	f.Add(`"}`, `a","sub":"root`, int64(999), int64(30_000))
	f.Add("", "\u202e\x00", int64(-1), int64(30_999))
	key := privateKey(f, own())
	public := publicPEM(f, &own().PublicKey)
	f.Fuzz(func(t *testing.T, application, user string, issuedMS, lifeMS int64) {
		issued, life := time.UnixMilli(issuedMS%4e12), time.Duration(lifeMS%1e9)*time.Millisecond
		token, err := jwt.Sign(key, jwt.Request{
			ApplicationID: application, User: user, IssuedAt: issued, Lifetime: life, ID: "1",
		})
		if inside := life >= jwt.MinLifetime && life <= jwt.MaxLifetime; inside != (err == nil) {
			t.Fatalf("%v: %v", life, err)
		}
		if err != nil {
			return
		}
		parts := strings.Split(token.JWT.Reveal(), ".")
		text := must(base64.RawURLEncoding.DecodeString(parts[1]))
		var claims struct {
			ApplicationID string `json:"application_id"`
			Sub           string `json:"sub"`
			Iat, Exp      int64  // integers, or they would not be read
		}
		if err := json.Unmarshal(text, &claims); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		valid := func(text string) string { return strings.ToValidUTF8(text, "\ufffd") }
		if valid(application) == application && claims.ApplicationID != application || valid(user) == user && claims.Sub != user {
			t.Fatalf("%q and %q are signed as %s", application, user, text)
		}
		if time.Unix(claims.Iat, 0).After(issued) || claims.Exp-claims.Iat > 86_400 || claims.Exp <= claims.Iat {
			t.Fatalf("issued at %v for %v: %s", issued, life, text)
		}
		if valid(application) == application {
			if err := jwt.Verify(token.JWT, public, application, token.IssuedAt); err != nil {
				t.Fatal(err)
			}
		}
	})
}

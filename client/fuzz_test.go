package client_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"credwiz/client"
)

func FuzzPrintable(f *testing.F) {
	f.Attr("fault", "T1")
	for _, seed := range []string{"", "My App", "\x1b]52;c;aGk=\x07", "\u009b31m", "\u202eevil", "a\u200bb", "👨\u200d👩\u200d👧",
		"🏳️\u200d🌈", "👩🏽\u200d💻", "🙂\u200d↔️", "🏳\ufe08", "a\u034fb", "🙂\u200d", "\u200d\u200d", "\xff\xfe\u200d", "\U000E0041", `\u{1B}`, "�\u200d�", "山田"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := client.Printable(text)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is printed as invalid %q", text, got)
		}
		runes := []rune(got)
		for i, r := range runes {
			joiner := r == '\u200d' && i > 0 && i < len(runes)-1 && isEmoji(runes[i-1]) && isEmoji(runes[i+1])
			if !unicode.IsGraphic(r) && !joiner || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) && !joiner {
				t.Fatalf("%q is printed with %U: %q", text, r, got)
			}
		}
		if again := client.Printable(got); again != got {
			t.Fatalf("%q is printed as %q, and that as %q", text, got, again)
		}
		if isPlain(text) && got != text {
			t.Fatalf("%q is printed as %q", text, got)
		}
	})
}

// isEmoji is true of more than emoji, and of no letter, mark or blank of a name: U+FE0F, the arrow and � are the
// exceptions.
func isEmoji(r rune) bool {
	return r != utf8.RuneError && (unicode.In(r, unicode.So, unicode.Sk) || r == '\ufe0f' || r == '\u2194')
}

// isPlain is true of text that is printed as it is: what a name is made of, all of it visible. Some letters and marks
// are not, though Unicode counts them among those: fillers, and the selectors of a variant.
func isPlain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		unseen := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && r != '\ufe0e' && r != '\ufe0f'
		return r != ' ' && !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || unseen
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	text := pkcs8(f, own())
	for _, seed := range []string{"", text, pkcs1(), pkcs8(f, short()), "\ufeff" + text, strings.ReplaceAll(text, "\n", "\r\n"),
		publicPEM(f, &own().PublicKey), encodePEM("ENCRYPTED PRIVATE KEY", []byte{48, 0}), encodePEM("EC PRIVATE KEY", nil),
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		f.Add([]byte(seed))
	}
	reasons := []error{client.ErrNotPEM, client.ErrEncryptedKey, client.ErrPublicKey, client.ErrNotRSA, client.ErrShortKey,
		client.ErrBrokenKey}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := client.ParsePrivateKey(text)
		if err != nil {
			for _, reason := range reasons {
				if err.Error() == "private key: "+reason.Error() && errors.Is(err, reason) {
					return
				}
			}
			t.Fatalf("refused with a reason of its own: %q", err)
		}
		written, err := key.PEM()
		if err != nil {
			t.Fatal(err)
		}
		read, err := client.ParsePrivateKey([]byte(written.Reveal()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if read.Fingerprint() != key.Fingerprint() {
			t.Fatal("it is another key after writing")
		}
	})
}

func FuzzParseACL(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"paths":{}}`, `{"paths":{"/**":{}}}`, `{"paths":{"/a":{},"/a":{}}}`,
		` {"paths" : {"/b":{"methods":["GET"],"filters":{"a":1e400}},"/a":{}}} `, `{"paths":{"/\u0061\ud800":{"methods":[]}}}`,
		"{\"paths\":{\"/\xff\":{}}}", aclText(f, client.ACLClientSDK()), aclText(f, client.ACLTutorial())} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		acl, err := client.ParseACL(text)
		if err != nil {
			if !acl.IsZero() || !strings.HasPrefix(err.Error(), "ACL: ") || err.Error() != client.Printable(err.Error()) {
				t.Fatalf("refused with %q and %s", err, aclText(t, acl))
			}
			return
		}
		kept := aclText(t, acl)
		again, err := client.ParseACL([]byte(kept))
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

// reply is a transport whose every answer is the same: nothing but an answer matters here, and a server would take
// most of the time.
type reply struct {
	status               int
	kind, location, body string
}

func (a reply) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status,
		Header:     http.Header{"Content-Type": {a.kind}, "Location": {a.location}, "Date": {a.location}, "Retry-After": {a.location}},
		Body:       io.NopCloser(strings.NewReader(a.body)),
		Request:    r,
	}, nil
}

// FuzzDecode answers each call with anything. Whatever comes, the client does not panic, its words are printable, and
// what it takes for good has the ids that the API promises.
func FuzzDecode(f *testing.F) {
	f.Attr("fault", "N6")
	for _, seed := range []struct {
		status               int
		kind, location, body string
	}{
		{401, "application/json", "", `{"type":"https://x#unauthorized","title":"\u001b[31m","detail":"","instance":"a"}`},
		{400, "application/problem+json", "", `{"code":"x","invalid_parameters":[{"name":"\u202e","reason":"\u009b"},{}]}`},
		{400, "", "", `{"error_title":"x","invalid_parameters":{"b":"2","a":"\u0007"}}`},
		{401, "text/xml", "", `{"error-code":"401","error-code-label":"authentication failed"}`},
		{404, "text/html", "", `<html>`},
		{307, "", "https://evil\u202e/", ``},
		{302, "", ":", ``},
		{200, "", "", goodApplication},
		{201, "", "", `{"id":"` + someUserID + `","name":"alice","_links":{"self":{"href":"https://a/"}}}`},
		{200, "", "", `{"total_items":1,"_embedded":{"applications":[` + goodApplication + `]},"_links":{"next":{}}}`},
		{200, "", "", `{"_links":{"next":{"href":"?cursor=a"}},"_embedded":{"users":[{}]}}`},
		{204, "", "", ``},
		{200, "", "", `{"id":"` + someID + `","ID":"\u001b"}`},
		{200, "", "", `{"id":"` + someID + `","\u202e":1,"\u202e":2}`},
		{201, "", "", `{"id":"` + someID + `","a":[{"b":{}},[],"b"]}`},
		{429, "", "300", `{"title":"Rate Limit Hit"}`},
		{503, "", "Fri, 31 Dec 9999 23:59:59 GMT", ``},
		{500, "", "", strings.Repeat("[", 20_000)},
	} {
		f.Add(seed.status, seed.kind, seed.location, seed.body)
	}
	f.Fuzz(func(t *testing.T, status int, kind, location, body string) {
		if status < 200 || status > 999 {
			t.Skip("net/http gives no such answer")
		}
		c := client.New(client.Options{Transport: reply{status, kind, location, body}})
		for _, call := range calls() {
			err := call.make(t.Context(), c)
			if err == nil {
				continue
			}
			if said := err.Error(); said != client.Printable(said) {
				t.Fatalf("%s: said %q", call.name, said)
			}
			var api *client.Error
			if errors.As(err, &api) && api.Explanation() != client.Printable(api.Explanation()) {
				t.Fatalf("%s: explained as %q", call.name, api.Explanation())
			}
			if wait := client.RetryAfter(err); wait < 0 {
				t.Fatalf("%s: to be tried again in %v", call.name, wait)
			}
			if wait, again := (client.Attempt{Err: err, Tries: 1}).Next(half); again && (wait < 0 || wait > client.LongestWait) {
				t.Fatalf("%s: waits for %v", call.name, wait)
			}
			if client.MayHaveHappened(err) && status >= 400 && status < 500 {
				t.Fatalf("%s: refused with %d, and may have happened: %v", call.name, status, err)
			}
		}
		token := client.NewSecret(canaryToken)
		if app, err := c.GetApplication(t.Context(), canaries(), someID); err == nil && len(app.ID) != len(someID) {
			t.Fatalf("the id %q is taken", app.ID)
		}
		if u, err := c.GetUser(t.Context(), token, someUserID); err == nil && (len(u.ID) != len(someUserID) || u.Name == "") {
			t.Fatalf("the user %+v is taken", u)
		}
		if u, err := c.FindUser(t.Context(), token, "alice"); err == nil && u.Name != "alice" {
			t.Fatalf("%q is found", u.Name)
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
		token, err := client.SignToken(key, client.TokenRequest{
			ApplicationID: application, User: user, IssuedAt: issued, Lifetime: life, ID: "1",
		})
		if inside := life >= client.MinLifetime && life <= client.MaxLifetime; inside != (err == nil) {
			t.Fatalf("%v: %v", life, err)
		}
		if err != nil {
			return
		}
		parts := strings.Split(token.JWT.Reveal(), ".")
		text, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
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
			if err := client.VerifyToken(token.JWT, public, application, token.IssuedAt); err != nil {
				t.Fatal(err)
			}
		}
	})
}

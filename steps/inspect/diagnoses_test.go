package inspect_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"credwiz/client/jwt"
	"credwiz/client/redact"
	"credwiz/steps/answer"
	"credwiz/steps/inspect"
)

// forge is a token of alice's as credwiz signs it, and what can be made otherwise.
type forge struct {
	header, claims map[string]any
	key            *jwt.Key
	raw            string              // the claims, if they are no map
	bend           func(string) string // the whole token
}

func part(text []byte) string { return base64.RawURLEncoding.EncodeToString(text) }

func (f forge) token(t *testing.T) string {
	t.Helper()
	header := must(json.Marshal(f.header))
	claims := must(json.Marshal(f.claims))
	if f.raw != "" {
		claims = []byte(f.raw)
	}
	text := part(header) + "." + part(claims)
	token := text + "." + part(f.sign(t, text))
	if f.bend != nil {
		token = f.bend(token)
	}
	return token
}

func (f forge) sign(t *testing.T, text string) []byte {
	t.Helper()
	if f.header["alg"] == "HS256" {
		mac := hmac.New(sha256.New, []byte("secret"))
		_, _ = io.WriteString(mac, text)
		return mac.Sum(nil)
	}
	if f.header["alg"] == "none" {
		return nil
	}
	block, _ := pem.Decode([]byte(pemOf(f.key)))
	key := must(x509.ParsePKCS8PrivateKey(block.Bytes))
	sum := sha256.Sum256([]byte(text))
	signature := must(rsa.SignPKCS1v15(rand.Reader, key.(*rsa.PrivateKey), crypto.SHA256, sum[:]))
	return signature
}

// newForge is for the application that a run made with the first pair.
func newForge(application string) forge {
	return forge{
		header: map[string]any{"alg": "RS256", "typ": "JWT"},
		claims: map[string]any{
			"application_id": application, "sub": "alice", "jti": uuid.NewString(),
			"iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(), "acl": json.RawMessage(aclJSON(jwt.ACLClientSDK())),
		},
		key: pairs[0](),
	}
}

// forged is a token of an application with some changes.
func forged(t *testing.T, application string, changes ...func(*forge)) string {
	t.Helper()
	f := newForge(application)
	for _, change := range changes {
		change(&f)
	}
	return f.token(t)
}

// reading is what an inspection reads of a token.
func reading(token string) jwt.Reading { return jwt.Read(redact.NewSecret(token)) }

func signedWith(key func() *jwt.Key) func(*forge) { return func(f *forge) { f.key = key() } }

func aclJSON(acl jwt.ACL) string {
	text, err := json.Marshal(acl)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func pathsJSON(paths ...string) json.RawMessage {
	all := map[string]any{}
	for _, path := range paths {
		all[path] = struct{}{}
	}
	text, _ := json.Marshal(map[string]any{"paths": all})
	return text
}

// claim is a change of one claim; nil takes it away.
func claim(name string, value any) func(*forge) {
	return func(f *forge) {
		if value == nil {
			delete(f.claims, name)
			return
		}
		f.claims[name] = value
	}
}

func bent(how func(string) string) func(*forge) { return func(f *forge) { f.bend = how } }

func algorithm(name string) func(*forge) { return func(f *forge) { f.header["alg"] = name } }

// at is noon and so long after it, as a token has it.
func at(d time.Duration) int64 { return noon.Add(d).Unix() }

const anotherID = "0c5e8a5c-7b9c-4a35-8a34-5a2b7f9a2f11"

// diagnoses are tokens with something wrong, and the codes by which an inspection names that: those in the folder of
// the application alone, and those that it takes the API to know.
var diagnoses = []struct {
	name   string
	change []func(*forge)
	want   string // the codes, in their order
	online string // the codes with the API's help, where they are others
}{
	{name: "good"},
	{name: "good, of yesterday's last second", change: []func(*forge){claim("iat", at(-23*time.Hour))}},
	{name: "good, by a clock that is half a minute ahead", change: []func(*forge){claim("iat", at(30*time.Second))}},
	{name: "expired", change: []func(*forge){claim("iat", at(-2*time.Hour)), claim("exp", at(-time.Hour))}, want: "expired"},
	{name: "ends now", change: []func(*forge){claim("iat", at(-time.Hour)), claim("exp", at(0))}, want: "expired"},
	{name: "issued over 24 hours ago", change: []func(*forge){claim("iat", at(-25*time.Hour)), claim("exp", at(time.Hour))}, want: "expired too-long"},
	{name: "issued in the future", change: []func(*forge){claim("iat", at(time.Minute))}, want: "not-yet-valid"},
	{name: "not before later", change: []func(*forge){claim("nbf", at(time.Minute))}, want: "not-yet-valid"},
	{name: "over 24 hours", change: []func(*forge){claim("exp", at(25*time.Hour))}, want: "too-long"},
	{name: "under 30 seconds", change: []func(*forge){claim("exp", at(29*time.Second))}, want: "too-short"},
	{name: "no exp", change: []func(*forge){claim("exp", nil)}, want: "no-exp"},
	{name: "no exp, 16 minutes ago", change: []func(*forge){claim("exp", nil), claim("iat", at(-16*time.Minute))}, want: "expired no-exp"},
	{name: "exp as a string", change: []func(*forge){claim("exp", "1772629200")}, want: "exp-text"},
	{name: "exp as a string, expired", change: []func(*forge){claim("exp", "1532179987"), claim("iat", 1532179087)}, want: "expired exp-text"},
	{name: "exp in words", change: []func(*forge){claim("exp", "tomorrow")}, want: "exp-text"},
	{name: "exp with a fraction", change: []func(*forge){claim("exp", float64(at(time.Hour))+.5)}, want: "exp-fraction"},
	{name: "exp that is no number", change: []func(*forge){claim("exp", true)}, want: "exp-malformed"},
	{name: "exp in milliseconds", change: []func(*forge){claim("exp", at(time.Hour)*1000)}, want: "exp-milliseconds"},
	{name: "exp in milliseconds, of an hour ago", change: []func(*forge){claim("iat", at(-2*time.Hour)), claim("exp", at(-time.Hour)*1000)}, want: "exp-milliseconds"},
	{name: "exp in milliseconds, issued over 24 hours ago", change: []func(*forge){claim("iat", at(-25*time.Hour)), claim("exp", at(time.Hour)*1000)}, want: "expired exp-milliseconds"},
	{name: "exp in milliseconds, with a fraction", change: []func(*forge){claim("exp", json.RawMessage("1772629200000.5"))}, want: "exp-fraction"},
	{name: "exp in microseconds", change: []func(*forge){claim("exp", at(-time.Hour)*1000*1000)}, want: "exp-microseconds"},
	{name: "exp in nanoseconds", change: []func(*forge){claim("exp", at(-time.Hour)*1000*1000*1000)}, want: "exp-nanoseconds"},
	{name: "iat in milliseconds", change: []func(*forge){claim("iat", at(0)*1000)}, want: "iat-milliseconds"},
	{name: "iat as a string", change: []func(*forge){claim("iat", "1772625600")}, want: "iat-text"},
	{name: "nbf as a string", change: []func(*forge){claim("nbf", "1772625600")}, want: "nbf-text"},
	{name: "no iat", change: []func(*forge){claim("iat", nil)}, want: "no-iat"},
	{name: "wrong application", change: []func(*forge){claim("application_id", anotherID)}, want: "wrong-application"},
	{name: "wrong application and key", change: []func(*forge){claim("application_id", anotherID), signedWith(pairs[1])},
		want: "wrong-application"},
	{name: "no application", change: []func(*forge){claim("application_id", nil)}, want: "no-application"},
	{name: "an application by its name", change: []func(*forge){claim("application_id", "My App")}, want: "application-malformed"},
	{name: "wrong key", change: []func(*forge){signedWith(pairs[1])}, want: "wrong-key"},
	{name: "changed after it was signed", change: []func(*forge){bent(func(s string) string {
		parts := strings.Split(s, ".")
		claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
		return parts[0] + "." + part([]byte(strings.Replace(string(claims), "alice", "alyce", 1))) + "." + parts[2]
	})}, want: "wrong-key", online: "wrong-key unknown-user"},
	{name: "sub missing", change: []func(*forge){claim("sub", nil)}, want: "no-sub"},
	{name: "sub empty", change: []func(*forge){claim("sub", "")}, want: "no-sub"},
	{name: "sub that is no text", change: []func(*forge){claim("sub", 7)}, want: "no-sub"},
	{name: "sub a USR- id", change: []func(*forge){claim("sub", "USR-"+anotherID)}, want: "sub-is-id"},
	{name: "unknown user", change: []func(*forge){claim("sub", "bob")}, want: "", online: "unknown-user"},
	{name: "a user in capitals", change: []func(*forge){claim("sub", "Alice")}, want: "user-alike", online: "unknown-user"},
	{name: "unknown user, and expired", change: []func(*forge){claim("sub", "bob"), claim("iat", noon.Add(-2*time.Hour).Unix()), claim("exp", noon.Add(-time.Hour).Unix())}, want: "expired", online: "expired unknown-user"},
	{name: "admin token", change: []func(*forge){claim("sub", nil), claim("acl", nil)}, want: "admin-token"},
	{name: "no jti", change: []func(*forge){claim("jti", nil)}, want: "no-jti"},
	{name: "ACL missing", change: []func(*forge){claim("acl", nil)}, want: "no-acl"},
	{name: "ACL empty", change: []func(*forge){claim("acl", struct{}{})}, want: "acl-empty"},
	{name: "ACL without paths", change: []func(*forge){claim("acl", pathsJSON())}, want: "acl-empty"},
	{name: "ACL as a string", change: []func(*forge){claim("acl", aclJSON(jwt.ACLClientSDK()))}, want: "acl-text"},
	{name: "ACL as another string", change: []func(*forge){claim("acl", "client-sdk")}, want: "acl-malformed"},
	{name: "ACL as a list", change: []func(*forge){claim("acl", []string{"/**"})}, want: "acl-malformed"},
	{name: "ACL without the word paths", change: []func(*forge){claim("acl", json.RawMessage(`{"/**":{}}`))}, want: "acl-malformed"},
	{name: "ACL with a path that is wrong", change: []func(*forge){claim("acl", pathsJSON("/**", "users"))}, want: "acl-malformed"},
	{name: "ACL of everything", change: []func(*forge){claim("acl", pathsJSON("/**"))}},
	{name: "old paths", change: []func(*forge){claim("acl", json.RawMessage(aclJSON(jwt.ACLTutorial())))}, want: "acl-old-paths acl-no-voice"},
	{name: "an old path among others", change: []func(*forge){claim("acl", pathsJSON("/**", "/v3/media/**"))}, want: "acl-old-paths"},
	{name: "no path to log in", change: []func(*forge){claim("acl", pathsJSON("/*/conversations/**", "/*/knocking/**", "/*/legs/**", "/*/rtc/**",
		"/*/devices/**", "/*/push/**"))}, want: "acl-no-login"},
	{name: "sessions to read only", change: []func(*forge){claim("acl", json.RawMessage(
		`{"paths":{"/*/sessions/**":{"methods":["GET"]},"/*/conversations/**":{},"/*/knocking/**":{},"/*/legs/**":{},"/*/rtc/**":{},"/*/devices/**":{},"/*/push/**":{}}}`))},
		want: "acl-no-login"},
	{name: "no paths for voice", change: []func(*forge){claim("acl", pathsJSON("/*/sessions/**", "/*/conversations/**", "/*/devices/**", "/*/push/**"))},
		want: "acl-no-voice"},
	{name: "no paths for messages", change: []func(*forge){claim("acl", pathsJSON("/*/sessions/**", "/*/devices/**", "/*/push/**"))},
		want: "acl-no-voice acl-no-messages"},
	{name: "no paths for push", change: []func(*forge){claim("acl", pathsJSON("/*/sessions/**", "/*/conversations/**", "/*/knocking/**", "/*/legs/**", "/*/rtc/**"))},
		want: "acl-no-push"},
	{name: "in quotes", change: []func(*forge){bent(func(s string) string { return `"` + s + `"` })}, want: "quotes"},
	{name: "with a line break", change: []func(*forge){bent(func(s string) string { return s[:76] + "\r\n" + s[76:] })}, want: "breaks"},
	{name: "with a blank", change: []func(*forge){bent(func(s string) string { return s[:76] + " " + s[76:] })}, want: "breaks"},
	{name: "after Bearer", change: []func(*forge){bent(func(s string) string { return "Bearer " + s })}, want: "bearer"},
	{name: "after its name", change: []func(*forge){bent(func(s string) string { return "VONAGE_JWT=" + s })}, want: "name"},
	{name: "in a JSON object", change: []func(*forge){bent(func(s string) string { return `{"users": [{"token": {"jwt": "` + s + `"}}]}` })}, want: "surrounded"},
	{name: "in a command", change: []func(*forge){bent(func(s string) string {
		return "curl -H 'Authorization: Bearer " + s + "' \\\n  https://api.nexmo.com/v1/users"
	})}, want: "surrounded"},
	{name: "in a JSON object, expired", change: []func(*forge){claim("iat", noon.Add(-2*time.Hour).Unix()), claim("exp", noon.Add(-time.Hour).Unix()),
		bent(func(s string) string { return `{"token":"` + s + `"}` })}, want: "surrounded expired"},
	{name: "before a comment", change: []func(*forge){bent(func(s string) string { return s + "  # alice" })}, want: "surrounded"},
	{name: "before a word", change: []func(*forge){bent(func(s string) string { return s + " alice" })}, want: "surrounded"},
	{name: "with the next line of a .env", change: []func(*forge){bent(func(s string) string { return "VONAGE_JWT=" + s + "\nVONAGE_USER_NAME=alice" })}, want: "surrounded"},
	{name: "twice", change: []func(*forge){bent(func(s string) string { return s + "\n" + s })}, want: "surrounded"},
	{name: "two", change: []func(*forge){bent(func(s string) string { return s + "\n" + s[:len(s)-1] + "_" })}, want: "several-tokens"},
	{name: "in quotes, with a header that is bad", change: []func(*forge){bent(func(s string) string { return `"eyJ!` + s[4:] + `"` })}, want: "header-unreadable quotes"},
	{name: "in quotes, cut off", change: []func(*forge){bent(func(s string) string { return `"` + s[:len(s)-41] + `"` })}, want: "quotes signature-unreadable"},
	{name: "several in a JSON list", change: []func(*forge){bent(func(s string) string { return `["` + s + `","` + s[:len(s)-1] + `_"]` })}, want: "several-tokens"},
	{name: "with padding", change: []func(*forge){bent(func(s string) string { return s + "==" })}, want: "not-base64url"},
	{name: "HS256", change: []func(*forge){algorithm("HS256")}, want: "algorithm"},
	{name: "none", change: []func(*forge){algorithm("none")}, want: "algorithm"},
	{name: "RS512", change: []func(*forge){algorithm("RS512")}, want: "algorithm"},
	{name: "no algorithm", change: []func(*forge){func(f *forge) { delete(f.header, "alg") }}, want: "algorithm"},
	{name: "two parts", change: []func(*forge){bent(func(s string) string { return s[:strings.LastIndex(s, ".")] })}, want: "unsigned"},
	{name: "cut off", change: []func(*forge){bent(func(s string) string { return s[:len(s)-40] })}, want: "signature-cut"},
	{name: "cut off within a letter", change: []func(*forge){bent(func(s string) string { return s[:len(s)-41] })}, want: "signature-unreadable"},
	{name: "claims not base64url", change: []func(*forge){bent(func(s string) string { return strings.Replace(s, ".", ".!", 1) })}, want: "claims-unreadable"},
	{name: "claims not JSON", change: []func(*forge){func(f *forge) { f.raw = "{" }}, want: "claims-unreadable"},
	{name: "claims not an object", change: []func(*forge){func(f *forge) { f.raw = "[]" }}, want: "claims-unreadable"},
	{name: "header not an object", change: []func(*forge){bent(func(s string) string { _, rest, _ := strings.Cut(s, "."); return part([]byte("[]")) + "." + rest })}, want: "header-unreadable"},
	{name: "not a JWT", change: []func(*forge){bent(func(string) string { return "www.vonage.com" })}, want: "not-a-token"},
	{name: "a private key", change: []func(*forge){bent(func(string) string { return pemOf(pairs[0]()) })}, want: "private-key"},
	{name: "a public key", change: []func(*forge){bent(func(string) string { return pairs[0]().PublicPEM() })}, want: "public-key"},
	{name: "nothing", change: []func(*forge){bent(func(string) string { return "" })}, want: "empty"},
	{name: "encrypted", change: []func(*forge){bent(func(s string) string { return s + ".a.b" })}, want: "encrypted"},
	{name: "a key id and claims of one's own", change: []func(*forge){func(f *forge) { f.header["kid"] = "1" }, claim("email", "a@example.com"), claim("paths", 1)}},
	{name: "all at once", change: []func(*forge){claim("iat", at(-48*time.Hour)), claim("exp", "1772532000"), claim("sub", "USR-"+anotherID),
		claim("acl", aclJSON(jwt.ACLTutorial())), signedWith(pairs[1]), bent(func(s string) string { return "'Bearer " + s })},
		want: "quotes bearer expired exp-text wrong-key sub-is-id acl-text acl-old-paths acl-no-voice"},
}

func codes(i inspect.Inspection) string {
	all := make([]string, 0, len(i.Problems))
	for _, p := range i.Problems {
		all = append(all, p.Code)
	}
	return strings.Join(all, " ")
}

// evidence is what the run's folder knows besides a token.
func (r *run) evidence() inspect.Evidence {
	r.t.Helper()
	folder := r.folder()
	e := must(inspect.Gather(folder, ""))
	e.Now = noon
	return e
}

// inspected is what an inspection in the folder of the run says of a token, without the API and with it.
func (r *run) inspected(token string) (offline, online inspect.Inspection) {
	r.t.Helper()
	e := r.evidence()
	read := reading(token)
	asked := must(e.Ask(r.t.Context(), r.env, must(r.env.Open(false)), credentials, answer.Answers{}, read))
	return inspect.Inspect(read, e), inspect.Inspect(read, asked)
}

// texts are all that an inspection says.
func texts(t *testing.T, i inspect.Inspection) string {
	t.Helper()
	all := []string{i.Verdict, i.Signature.With, i.Signature.Why}
	for _, p := range i.Problems {
		all = append(all, p.Code, p.What, p.Do, p.Command)
	}
	for _, f := range i.Facts {
		all = append(all, f.Label, f.Value)
	}
	for _, text := range all {
		if redact.Printable(text) != text {
			t.Errorf("%q is not safe to print", text)
		}
	}
	result, err := json.Marshal(i)
	if err != nil {
		t.Error(err)
	}
	return strings.Join(all, "\n") + string(result)
}

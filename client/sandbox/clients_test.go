package sandbox_test

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"credwiz/client/sandbox"
)

// What other people's clients send, which the API takes or refuses.

func TestAPathMayEndWithASlash(t *testing.T) {
	t.Attr("fault", "field-D1")
	server := start(t, sandbox.Config{})
	id := server.want(201, "POST", "/v2/applications/", `{"name":"x"}`, owner).at(t, "id").(string)
	server.want(200, "GET", "/v2/applications/?page_size=1", "", owner)
	server.want(200, "GET", "/v2/applications/"+id+"/", "", owner)
	server.want(200, "GET", "/account/get-balance/", "", owner)

	app := server.application("y", ownKey())
	admin := server.admin(app)
	user := server.want(201, "POST", "/v1/users/", `{"name":"alice"}`, admin).at(t, "id").(string)
	server.want(200, "GET", "/v1/users/"+user+"/", "", admin)
	// A token is good for both forms.
	alice := claims(app)
	alice["sub"] = "alice"
	alice["acl"] = map[string]any{"paths": map[string]any{"/v1/users": map[string]any{}}}
	server.want(200, "GET", "/v1/users/", "", bearer(sign(t, ownKey(), alice)))

	server.want(204, "DELETE", "/v2/applications/"+id+"/", "", owner)
	got := server.want(405, "DELETE", "/v2/applications/", "", owner)
	if allow := got.header.Get("Allow"); !strings.HasPrefix(allow, "GET") {
		t.Errorf("Allow is %q", allow)
	}
}

// TestNullIsAbsentInAnApplication has the http_method of "vonage apps init".
func TestNullIsAbsentInAnApplication(t *testing.T) {
	t.Attr("fault", "field-D2")
	server := start(t, sandbox.Config{})
	made := server.want(201, "POST", "/v2/applications", `{"name":"x","keys":null,"privacy":{"improve_ai":null},
		"capabilities":{"voice":null,"messages":{"webhooks":null},
		"rtc":{"webhooks":{"event_url":{"address":null,"http_method":null}},"leg_persistence_time":null}}}`, owner)
	if key, _ := made.at(t, "keys.private_key").(string); key == "" {
		t.Errorf("no key pair was made: %s", made.text)
	}
	want := map[string]any{
		"messages": map[string]any{},
		"rtc":      map[string]any{"webhooks": map[string]any{"event_url": map[string]any{}}},
	}
	if got := made.at(t, "capabilities"); !reflect.DeepEqual(got, want) {
		t.Errorf("capabilities %v, want %v", got, want)
	}

	// Keys of null in a change are no wish for new ones.
	path := "/v2/applications/" + made.at(t, "id").(string)
	changed := server.want(200, "PUT", path, `{"name":"y","keys":null}`, owner)
	if changed.at(t, "keys.private_key") != nil || changed.at(t, "keys.public_key") != made.at(t, "keys.public_key") {
		t.Errorf("the keys changed: %s", changed.text)
	}

	// What is required is missed as ever.
	got := server.want(400, "POST", "/v2/applications", `{"name":null}`, owner)
	if !strings.Contains(got.text, `"name":"name","reason":"is required"`) {
		t.Errorf("a name of null: %s", got.text)
	}
}

// TestAUserHasNoConversationsYet is what nexmo-client 6 and 7 read as a part of
// the login.
func TestAUserHasNoConversationsYet(t *testing.T) {
	t.Attr("fault", "field-D5")
	server, app, _ := practice(t, sandbox.Config{})
	id := server.want(201, "POST", "/v1/users", `{"name":"alice"}`, server.admin(app)).at(t, "id").(string)
	alice := bearer(userToken(t, app, "alice"))

	path := "/beta2/users/" + id + "/conversations"
	got := server.want(200, "GET", path+"?page_size=20&order=asc", "", alice).object(t)
	want := map[string]any{
		"page_size": 20.0,
		"_embedded": map[string]any{"data": map[string]any{"conversations": []any{}}},
		"_links":    map[string]any{"self": map[string]any{"href": server.URL() + path + "?order=asc&page_size=20"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	// It asks for authorization as the users do, and refuses in their words.
	server.want(401, "GET", path, "")
	admin := claims(app)
	admin["acl"] = map[string]any{"paths": map[string]any{"/*/sessions/**": map[string]any{}}}
	server.want(403, "GET", path, "", bearer(sign(t, ownKey(), admin)))
	server.want(400, "GET", path+"?page_size=x", "", alice)
	if code := server.want(404, "GET", "/beta2/users/USR-x/conversations", "", alice).at(t, "code"); code != "user:error:not-found" {
		t.Errorf("without the user: %v", code)
	}
	server.want(405, "POST", path, `{}`, alice)
}

// TestATokenThatReadersDisagreeOnIsRefused has tokens whose signature is right.
func TestATokenThatReadersDisagreeOnIsRefused(t *testing.T) {
	t.Attr("fault", "field-D8")
	server := start(t, sandbox.Config{})
	app := server.application("x", ownKey())
	const header = `{"alg":"RS256","typ":"JWT"}`
	good := strings.TrimSpace(encode(t, claims(app)))
	with := func(claims string) string { return strings.TrimSuffix(good, "}") + "," + claims + "}" }
	for name, c := range map[string]struct {
		header, claims string
		status         int
	}{
		"good":                        {header, good, 200},
		"space around the claims":     {header, " " + good + "\n", 200},
		"one name in two objects":     {header, with(`"a":{"x":1},"b":[{"x":1},{"x":2}]`), 200},
		"crit":                        {`{"alg":"RS256","crit":["x"],"x":1}`, good, 401},
		"crit with b64":               {`{"alg":"RS256","crit":["b64"],"b64":true}`, good, 401},
		"empty crit":                  {`{"alg":"RS256","crit":[]}`, good, 401},
		"text after the claims":       {header, good + "x", 401},
		"two sets of claims":          {header, good + good, 401},
		"a claim twice":               {header, with(`"application_id":"` + app + `"`), 401},
		"a claim twice, once escaped": {header, with(`"\u006ati":"x"`), 401},
		"a path of the acl twice":     {header, with(`"acl":{"paths":{"/**":{},"/**":{}}}`), 401},
		"a header parameter twice":    {`{"alg":"none","alg":"RS256"}`, good, 401},
	} {
		t.Run(name, func(t *testing.T) {
			text := base64.RawURLEncoding.EncodeToString([]byte(c.header)) + "." +
				base64.RawURLEncoding.EncodeToString([]byte(c.claims))
			signature, err := jwt.SigningMethodRS256.Sign(text, ownKey())
			if err != nil {
				t.Fatal(err)
			}
			token := text + "." + base64.RawURLEncoding.EncodeToString(signature)
			got := server.send("GET", "/v1/users", "", bearer(token))
			if code := got.at(t, "code"); got.status != c.status || c.status == 401 && code != "system:error:invalid-token" {
				t.Errorf("status %d, code %v, want status %d", got.status, code, c.status)
			}
		})
	}
}

func TestWhatComesAfterTheLoginIsSaidToBeMissing(t *testing.T) {
	t.Attr("fault", "field-D7")
	server, app, _ := practice(t, sandbox.Config{}, "alice")
	alice := bearer(userToken(t, app, "alice"))
	for _, path := range []string{
		"/v0.1/conversations", "/v0.2/legs", "/v0.3/conversations", "/v1/conversations", "/beta/conversations",
		"/beta2/conversations", "/v1/users/USR-x/conversations", "/v2/messages", "/metrics",
	} {
		if got := server.want(404, "POST", path, `{}`, alice); !strings.Contains(got.text, "the sandbox ends at the login") {
			t.Errorf("%s: %s", path, got.text)
		}
	}
	// What is looked for in what it has, is only not there.
	if got := server.want(404, "GET", "/v1/users/USR-x", "", alice); strings.Contains(got.text, "the login") {
		t.Errorf("a user: %s", got.text)
	}
}

func TestAPageThatIsRefusedLearnsOfTheFlag(t *testing.T) {
	t.Attr("fault", "field-D3")
	server := start(t, sandbox.Config{})
	for path, origin := range map[string]string{
		"/v0.3/users/me": "http://localhost:3000", // as in a snippet's getUser
		"/v2/rtc/":       "https://example.com",
	} {
		got := server.want(403, "GET", path, "", with("Origin", origin))
		if detail := got.at(t, "detail").(string); !strings.Contains(detail, "--allow-origin") {
			t.Errorf("%s: %s", path, detail)
		}
	}
}

func TestAnotherHostLearnsOfTheRightOne(t *testing.T) {
	t.Attr("fault", "field-D4")
	server := start(t, sandbox.Config{})
	own := strings.TrimPrefix(server.URL(), "http://")
	local := strings.Replace(own, "127.0.0.1", "localhost", 1)
	for _, host := range []string{"127.0.0.1:1", "10.0.2.2:4010", "host.docker.internal:4010", "[::1]:4010"} {
		got := server.want(421, "GET", "/v2/applications", "", owner, func(r *http.Request) { r.Host = host })
		detail := got.at(t, "detail").(string)
		for _, want := range []string{"Host header is " + own + " or " + local + ".", "--allow-remote"} {
			if !strings.Contains(detail, want) {
				t.Errorf("%s: %q is not in %q", host, want, detail)
			}
		}
	}
}

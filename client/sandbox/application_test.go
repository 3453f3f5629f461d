package sandbox_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"credwiz/client/sandbox"
)

func TestTheLifeOfAnApplication(t *testing.T) {
	server := start(t, sandbox.Config{})
	created := server.want(201, "POST", "/v2/applications", `{
		"name": "My Application",
		"capabilities": {"rtc": {"webhooks": {"event_url": {"address": "https://example.com/event", "http_method": "POST"}}}},
		"privacy": {"improve_ai": false}
	}`, owner)
	id := created.at(t, "id").(string)
	wantMatch(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
	path := "/v2/applications/" + id
	equal(t, created.at(t, "_links.self.href"), path, "self")

	got := server.want(200, "GET", path, "", owner)
	for at, want := range map[string]any{
		"id":                 id,
		"name":               "My Application",
		"privacy.improve_ai": false,
		"capabilities.rtc.webhooks.event_url.address": "https://example.com/event",
		"keys.public_key":  created.at(t, "keys.public_key"),
		"keys.private_key": nil,
		"_links.self.href": path,
	} {
		equal(t, got.at(t, at), want, "%s", at)
	}

	replaced := server.want(200, "PUT", path, `{"name": "Another"}`, owner)
	equal(t, replaced.object(t)["capabilities"], map[string]any{}, "capabilities that were left out")
	equal(t, replaced.at(t, "privacy.improve_ai"), true, "improve_ai that was left out")
	equal(t, replaced.at(t, "keys.public_key"), created.at(t, "keys.public_key"), "keys that were left out were replaced")

	app := server.application("x", ownKey())
	server.want(201, "POST", "/v1/users", `{"name":"alice"}`, server.admin(app))
	server.want(204, "DELETE", "/v2/applications/"+app, "", owner)
	server.want(401, "GET", "/v1/users", "", server.admin(app))
	equal(t, len(server.Users(app)), 0, "users left")
	equal(t, server.want(204, "DELETE", path, "", owner).text, "", "a 204 with a body")
	for _, method := range []string{"GET", "DELETE"} {
		server.want(404, method, path, "", owner)
	}
	server.want(404, "PUT", path, `{"name":"x"}`, owner)
	equal(t, len(server.Applications()), 0, "left")
}

// madeKey is the private key in an answer.
func madeKey(t testing.TB, got answer) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode([]byte(got.at(t, "keys.private_key").(string)))
	if block == nil || block.Type != "PRIVATE KEY" {
		t.Fatalf("private key: %v", block)
	}
	return must(x509.ParsePKCS8PrivateKey(block.Bytes)).(*rsa.PrivateKey)
}

func TestAKeyPairOfTheServerIsShownOnce(t *testing.T) {
	server := start(t, sandbox.Config{})
	sent := publicPEM(t, &ownKey().PublicKey)
	own := encode(t, map[string]any{"name": "x", "keys": map[string]any{"public_key": "\n" + sent}})
	equal(t, server.want(201, "POST", "/v2/applications", own, owner).object(t)["keys"], map[string]any{"public_key": sent}, "keys")

	created := server.want(201, "POST", "/v2/applications", `{"name":"x","keys":{}}`, owner)

	private := madeKey(t, created)
	equal(t, private.N.BitLen(), 2048, "the bits of the key")
	equal(t, created.at(t, "keys.public_key"), publicPEM(t, &private.PublicKey), "the public key is not that of the private key")

	// It works, and no later answer has it.
	app := created.at(t, "id").(string)
	server.want(200, "GET", "/v1/users", "", bearer(sign(t, private, claims(app))))
	for _, again := range []answer{
		server.want(200, "GET", "/v2/applications/"+app, "", owner),
		server.want(200, "GET", "/v2/applications", "", owner),
		server.want(200, "PUT", "/v2/applications/"+app, `{"name":"x"}`, owner),
	} {
		if strings.Contains(again.text, "PRIVATE") || strings.Contains(again.text, "private_key") {
			t.Errorf("told again: %s", again.text)
		}
	}
}

func TestNewKeysReplaceTheOldOnes(t *testing.T) {
	server, old := startOwned(t)
	path := "/v2/applications/" + server.Applications()[0].ID
	server.want(201, "POST", "/v1/users", `{"name":"alice"}`, old)
	for _, keys := range []string{withKey(t, "x", foreignKey()), `{"name":"x","keys":{}}`} {
		changed := server.want(200, "PUT", path, keys, owner)
		server.want(401, "GET", "/v1/users", "", old)
		private := foreignKey()
		if changed.at(t, "keys.private_key") != nil {
			private = madeKey(t, changed)
		}
		old = bearer(sign(t, private, claims(server.Applications()[0].ID)))
		if got := server.want(200, "GET", "/v1/users", "", old); !strings.Contains(got.text, `"alice"`) {
			t.Errorf("the user has gone with the old key: %s", got.text)
		}
	}
	equal(t, server.want(200, "GET", path, "", owner).at(t, "keys.private_key"), nil, "the private key is shown again")
}

func TestWhatAnApplicationMayBe(t *testing.T) {
	server := start(t, sandbox.Config{})
	quoted := func(text string) string { return strings.TrimSpace(encode(t, text)) }
	good := quoted(publicPEM(t, &ownKey().PublicKey))
	smallKey := quoted(publicPEM(t, &must(rsa.GenerateKey(rand.Reader, 1024)).PublicKey))
	curveKey := quoted(publicPEM(t, &must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).PublicKey))
	der := must(x509.MarshalPKCS8PrivateKey(ownKey()))
	privateKey := quoted(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	noKey := quoted("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")

	// Each row has the fields besides the name and the key, and the wrong
	// parameter, or none.
	for _, c := range []struct{ fields, wrong string }{
		{`"capabilities":{}`, ""},
		{`"capabilities":{"rtc":{}}`, ""},
		{`"capabilities":{"vbc":{}}`, ""},
		{`"capabilities":{"video":{"anything":1}}`, ""},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":{"address":"http://example.com","http_method":"GET"}},"signed_callbacks":true,"leg_persistence_time":31}}`, ""},
		{`"capabilities":{"voice":{"webhooks":{"answer_url":{"address":"https://example.com","socket_timeout":5000,"connection_timeout":300},"fallback_answer_url":{},"event_url":{"socket_timeout":10000}}}}`, ""},
		{`"capabilities":{"messages":{"webhooks":{"inbound_url":{"http_method":"POST"}}}}`, ""},
		{`"capabilities":{"messages":{"version":"v1","webhooks":{}}}`, ""},
		{`"capabilities":{"verify":{"version":"v2","webhooks":{"status_url":{"address":"https://example.com","http_method":"POST"}}}}`, ""},
		{`"privacy":{"improve_ai":true}`, ""},
		{`"unknown":1`, ""},
		{`"capabilities":[]`, "capabilities"},
		{`"capabilities":{"rtc":{"webhooks":{"answer_url":{}}}}`, "capabilities.rtc.webhooks.answer_url"},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":"https://example.com"}}}`, "capabilities.rtc.webhooks.event_url"},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":{"address":"example.com"}}}}`, "capabilities.rtc.webhooks.event_url.address"},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":{"address":"ftp://example.com"}}}}`, "capabilities.rtc.webhooks.event_url.address"},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":{"address":7}}}}`, "capabilities.rtc.webhooks.event_url.address"},
		{`"capabilities":{"rtc":{"webhooks":{"event_url":{"http_method":"post"}}}}`, "capabilities.rtc.webhooks.event_url.http_method"},
		{`"capabilities":{"rtc":{"leg_persistence_time":32}}`, "capabilities.rtc.leg_persistence_time"},
		{`"capabilities":{"rtc":{"leg_persistence_time":1.5}}`, "capabilities.rtc.leg_persistence_time"},
		{`"capabilities":{"rtc":{"signed_callbacks":"yes"}}`, "capabilities.rtc.signed_callbacks"},
		{`"capabilities":{"voice":{"webhooks":{"status_url":{}}}}`, "capabilities.voice.webhooks.status_url"},
		{`"capabilities":{"voice":{"webhooks":{"answer_url":{"socket_timeout":5001}}}}`, "capabilities.voice.webhooks.answer_url.socket_timeout"},
		{`"capabilities":{"voice":{"webhooks":{"answer_url":{"connection_timeout":"300"}}}}`, "capabilities.voice.webhooks.answer_url.connection_timeout"},
		{`"capabilities":{"messages":{"webhooks":{"status_url":{"http_method":"GET"}}}}`, "capabilities.messages.webhooks.status_url.http_method"},
		{`"capabilities":{"messages":{"version":1}}`, "capabilities.messages.version"},
		{`"capabilities":{"verify":{"version":"v1"}}`, "capabilities.verify.version"},
		{`"capabilities":{"verify":{"webhooks":{"status_url":{"http_method":"GET"}}}}`, "capabilities.verify.webhooks.status_url.http_method"},
		{`"capabilities":{"verify":[]}`, "capabilities.verify"},
		{`"capabilities":{"vbc":{"x":1}}`, "capabilities.vbc.x"},
		{`"privacy":{"improve_ai":"false"}`, "privacy.improve_ai"},
		{`"privacy":true`, "privacy"},
		{`"name":""`, "name"},
		{`"name":null`, "name"},
		{`"keys":null`, ""},
		{`"keys":{"public_key":7}`, "keys.public_key"},
		{`"keys":{"public_key":""}`, "keys.public_key"},
		{`"keys":{"public_key":` + smallKey + `}`, "keys.public_key"},
		{`"keys":{"public_key":` + curveKey + `}`, "keys.public_key"},
		{`"keys":{"public_key":` + privateKey + `}`, "keys.public_key"},
		{`"keys":{"public_key":` + noKey + `}`, "keys.public_key"},
	} {
		// Of two fields with one name, the last counts.
		body := `{"name":"x","keys":{"public_key":` + good + `},` + c.fields + `}`
		got := server.send("POST", "/v2/applications", body, owner)
		switch {
		case c.wrong == "" && got.status != 201:
			t.Errorf("%s: status %d: %s", c.fields, got.status, got.text)
		case c.wrong != "":
			if names := wrongNames(t, got); got.status != 400 || !reflect.DeepEqual(names, []string{c.wrong}) {
				t.Errorf("%s: status %d, wrong %v, want %s", c.fields, got.status, names, c.wrong)
			}
			if strings.Contains(got.text, "PRIVATE") {
				t.Errorf("the refusal repeats what was sent: %s", got.text)
			}
		}
	}
	got := server.want(400, "POST", "/v2/applications", `{"privacy":1,"capabilities":{"rtc":2,"voice":3}}`, owner)
	equal(t, wrongNames(t, got), []string{"name", "capabilities.rtc", "capabilities.voice", "privacy"}, "all that is wrong")
}

func TestABodyIsOneObjectOfJSON(t *testing.T) {
	server, admin := startOwned(t)
	deep := func(levels int) string {
		return `{"name":"x","capabilities":{"video":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}}`
	}
	for _, c := range []struct{ body, fragment string }{
		{"\n", "#invalid-json"},
		{"{", "#invalid-json"},
		{`{"name":"x"} x`, "#invalid-json"},
		{`{"name":"x"}{"name":"y"}`, "#invalid-json"},
		{`{'name':'x'}`, "#invalid-json"},
		{`{"name":"x",}`, "#invalid-json"},
		{deep(200), "#invalid-json"},
		{deep(9_000), "#invalid-json"},
		{deep(20_000), "#invalid-json"},
		{`{"name":"x","capabilities":` + strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 201), "#invalid-json"},
		{`null`, "#payload-validation"},
		{`[]`, "#payload-validation"},
		{`"name"`, "#payload-validation"},
		{`{"NAME":"x"}`, "#payload-validation"},
	} {
		got := server.want(400, "POST", "/v2/applications", c.body, owner)
		if kind := got.at(t, "type").(string); !strings.HasSuffix(kind, c.fragment) {
			t.Errorf("%.40s: type %s, want %s", c.body, kind, c.fragment)
		}
		got = server.want(400, "POST", "/v1/users", c.body, admin)
		if kind := got.at(t, "type").(string); !strings.HasSuffix(kind, "#http:error:validation-fail") {
			t.Errorf("%.40s: type %s", c.body, kind)
		}
	}
	got := server.want(400, "POST", "/v1/users", "[]", admin)
	if !strings.Contains(got.text, `"reason":"\"value\" must be an object"`) {
		t.Errorf("users: %s", got.text)
	}
}

func TestAcceptAndContentTypeAsClientsWriteThem(t *testing.T) {
	server := start(t, sandbox.Config{})
	for accept, status := range map[string]int{
		"":                                      200,
		"*/*":                                   200,
		"application/*;q=0.1":                   200,
		"text/html, application/json":           200,
		"text/html, image/gif, *; q=.2, */*":    200,
		"application/json; charset=utf-8":       200,
		"application/json;q=0":                  406,
		"text/html, application/json;q=0.000":   406,
		"application/vnd.api+json, text/*, ;;;": 406,
	} {
		server.want(status, "GET", "/v2/applications", "", owner, with("Accept", accept))
	}
	const bad = `{}` // far enough to be read
	for kind, status := range map[string]int{
		"application/json; charset=utf-8": 400,
		"APPLICATION/JSON":                400,
		"application/jsonp":               415,
		"application":                     415,
		";":                               415,
	} {
		server.want(status, "POST", "/v2/applications", bad, owner, with("Content-Type", kind))
	}
	server.want(http.StatusUnsupportedMediaType, "POST", "/v2/applications", bad, owner, without("Content-Type"))
}

// wrongNames returns the names of the invalid parameters.
func wrongNames(t testing.TB, got answer) []string {
	t.Helper()
	var names []string
	list, _ := got.object(t)["invalid_parameters"].([]any)
	for _, entry := range list {
		names = append(names, entry.(map[string]any)["name"].(string))
	}
	return names
}

func TestAnApplicationOfAnotherSandboxIsRestored(t *testing.T) {
	server, app, _ := practice(t, sandbox.Config{}, "alice")
	again := start(t, sandbox.Config{})
	all, users := server.Applications(), server.Users(app)
	if err := again.Restore(all[0], users); err != nil {
		t.Fatal(err)
	}
	equal(t, again.Applications(), all, "applications")
	equal(t, again.Users(app), users, "users")
	in, _ := again.login(asked(userToken(t, app, "alice")))
	in.send(`427["any",{}]`)
	in.want(`^437\[\]$`)
	again.want(201, "POST", "/v1/users", `{"name":"bob"}`, again.admin(app))

	// What no sandbox can have held is refused.
	for _, wrong := range []sandbox.Application{{ID: "x"}, {ID: "x", PublicKey: "y"}} {
		if err := again.Restore(wrong, nil); err == nil {
			t.Errorf("%+v is restored", wrong)
		}
	}
	if err := again.Restore(sandbox.Application{ID: "z", PublicKey: all[0].PublicKey}, append(users, users...)); err == nil {
		t.Error("two users have one name")
	}
}

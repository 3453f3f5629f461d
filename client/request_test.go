package client_test

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"credwiz/client"
	"credwiz/client/redact"
)

// decoded is a JSON text as values, for comparison.
func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	return sent{body: text}.object(t)
}

func TestEachRequestIsAsTheContractHasIt(t *testing.T) {
	type want struct{ method, path, query, body string }
	wants := map[string]want{
		"list applications": {"GET", "/v2/applications", "page=1&page_size=10", ""},
		"create application": {"POST", "/v2/applications", "", `{"name":"app","keys":{"public_key":"-"},
			"capabilities":{"rtc":{"webhooks":{}}},"privacy":{"improve_ai":false}}`},
		"get application":    {"GET", "/v2/applications/" + someID, "", ""},
		"delete application": {"DELETE", "/v2/applications/" + someID, "", ""},
		"list users":         {"GET", "/v1/users", "cursor=next%2B%2F%3D&page_size=10", ""},
		"find user":          {"GET", "/v1/users", "name=alice", ""},
		"create user":        {"POST", "/v1/users", "", `{"name":"alice"}`},
		"get user":           {"GET", "/v1/users/" + someUserID, "", ""},
		"delete user":        {"DELETE", "/v1/users/" + someUserID, "", ""},
	}
	for _, call := range calls() {
		t.Run(call.name, func(t *testing.T) {
			var seen tape
			_ = call.make(t.Context(), serve(t, seen.before(http.NotFoundHandler())))
			if len(seen.played()) != 1 {
				t.Fatalf("the API saw %d requests", len(seen.played()))
			}
			got, want := seen.played()[0], wants[call.name]
			if got.method != want.method || got.path != want.path || got.query.Encode() != want.query {
				t.Errorf("sent %s %s?%s", got.method, got.path, got.query.Encode())
			}
			if accept := got.header.Get("Accept"); accept != "application/json" {
				t.Errorf("Accept: %s", accept)
			}
			equal(t, got.header.Get("User-Agent"), "credwiz/1.0 go/1.25", "User-Agent")
			kind := got.header.Get("Content-Type")
			if want.body == "" {
				if got.body != "" || kind != "" {
					t.Errorf("sent %s %q", kind, got.body)
				}
				return
			}
			if kind != "application/json" || !reflect.DeepEqual(got.object(t), decoded(t, want.body)) {
				t.Errorf("sent %s %s", kind, got.body)
			}
		})
	}
}

func TestApplicationsUseTheSecretAndUsersTheToken(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(canaryKey+":"+canarySecret))
	for _, call := range calls() {
		t.Run(call.name, func(t *testing.T) {
			want := "Bearer " + canaryToken
			if strings.Contains(call.name, "application") {
				want = basic
			}
			var seen tape
			_ = call.make(t.Context(), serve(t, seen.before(http.NotFoundHandler())))
			got := seen.played()[0]
			if authorization := got.header["Authorization"]; len(authorization) != 1 || authorization[0] != want {
				t.Errorf("Authorization: %v", authorization)
			}
			got.header.Del("Authorization")
			for _, secret := range []string{canarySecret, canaryToken, basic[len("Basic "):]} {
				if strings.Contains(got.all(), secret) {
					t.Errorf("%q is in the request outside its header: %s", secret, got.all())
				}
			}
		})
	}
}

func TestAnEventURLAndADisplayNameAreSentWhenGiven(t *testing.T) {
	var seen tape
	c := serve(t, seen.before(http.NotFoundHandler()))
	_, _ = c.CreateApplication(t.Context(), canaries(),
		client.NewApplication{Name: "app", PublicKey: "-", EventURL: "https://example.com/e?a=1&b=2"})
	want := decoded(t, `{"name":"app","keys":{"public_key":"-"},"privacy":{"improve_ai":false},"capabilities":{"rtc":{
		"webhooks":{"event_url":{"address":"https://example.com/e?a=1&b=2","http_method":"POST"}}}}}`)
	equal(t, seen.played()[0].object(t), want, "sent")
	_, _ = c.CreateUser(t.Context(), redact.NewSecret(canaryToken), client.NewUser{Name: "alice", DisplayName: "Alice"})
	equal(t, seen.played()[1].object(t), decoded(t, `{"name":"alice","display_name":"Alice"}`), "sent")
}

func TestAPathInTheHostIsKept(t *testing.T) {
	for base, want := range map[string]string{
		"":              "",
		"/":             "",
		"/proxy":        "/proxy",
		"/proxy/deep//": "/proxy/deep",
		"/a%20b":        "/a%20b",
	} {
		var seen tape
		server := serveURL(t, seen.before(http.NotFoundHandler()))
		for _, call := range calls() {
			_ = call.make(t.Context(), at(t, server+base))
		}
		for _, request := range seen.played() {
			path, ok := strings.CutPrefix(request.path, want)
			if !ok || !strings.HasPrefix(path, "/v1/users") && !strings.HasPrefix(path, "/v2/applications") {
				t.Errorf("with %q: %s %s", base, request.method, request.path)
			}
		}
	}
}

// An id that was typed reaches the API as one part of the path, as it was typed.
func TestAnIDCannotLeaveItsPlaceInThePath(t *testing.T) {
	for id, want := range map[string]string{
		"my app":     "/my%20app",
		"a/b":        "/a%2Fb",
		"?x=1#y":     "/%3Fx=1%23y",
		"100%":       "/100%25",
		"\x1b[31m":   "/%1B%5B31m",
		"\u202eevil": "/%E2%80%AEevil",
	} {
		t.Run(want, func(t *testing.T) {
			var seen tape
			c := serve(t, seen.before(answers(404, "application/json", `{}`)))
			_, err := c.GetApplication(t.Context(), canaries(), id)
			_, userErr := c.GetUser(t.Context(), redact.NewSecret(canaryToken), id)
			requests := seen.played()
			if len(requests) != 2 {
				t.Fatalf("the API saw %d requests: %v, %v", len(requests), err, userErr)
			}
			equal(t, requests[0].path, "/v2/applications"+want, "asked")
			equal(t, requests[1].path, "/v1/users"+want, "asked")
			if text := err.Error(); text != redact.Printable(text) {
				t.Errorf("the error is not printable: %q", text)
			}
		})
	}
}

func TestTheHostIsTheRealAPIsAndCannotBeChanged(t *testing.T) {
	c := client.New(client.Options{})
	c.Host().Host = "evil.example"
	equal(t, c.Host().String(), client.DefaultHost, "the host")
}

package sandbox_test

import (
	"strings"
	"testing"

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
